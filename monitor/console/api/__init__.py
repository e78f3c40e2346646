"""The console's facts and acts as JSON under /api/v1/, described by OpenAPI (docs/decisions/0040)."""
