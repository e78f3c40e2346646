"""Mistakes in rule files: what is changed in a good file, and what is then told of it."""
