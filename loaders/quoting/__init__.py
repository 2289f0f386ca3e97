"""The words of a document behind each row of a dataset: finding them in a text, and saying where they stand."""
