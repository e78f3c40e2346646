"""What feeds push by themselves: Wirewatch subscribes at their hubs and judges what comes. docs/decisions/0043."""
