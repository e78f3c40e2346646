"""Was it posted, exactly once? The outbox, what an attempt led to, and the sinks."""
