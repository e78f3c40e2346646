"""JSON Schemas of the files that people edit, for editors that complete and check as one types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """A JSON Schema, draft 7: the YAML language server knows nothing newer.

    https://github.com/redhat-developer/yaml-language-server
    """
    schema = model.model_json_schema(mode="validation", ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs", {})
    wanted = {"$schema": "http://json-schema.org/draft-07/schema#", **schema}
    if definitions:
        wanted["definitions"] = definitions
    found: dict[str, Any] = _draft_7(wanted)
    return found


def write(models: Mapping[str, type[BaseModel]], folder: Path) -> None:
    """Write the schema of each model anew, into the file of its name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, model in models.items():
        text = json.dumps(schema_of(model), ensure_ascii=False, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


def _draft_7(part: Any) -> Any:
    """Without the titles that repeat each key's name, and with no key beside a $ref, where draft 7 would not see it."""
    if isinstance(part, list):
        return [_draft_7(one) for one in part]
    if not isinstance(part, dict):
        return part
    kept = {key: _draft_7(value) for key, value in part.items() if key != "title" or not isinstance(value, str)}
    if "$ref" in kept and len(kept) > 1:
        return {"allOf": [{"$ref": kept.pop("$ref")}], **kept}
    return kept
