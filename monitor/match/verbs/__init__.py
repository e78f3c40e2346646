"""The forms of verbs: what a dictionary or a table of endings says, where a stemmer takes some for other words."""
