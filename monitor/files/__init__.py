"""The files that people edit: what they hold, where in them a mistake is, and how it is reported."""
