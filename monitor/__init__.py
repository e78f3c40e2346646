"""Wirewatch: collect, match, link, decide, deliver. Why the folders are these: docs/decisions/0015."""

__version__ = "0.1.0"
