"""Servers the tests talk to over real sockets."""
