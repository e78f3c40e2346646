"""The pure stages of a poll in their order: what is done before the store is asked, and what with its answer."""
