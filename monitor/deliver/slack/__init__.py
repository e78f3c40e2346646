"""How a message looks on Slack, and how Slack is spoken to."""
