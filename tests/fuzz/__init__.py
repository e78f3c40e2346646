"""Fuzzing with atheris: bytes that nobody thought of, guided by which lines of our code they reach."""
