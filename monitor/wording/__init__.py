"""In which words, the same on Slack, on the terminal and wherever else it is shown."""
