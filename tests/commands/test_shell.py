"""How a command is stopped, and how it prints."""

from __future__ import annotations

import io
import json
import os
from pathlib import Path

import pytest

from monitor.commands.shell import print_any_letter
from tests.support import nursery

SCRIPT = """
import asyncio, os, signal
from monitor.commands.shell import stopped_by_signals

async def run():
    stop = stopped_by_signals(lambda: print("asked", flush=True))
    os.kill(os.getpid(), signal.{0})
    await asyncio.wait_for(stop.wait(), 100)

asyncio.run(run())
os.kill(os.getpid(), signal.SIGTERM)
print("ended in order", flush=True)
"""


@pytest.mark.parametrize("number", ["SIGTERM", "SIGINT"])
async def test_a_second_sigterm_changes_nothing_once_the_loop_is_closed(number: str, tmp_path: Path) -> None:
    process = await nursery.started(tmp_path, os.environ, ["-c", SCRIPT.format(number)])
    out, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")
    assert out.decode().splitlines() == ["asked", "asked", "ended in order"]


def test_a_letter_that_the_locale_lacks_is_printed_as_in_json() -> None:
    printed = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    print_any_letter(printed, object())
    print(json.dumps("бомба \U0001f4a3", ensure_ascii=False), file=printed)
    printed.buffer.seek(0)
    assert json.loads(printed.buffer.read()) == "бомба \U0001f4a3"
