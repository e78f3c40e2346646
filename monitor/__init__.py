"""Wirewatch: collect, match, link, decide, deliver."""

__version__ = "0.1.0"
