"""The network of the encoder's model: from pieces of words to a vector, and its numbers as the file has them.

It is the transformer of BERT as multilingual-e5-small has it: each layer looks at all pieces, adds what it saw, and
widens each by itself. A vector is the mean over all pieces at length one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from monitor.meaning.modelfile import Extent, Layout
from monitor.workbench.finetuning.rounding import BLOCK, quantised, unquantised

Layer = dict[str, Any]
"""The tensors of a layer by their names in the file, without its number. A matrix has a row for what comes in."""

_MATRICES = ("q.w", "k.w", "v.w", "ao.w", "fi.w", "fo.w")
_TINY = 1e-12
_DROPPED = 0.1


def layer_of(data: bytes, parts: Layout, number: int) -> Layer:
    """The tensors of a layer, counted from 0."""
    found: Layer = {}
    for name, place in parts.tensors.items():
        layer, _, short = name.partition(".")
        if layer == f"l{number}":
            some = _bytes(data, place)
            found[short] = jnp.asarray(unquantised(some) if short in _MATRICES else np.frombuffer(some, dtype="<f4"))
    for short in _MATRICES:
        goes_out = len(found[f"{short.removesuffix('w')}b"])
        found[short] = found[short].reshape(goes_out, -1).T
    return found


def written(layer: Layer, number: int, texts: Any = None, there: Any = None, heads: int = 1) -> dict[str, bytes]:
    """The tensors of a layer as the file has them, by their names in it.

    With `texts`, as `through` takes them, a matrix is rounded by what comes in from them through those rounded before.
    """
    found, rounded = {}, dict(layer)
    for name in _MATRICES:
        seen = _comes_in(name, rounded, texts, there, heads) if texts is not None else None
        found[name] = quantised(layer[name], seen)
        rounded[name] = unquantised(found[name]).reshape(layer[name].shape[::-1]).T
    plain = {name: np.asarray(tensor).tobytes() for name, tensor in layer.items() if name not in _MATRICES}
    return {f"l{number}.{name}": data for name, data in (found | plain).items()}


def _comes_in(name: str, layer: Layer, rows: Any, there: Any, heads: int) -> Any:
    """What comes into a matrix from all pieces of some texts."""
    if name in ("ao.w", "fi.w", "fo.w"):
        seen = _look(layer, rows, there, heads)
        if name != "ao.w":
            rows = _looked(layer, rows, seen)
            seen = rows if name == "fi.w" else _widened(layer, rows)
        rows = seen
    return np.asarray(rows)[np.asarray(there)]


def embedded(data: bytes, parts: Layout, pieces: Sequence[int]) -> Any:
    """What the first layer gets: a row for each piece."""

    def plain(name: str) -> Any:
        return np.frombuffer(_bytes(data, parts.tensors[f"emb.{name}"]), dtype="<f4")

    weight, shift = plain("ln.w"), plain("ln.b")
    width = len(weight)
    start, size = parts.tensors["emb.word"].start, width // 32 * BLOCK.itemsize
    words = np.stack([unquantised(data[start + size * one : start + size * (one + 1)]) for one in pieces])
    places = plain("pos").reshape(-1, width)[: len(pieces)]
    return normal(words + places + plain("type")[:width], weight, shift)


def through(layer: Layer, rows: Any, there: Any, heads: int, key: Any = None) -> Any:
    """What a layer makes of texts: `rows` of text, piece and number, and `there` says which pieces are not padding.

    With a `key` of chance some numbers are left out, as for fitting.
    """
    first, second = (None, None) if key is None else jax.random.split(key)
    rows = _looked(layer, rows, _look(layer, rows, there, heads), first)
    made = _widened(layer, rows) @ layer["fo.w"] + layer["fo.b"]
    return normal(rows + _dropped(made, second), layer["oln.w"], layer["oln.b"])


def _look(layer: Layer, rows: Any, there: Any, heads: int) -> Any:
    """What each piece sees of the others."""
    texts, length, width = rows.shape

    def split(name: str) -> Any:
        made = rows @ layer[f"{name}.w"] + layer[f"{name}.b"]
        return made.reshape(texts, length, heads, width // heads).transpose(0, 2, 1, 3)

    likeness = split("q") @ split("k").transpose(0, 1, 3, 2) / np.sqrt(width // heads)
    looks = jax.nn.softmax(likeness + jnp.where(there, 0.0, -1e9)[:, None, None, :], axis=-1)
    return (looks @ split("v")).transpose(0, 2, 1, 3).reshape(texts, length, width)


def _looked(layer: Layer, rows: Any, seen: Any, key: Any = None) -> Any:
    """Pieces with what they saw."""
    made = seen @ layer["ao.w"] + layer["ao.b"]
    return normal(rows + _dropped(made, key), layer["aln.w"], layer["aln.b"])


def _widened(layer: Layer, rows: Any) -> Any:
    """What a layer makes of each piece by itself, in more numbers."""
    return jax.nn.gelu(rows @ layer["fi.w"] + layer["fi.b"], approximate=False)


def vectors(rows: Any, there: Any) -> Any:
    """The vector of each text: the mean over its pieces, at length one."""
    mean = (rows * there[..., None]).sum(1) / there.sum(1, keepdims=True)
    return at_length_one(mean)


def at_length_one(rows: Any) -> Any:
    """Rows with the direction that they have."""
    return rows / jnp.maximum(jnp.linalg.norm(rows, axis=-1, keepdims=True), 1e-9)


def normal(rows: Any, weight: Any, shift: Any) -> Any:
    """Rows with mean 0 and variance 1, then weighed and shifted."""
    offset = rows - rows.mean(-1, keepdims=True)
    return offset / ((offset**2).mean(-1, keepdims=True) + _TINY) ** 0.5 * weight + shift


def _bytes(data: bytes, place: Extent) -> bytes:
    return data[place.start : place.start + place.size]


def _dropped(rows: Any, key: Any) -> Any:
    if key is None:
        return rows
    return jnp.where(jax.random.bernoulli(key, 1 - _DROPPED, rows.shape), rows / (1 - _DROPPED), 0)
