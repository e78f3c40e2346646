"""JSON Schemas of the rule format, for editors that complete and check as one types."""

from __future__ import annotations

import sys
from pathlib import Path

from pydantic import BaseModel

from monitor.files import schema
from monitor.match.ruleformat import RuleModel, WordsModel

SCHEMAS: dict[str, type[BaseModel]] = {"rule-v1.json": RuleModel, "words-v1.json": WordsModel}
"""Files of rules/schema/ and the models they are made from."""


def write_schemas(folder: Path) -> None:
    """Write the schema files anew."""
    schema.write(SCHEMAS, folder)


if __name__ == "__main__":
    write_schemas(Path(sys.argv[1]))
