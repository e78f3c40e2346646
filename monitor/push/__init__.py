"""What feeds push by themselves: it is asked for at their hubs, and taken in. docs/decisions/0043."""
