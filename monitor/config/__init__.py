"""Which version of the configuration is live, and what is reported when that changes."""
