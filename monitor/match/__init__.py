"""Match: which rules an item meets, and why."""
