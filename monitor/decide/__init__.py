"""Who is told what, in which way and with which reason: pure decisions over what the store knows."""
