"""Webhooks: alerts as signed JSON for other programs."""
