"""Link: which event an item reports on."""
