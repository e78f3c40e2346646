"""Collect: what the feeds say, as items."""
