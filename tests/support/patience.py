"""How long tests wait for what must happen: however slow the machine is, and less than pytest lets a test take."""

PATIENCE = 100
"""Seconds. What a test promises of the service's own speed has a limit of its own."""
