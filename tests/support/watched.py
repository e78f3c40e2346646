"""What the readers of content from outside open: `python -m tests.support.watched` tells it of each line on stdin.

Python reports files, addresses and processes to an audit hook before it opens them (PEP 578). A hook stays as long as
its process, hence one of its own. It also refuses what it sees, so that no pipe can keep a test waiting and no device
can fill the memory.
"""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import sysconfig
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.tree import ROOT

_WATCHED = {
    "ftplib.connect", "http.client.connect", "open", "os.exec", "os.listdir", "os.posix_spawn", "os.scandir",
    "os.system", "socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "sqlite3.connect",
    "subprocess.Popen", "urllib.Request",
}  # fmt: skip
# Python, the libraries and we load our own parts when they are first needed, as for a character set.
_OWN = (*(sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")), str(ROOT / "monitor"))


class Watcher:
    """A process that reads what it is given and tells what it would have opened for that."""

    def __enter__(self) -> Self:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="ascii"
        )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._process.communicate()

    def opened(self, reader: str, content: bytes) -> list[str]:
        """What this reader, one of READERS, opens for this content."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{reader} {base64.b64encode(content).decode()}\n")
        self._process.stdin.flush()
        found: list[str] = json.loads(self._process.stdout.readline())
        return found


def _readers() -> dict[str, Callable[[bytes], object]]:
    from monitor.collect.dates.published import published_at  # noqa: PLC0415 - loaded by the watching process alone
    from monitor.collect.links import canonical_link, readable_url  # noqa: PLC0415
    from monitor.collect.opml import import_opml  # noqa: PLC0415
    from monitor.collect.text import plain_text  # noqa: PLC0415
    from monitor.files.snapshot import Files  # noqa: PLC0415
    from monitor.files.yaml import read_yaml  # noqa: PLC0415
    from monitor.match.engine import compile_rules  # noqa: PLC0415
    from monitor.workbench.inputs import match_items, read_items  # noqa: PLC0415
    from tests.support.documents import parse_document  # noqa: PLC0415
    from tests.support.fakes.feed_server import FeedEntry, rss  # noqa: PLC0415

    engine = compile_rules(())
    document = rss(FeedEntry("Nine killed", "https://wire.example/1", "g1")).encode()

    def text(content: bytes) -> str:
        return content.decode("utf-8", "replace")

    def links(content: bytes) -> None:
        canonical_link(readable_url(text(content), "https://wire.example/"))
        canonical_link(text(content))

    def settled_yaml(content: bytes) -> None:
        path = Path("given.yaml")
        read_yaml(path, "anything", Files({path: content}))

    return {
        "feed": lambda content: parse_document(content, content_type=None),
        "feed served as HTML": lambda content: parse_document(content, content_type="text/html; charset=utf-8"),
        "character set": lambda content: parse_document(
            document, content_type=f"application/xml; charset={text(content)}"
        ),
        "headline": lambda content: plain_text(text(content)),
        "link": links,
        "date": lambda content: published_at(text(content), seen_at=datetime(2026, 3, 4, tzinfo=UTC)),
        "OPML": import_opml,
        "YAML": settled_yaml,
        "JSON lines": lambda content: list(match_items(read_items([content]), engine)),
        "path": lambda content: Path(text(content)).read_bytes(),
    }


READERS = (
    "feed", "feed served as HTML", "character set", "headline", "link", "date", "OPML", "YAML", "JSON lines",
)  # fmt: skip
"""By name, what reads content from outside. There is also `path`, which opens what it is given: that must be seen."""


def main() -> None:
    """Answer each line with a JSON list of what was opened for it."""
    readers = _readers()
    # Libraries that look around the machine when they are first used.
    readers["date"]("5 марта 2026 в 10:00".encode())
    readers["JSON lines"](b'{"id": "1", "title": "Nine killed"}')
    watching, seen = False, list[str]()

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if not watching or event not in _WATCHED:
            return
        what = arguments[0] if arguments else ""
        name = what.decode("utf-8", "replace") if isinstance(what, bytes) else str(what)
        if not name.startswith(_OWN):
            seen.append(f"{event} {name}")
            raise PermissionError(f"{event} {name}")

    sys.addaudithook(hook)
    for line in sys.stdin:
        reader, _, content = line.rpartition(" ")
        given, read = base64.b64decode(content), readers[reader]
        seen.clear()
        watching = True
        try:
            read(given)
        except Exception:  # noqa: BLE001, S110 - refusing the content is as good as reading it
            pass
        finally:
            watching = False
        print(json.dumps(seen), flush=True)


if __name__ == "__main__":
    main()
