"""Bodies that wait: long ones in files that are gone afterwards, and in memory where there can be no files."""

from __future__ import annotations

import hashlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.collect.fetching.bodies import IN_MEMORY, Bodies, Body

CHUNKS = (b"<rss>", b"x" * IN_MEMORY, b"y" * 1_000, b"</rss>")
WHOLE = b"".join(CHUNKS)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where files for a while are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def bodies(folder: Path) -> Iterator[Bodies]:
    made = Bodies()
    yield made
    made.close()


def written(body: Body, chunks: tuple[bytes, ...] = CHUNKS) -> Body:
    for chunk in chunks:
        body.write(chunk)
    return body


def test_a_short_body_is_in_memory_and_a_long_one_in_a_file_until_it_is_left(bodies: Bodies, folder: Path) -> None:
    with bodies.new() as short, bodies.new() as long:
        written(short, CHUNKS[:1])
        content = written(long).content()
        assert short.content() == CHUNKS[0]
        assert isinstance(content, Path)
        assert content.read_bytes() == WHOLE == b"".join(long.chunks())
        assert content.stat().st_mode & 0o777 == 0o600
        assert content.parent.stat().st_mode & 0o777 == 0o700
        assert (long.size, long.head) == (len(WHOLE), WHOLE[:16])
        assert long.hash() == hashlib.sha256(WHOLE).hexdigest()[:32]
    assert not content.exists()
    bodies.close()
    assert list(folder.iterdir()) == []


def test_without_a_place_for_files_bodies_are_in_memory(bodies: Bodies, folder: Path) -> None:
    folder.rmdir()
    with bodies.new() as body:
        assert written(body).content() == WHOLE


@pytest.mark.parametrize("room", [IN_MEMORY - 100, IN_MEMORY + 10, IN_MEMORY + 500])
def test_a_disk_that_fills_loses_no_byte(bodies: Bodies, folder: Path, room: int) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        with bodies.new() as body:
            assert written(body).content() == WHOLE
            assert b"".join(body.chunks()) == WHOLE
            assert [path for path in folder.rglob("*") if path.is_file()] == []
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_folder_that_somebody_removed_is_made_again(bodies: Bodies, folder: Path) -> None:
    with bodies.new() as first, bodies.new() as second:
        written(first)
        for path in folder.iterdir():
            path.rename(folder.parent / "elsewhere")
        content = written(second).content()
        assert isinstance(content, Path)
        assert content.read_bytes() == WHOLE


def test_what_a_killed_process_left_is_removed_by_the_next_one_and_what_another_uses_is_not(
    bodies: Bodies, folder: Path
) -> None:
    script = (
        "import os, signal; from monitor.collect.fetching.bodies import Bodies; "
        "body = Bodies().new(); body.write(b'x' * 100_000); os.kill(os.getpid(), signal.SIGKILL)"
    )
    subprocess.run([sys.executable, "-c", script], env={**os.environ, "TMPDIR": str(folder)}, check=False)
    assert len(list(folder.iterdir())) == 1, "it left its folder"
    other = Bodies()
    with other.new() as used, bodies.new() as body:
        content = written(used).content()
        assert len(list(folder.iterdir())) == 1
        written(body)
        assert len(list(folder.iterdir())) == 2
        assert isinstance(content, Path)
        assert content.exists()
    other.close()
