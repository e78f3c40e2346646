"""What people of the desk do in Slack, who may, and what answers they get."""
