"""Which version of the configuration is live, and what is told when that changes."""
