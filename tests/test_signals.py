"""A service ends by SIGTERM at any time, and goes on after SIGHUP, a pause and with nobody to print to."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.support.fakes.feed_server import FeedEntry, FeedServer, rss
from tests.support.fakes.slack import FakeSlack
from tests.support.patience import until
from tests.support.tree import ROOT
from tests.support.world import World


@pytest.mark.parametrize("command", ["run", "worker", "console"])
async def test_sigterm_ends_with_0_what_has_not_started(command: str, tmp_path: Path) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-X", "importtime", str(ROOT / "service.py"), command),
        cwd=tmp_path,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    async for line in process.stderr:
        if b"typer" in line:
            break
    process.terminate()
    await process.stderr.read()
    assert await process.wait() == 0
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - a few names, and nothing waits for it


@pytest.mark.long
async def test_sighup_a_pause_and_a_closed_stdout_end_no_service(tmp_path: Path) -> None:
    """Alerts go to a terminal that is closed; HOME, LANG and PATH are not set."""
    async with FeedServer() as feeds, FakeSlack() as slack:
        world = World(tmp_path, feeds, slack)
        world.poll_feeds("wire")
        feeds.serve("/wire.xml", rss(FeedEntry("Cluster munitions kill nine in Homs", "https://wire.example/1", "g1")))
        del world.environment["SLACK_BOT_TOKEN"]
        service = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", 'exec "$0" "$1" run >&- <&-', sys.executable, str(ROOT / "service.py")),
            cwd=tmp_path,
            env=world.environment,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            await until(lambda: len(feeds.requests) > 2)
            # What it lacked at its start it gets with the file, at once.
            world.poll_feeds("wire", "other")
            service.send_signal(signal.SIGHUP)
            await until(lambda: any(one.path == "/other.xml" for one in feeds.requests))
            service.send_signal(signal.SIGSTOP)
            _, status = await asyncio.to_thread(os.waitpid, service.pid, os.WUNTRACED)
            assert os.WIFSTOPPED(status)
            known = len(feeds.requests)
            service.send_signal(signal.SIGCONT)
            await until(lambda: len(feeds.requests) > known)
            service.terminate()
            assert await asyncio.wait_for(service.wait(), 15) == 0
        finally:
            if service.returncode is None:
                service.kill()
