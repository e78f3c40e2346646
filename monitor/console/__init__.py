"""The web console: does everything work, which stories are there, what became of an item (docs/decisions/0032)."""
