"""Drills: a marked test alert for each route, the whole way."""
