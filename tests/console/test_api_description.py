"""The description of the API, and how the setting with its tokens is written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from monitor.console.api.description import description
from monitor.console.api.endpoint import ENDPOINTS
from monitor.model.tokens import api_tokens

GOLDEN = Path(__file__).parent / "openapi.json"
READER = "reader-token-0123456789"


def test_the_description_is_a_contract() -> None:
    """Whoever changes a name sees it here. To add one: run this file as a program, and read what changed."""
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == description()


def test_the_description_says_of_every_endpoint_what_it_gives_and_how_it_fails() -> None:
    Draft202012Validator.check_schema(description()["components"]["schemas"]["Story"])
    operations = [one for path in description()["paths"].values() for one in path.values()]
    assert len(operations) == len(ENDPOINTS) == len({one["operationId"] for one in operations})
    for one in operations:
        assert {"200", "400", "401", "403", "503"} <= one["responses"].keys()
        assert one["summary"].endswith((".", "works on it."))


@pytest.mark.parametrize(
    "value",
    ["", "x", f"a:write:{READER}", f"A b:read:{READER}", "a:read:short", f"a:read:{READER} b:act:{READER}", "é:read:x"],
)
def test_what_is_no_list_of_tokens_is_refused(value: str) -> None:
    if not value:
        assert api_tokens(value) == []
        return
    with pytest.raises(ValueError, match="no tokens"):
        api_tokens(value)


if __name__ == "__main__":
    GOLDEN.write_text(json.dumps(description(), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{GOLDEN} was written")
