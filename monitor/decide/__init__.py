"""Who gets which message, how, and why: pure decisions from what is stored."""
