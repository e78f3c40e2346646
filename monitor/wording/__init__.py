"""How things are worded, the same on Slack, on the terminal and everywhere else."""
