"""The JSON Schema of routes.yaml, for editors that complete and check as one types."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from monitor.decide.routefile import RouteModel
from monitor.files import schema


class RoutesModel(BaseModel):
    """Where alerts go."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"type": "object"})

    ops: Annotated[str | None, Field(description="The route that gets notices about the service itself.")] = None
    routes: Annotated[list[RouteModel], Field(min_length=1, description="Where alerts go.")]


SCHEMAS: dict[str, type[BaseModel]] = {"routes-v1.json": RoutesModel}
"""The file of rules/schema/ and the model it is made from."""


if __name__ == "__main__":
    schema.write(SCHEMAS, Path(sys.argv[1]))
