"""The migrations of the schema, run by `storage.schema`."""
