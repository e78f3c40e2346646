"""The files that people edit: what they hold, where in them a mistake is, and in which words it is told."""
