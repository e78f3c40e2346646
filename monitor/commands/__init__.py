"""What is asked at the command line? A file for each command, or for those that belong together."""
