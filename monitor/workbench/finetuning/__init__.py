"""Fit the last layers of the sentence encoder on labelled news, for the shipped opinions (docs/decisions/0072)."""
