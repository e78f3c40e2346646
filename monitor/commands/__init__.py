"""Commands that need more than a few lines; `service.py` hands each what it may use of the store."""
