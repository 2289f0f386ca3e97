"""The only place that holds stores. Kept empty, so that importing ``views`` can't pull in the portion store."""
