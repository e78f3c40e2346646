"""Decide and deliver: who is told what, once."""
