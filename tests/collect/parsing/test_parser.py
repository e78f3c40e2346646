"""The processes that parse: ended when they hang, replaced when they die, shared by all who parse."""

from __future__ import annotations

import asyncio
import contextlib
import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest
from structlog.testing import capture_logs

from monitor.collect.parsing import parse as parse_module
from monitor.collect.parsing.parse import Parser
from monitor.model import Failed, FailureClass, Fetched, Parsed
from tests.support.documents import ENTRY, FEED
from tests.support.fakes.feed_server import FeedServer, rss
from tests.support.tree import ROOT


async def test_a_hung_parse_is_ended_and_the_next_document_is_read() -> None:
    """A limit no parse can keep stands for a document that never ends."""
    fetched = Fetched(url="https://wire.example/rss", body=rss(*[ENTRY] * 3_000).encode())
    async with Parser(time_limit=0.05) as hasty:
        result = await hasty.parse(fetched)
    assert result == Failed(failure=FailureClass.PARSE, reason="took longer than 0.05 s to parse")
    async with Parser() as patient:
        assert isinstance(
            await patient.parse(Fetched(url="https://wire.example/rss", body=rss(ENTRY).encode())), Parsed
        )


async def test_a_parser_that_broke_is_started_anew_and_one_that_cannot_be_is_not_at_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its pool ends for good when one of its threads does, as when the clock jumps while that sleeps.

    A start that failed is no sign of work to whoever watches, nor is a document that is known without any worker.
    """
    fetched, told = Fetched(url="https://wire.example/rss", body=rss(ENTRY).encode()), list[bool | str | None]()
    async with Parser(began=lambda: told.append("began"), ended=told.append) as parser:
        with monkeypatch.context() as broken:
            broken.setattr(parse_module, "_begin_worker", os.abort)
            assert isinstance(await parser.parse(fetched), Failed)
        assert isinstance(await parser.parse(fetched), Parsed)
        assert isinstance(await parser.parse(fetched, whole=False), Parsed)
        assert told == ["began", False, "began", True]
        assert parser._pool is not None
        parser._pool.stop()  # type: ignore[no-untyped-call]
        with capture_logs() as logs:
            assert isinstance(await parser.parse(fetched), Parsed)
        assert [line["action"] for line in logs] == ["parser_broken"]
        assert isinstance(await parser.parse(fetched), Parsed)


def kill_parsers() -> int:
    """Kill the process that parsers come from, and all that came from it; how many those are.

    Not those of other tests: the services of all tests are forked from one process, which may be a child of this one.
    """
    killed = 0
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):  # one that has ended, and a zombie
            if "forkserver" in " ".join(child.cmdline()):
                for process in (*child.children(recursive=True), child):
                    process.kill()
                    killed += 1
    return killed


async def test_a_worker_that_dies_while_idle_is_replaced() -> None:
    """The kernel that is out of memory kills whatever is largest, and asks nobody."""
    document = Fetched(body=rss(ENTRY).encode(), url=FEED.url)
    async with Parser() as parser:
        for _ in range(2):
            assert isinstance(await parser.parse(document), Parsed)
            assert kill_parsers()
        assert isinstance(await parser.parse(document), Parsed)


async def test_parsers_that_died_leave_no_pipes_behind() -> None:
    """Six of each were left: after enough of them, no descriptor is left for a feed."""
    document, opened = Fetched(body=rss(ENTRY).encode(), url=FEED.url), list[int]()
    async with Parser() as parser:
        for _ in range(3):
            assert isinstance(await parser.parse(document), Parsed)
            for thread in threading.enumerate():
                if thread.name == "end a parser":
                    await asyncio.to_thread(thread.join, 10)
            opened.append(psutil.Process().num_fds())
            assert kill_parsers()
    assert opened[2] <= opened[1] + 3


async def test_documents_that_wait_in_a_parser_that_is_given_up_are_parsed_by_the_next() -> None:
    document = Fetched(body=rss(ENTRY).encode(), url=FEED.url)
    async with Parser() as parser:
        assert isinstance(await parser.parse(document), Parsed)
        waiting = [asyncio.create_task(parser.parse(document)) for _ in range(20)]
        await asyncio.sleep(0)
        parser.renew()
        assert [type(one) for one in await asyncio.gather(*waiting)] == [Parsed] * 20


async def test_a_poll_that_is_cut_off_while_it_waits_for_the_parser_ends() -> None:
    document = Fetched(body=rss(ENTRY).encode(), url=FEED.url)
    async with Parser() as parser:
        waiting = asyncio.create_task(parser.parse(document))
        await asyncio.sleep(0)
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert isinstance(await parser.parse(document), Parsed)


def test_processes_share_the_parser_whichever_is_started_first_and_wherever(tmp_path: Path) -> None:
    """All come from one process; before a service parses, the one for vectors is started, which is no parser."""
    script = tmp_path / "first.py"
    script.write_text(
        "import multiprocessing, sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "def tell(pipe): pipe.send('feedparser' in sys.modules)\n"
        "if __name__ == '__main__':\n"
        "    from monitor.collect.parsing.parse import Parser\n"
        "    Parser()\n"
        "    ours, theirs = multiprocessing.Pipe()\n"
        "    multiprocessing.get_context('forkserver').Process(target=tell, args=(theirs,)).start()\n"
        "    sys.exit(0 if ours.recv() else 1)\n"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    ended = subprocess.run([sys.executable, script], env=environment, cwd=tmp_path, check=False)
    assert ended.returncode == 0


async def test_a_process_that_parses_does_not_load_the_command_line(tmp_path: Path) -> None:
    """It took 30 MB and a third of a second in each."""
    async with FeedServer() as server:
        server.serve("/wire.xml", rss(ENTRY))
        service = ROOT / "service.py"
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-X", "importtime", service, "feeds", "test", server.url("/wire.xml")),
            env=os.environ | {"WIREWATCH_ALLOW_PRIVATE_ADDRESSES": "true"},
            cwd=tmp_path,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        _, told = await process.communicate()
    loaded = [line.rpartition(b"|")[2].strip() for line in told.splitlines()]
    assert process.returncode == 0
    # By the command line itself, and by the process that parsers come from.
    assert (loaded.count(b"feedparser"), loaded.count(b"typer")) == (2, 1)
