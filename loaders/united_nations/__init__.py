"""The United Nations: resolutions as records, as text and as tables, and how members voted."""
