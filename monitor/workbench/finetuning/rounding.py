"""Numbers of a network in four bits, rounded so that what it makes of texts changes least.

What is lost in rounding one number is put onto those that are rounded after it, by how the numbers that come in go
together (GPTQ, Frantar and others, 2022). A block has 32 numbers and a scale (Q4_0 of ggml).
"""

from __future__ import annotations

from typing import Any

import numpy as np

BLOCK = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
"""32 numbers, less 8, and what they are multiplied by."""

_DAMPED = 0.01


def unquantised(data: bytes) -> Any:
    """The numbers that such blocks stand for, one after the other."""
    blocks = np.frombuffer(data, dtype=BLOCK)
    numbers = np.concatenate([blocks["pairs"] & 15, blocks["pairs"] >> 4], axis=1).astype(np.float32) - 8
    return (numbers * blocks["scale"].astype(np.float32)[:, None]).ravel()


def quantised(matrix: Any, comes_in: Any = None) -> bytes:
    """A matrix, a row for each number that comes in, as blocks along these.

    Args:
        matrix: rows by columns; rows are a multiple of 32.
        comes_in: what comes in, of many texts: pieces by rows of the matrix. Without it each number is rounded alone.
    """
    left = np.array(matrix, dtype=np.float64).T
    together = _together(comes_in) if comes_in is not None else np.eye(left.shape[1])
    scales = np.zeros((left.shape[0], left.shape[1] // 32), dtype="<f2")
    numbers = np.zeros(left.shape, dtype=np.uint8)
    for place in range(left.shape[1]):
        block = place // 32
        if place % 32 == 0:
            scales[:, block] = _farthest(left[:, place : place + 32]) / -8
        scale = scales[:, block].astype(np.float64)
        steps = np.divide(left[:, place], scale, out=np.zeros(len(left)), where=scale != 0)
        numbers[:, place] = np.clip(np.rint(steps) + 8, 0, 15)
        lost = (left[:, place] - (numbers[:, place] - 8.0) * scale) / together[place, place]
        left[:, place:] -= lost[:, None] * together[place, place:]
    made = np.zeros(scales.size, dtype=BLOCK)
    made["scale"] = scales.ravel()
    blocks = numbers.reshape(-1, 32)
    made["pairs"] = blocks[:, :16] | (blocks[:, 16:] << 4)
    return made.tobytes()


def _together(comes_in: Any) -> Any:
    """How what is lost in one number is put onto the later ones: the root of the inverse of how they go together."""
    rows = np.asarray(comes_in, dtype=np.float64)
    both = rows.T @ rows / len(rows)
    both += np.eye(len(both)) * _DAMPED * np.diag(both).mean()
    return np.linalg.cholesky(np.linalg.inv(both)).T


def _farthest(block: Any) -> Any:
    """Of each row the number that is farthest from 0."""
    return np.take_along_axis(block, np.abs(block).argmax(axis=1)[:, None], axis=1)[:, 0]
