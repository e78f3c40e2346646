"""Tests mirror the packages; `fakes` holds the servers they talk to."""
