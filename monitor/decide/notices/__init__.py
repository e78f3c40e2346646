"""Notices to ops: what is wrong with the service, and when it is over."""
