"""Whatever schemathesis makes of the API's description is sent to a console that runs, and each answer is checked."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest

from tests.console.conftest import opened

TOKEN = "helper-token-0123456789"
PROGRAM = Path(sys.executable).with_name("st")
LEFT_OUT = ["ignored_auth"]
"""It takes 429 after many wrong tokens for a fault; tests/console/test_api.py has who gets in."""


@pytest.mark.long
@pytest.mark.skipif(not PROGRAM.exists(), reason="schemathesis is not installed")
@pytest.mark.parametrize("seed", [1, 2])
async def test_no_request_makes_the_api_fail_or_answer_otherwise_than_it_is_described(
    tmp_path: Path, seed: int
) -> None:
    async with opened(tmp_path / "desk", WIREWATCH_API_TOKENS=f"helper:act:{TOKEN}") as desk:
        story = await desk.story_id()
        [item] = await desk.store.find(["parking"], limit=1)
        ids = {"story": story, "item": item.item_id, "feed": "wire", "rule": "cluster-munitions"}
        config = tmp_path / "schemathesis.toml"
        config.write_text(
            "\n".join(
                [
                    "[parameters]",
                    *(f'"path.{name}" = {json.dumps([value, "none"])}' for name, value in ids.items()),
                    # What is too long may be refused for its length, before anybody looks at what it says.
                    "[checks.negative_data_rejection]",
                    "expected-statuses = [400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422]",
                    # A cursor and a cause are more than their patterns say.
                    "[checks.positive_data_acceptance]",
                    "expected-statuses = ['2xx', 400, 404, 409, 413]",
                ]
            )
        )
        process = await asyncio.create_subprocess_exec(
            PROGRAM,
            f"--config-file={config}",
            "run",
            f"{desk.url}api/v1/openapi.json",
            f"--header=Authorization: Bearer {TOKEN}",
            f"--exclude-checks={','.join(LEFT_OUT)}",
            "--max-examples=20",
            f"--seed={seed}",
            "--no-color",
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=tmp_path,
        )
        said, _ = await process.communicate()
        print(said.decode()[-8_000:])
        assert process.returncode == 0
        assert b"Tested: 21" in said
