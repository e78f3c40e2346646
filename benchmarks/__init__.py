"""`make bench`: the speeds of this machine, others measured beside ours in the same run."""
