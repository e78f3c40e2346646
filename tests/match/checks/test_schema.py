"""The JSON Schemas: what editors complete and check with is what the rule format says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from monitor.match.checks.schema import SCHEMAS, write_schemas
from tests.support.tree import RULES

SHIPPED = sorted(RULES.rglob("*.yaml"))
RULE = {
    "format": 1,
    "id": "floods",
    "title": "Floods",
    "severity": "high",
    "words": {"water": {"from": ["waters"], "en": ["flood"], "any_language": ["FLOOD"]}, "harm": {"en": ["kill"]}},
    "groups": {"both": [{"any": ["water"]}, {"all": ["water", "harm"], "within": 2}]},
    "roles": {"targets": ["water"], "said": ["harm"], "officials": [], "countries": [], "weapons": []},
    "find": [
        {"name": "any", "all": ["both"], "needs_opinion": True, "says": "no_comment"},
        {"name": "near", "all": ["water"], "within": "sentence"},
    ],
    "ignore": {"en": ["flood of tears"]},
    "examples": {"match": ["A flood", {"text": "Flood", "way": "any", "why": "water"}], "no_match": ["A sunny day"]},
}
MISTAKES: dict[str, dict[str, Any]] = {
    "an unknown key": {"sevrity": "high"},
    "an unknown severity": {"severity": "hihg"},
    "another format": {"format": 2},
    "an id with capitals": {"id": "Floods"},
    "an unknown language": {"words": {"water": {"eng": ["flood"]}}},
    "a term that is a number": {"words": {"water": {"en": [1755]}}},
    "a term that is nothing": {"words": {"water": {"en": [None]}}},
    "no way": {"find": []},
    "a way without a name": {"find": [{"all": ["water"]}]},
    "a distance in words": {"find": [{"name": "any", "all": ["water"], "within": "near"}]},
    "an unknown reaction": {"find": [{"name": "any", "all": ["water"], "says": "no comment"}]},
    "an unknown role": {"roles": {"weapon": ["water"]}},
    "one group instead of a list": {"roles": {"weapons": "water"}},
    "one route instead of a list": {"send_to": "desk"},
    "an unknown key in an example": {"examples": {"match": [{"text": "Flood", "wy": "any"}]}},
    "a word file in ignore": {"ignore": {"from": ["waters"]}},
}


def stored(name: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((RULES / "schema" / name).read_text(encoding="utf-8"))
    Draft7Validator.check_schema(schema)
    return schema


def keys(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every key that a schema knows, with what it says of it."""
    if isinstance(part, dict):
        yield from part.get("properties", {}).items()
        for value in part.values():
            yield from keys(value)
    elif isinstance(part, list):
        for one in part:
            yield from keys(one)


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_stored_schema_is_current(name: str, tmp_path: Path) -> None:
    write_schemas(tmp_path)
    stored_text = (RULES / "schema" / name).read_text(encoding="utf-8")
    assert stored_text == (tmp_path / name).read_text(encoding="utf-8"), "run make schema"


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_key_has_a_description_where_draft_7_sees_it(name: str) -> None:
    schema = stored(name)
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$defs" not in json.dumps(schema)
    for key, told in keys(schema):
        assert told.get("description"), key
        assert "$ref" not in told, f"{key}: what stands beside $ref is not seen"


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: str(path.relative_to(RULES)))
def test_a_shipped_file_names_its_schema_and_fits_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    modeline = text.splitlines()[0].removeprefix("# yaml-language-server: $schema=")
    schema = (path.parent / modeline).resolve()
    assert schema.parent == RULES / "schema"
    errors = Draft7Validator(stored(schema.name)).iter_errors(YAML(typ="safe", pure=True).load(text))
    assert [error.message for error in errors] == []


def test_the_schema_takes_all_there_is_to_a_rule() -> None:
    assert list(Draft7Validator(stored("rule-v1.json")).iter_errors(RULE)) == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_the_schema_refuses_a_mistake(mistake: str) -> None:
    errors = list(Draft7Validator(stored("rule-v1.json")).iter_errors(RULE | MISTAKES[mistake]))
    assert len(errors) == 1
