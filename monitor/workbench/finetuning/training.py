"""Fit the last layers of an encoder, and a direction for each rule, so that relevant texts lie along it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from monitor.meaning.modelfile import Layout
from monitor.workbench.finetuning.network import Layer, at_length_one, embedded, layer_of, through, vectors, written
from monitor.workbench.finetuning.samples import LabelledText
from monitor.workbench.finetuning.tokens import Tokens

LAST = 2
"""How many layers are fitted. The others are those of the model, so that what they make of a text is made once."""

_TIMES, _FAST, _SMOOTH = 3, 2e-4, 0.98
"""How often each text is seen, how far a step goes at most, and how much of the steps before counts in one."""

_AT_ONCE, _HOLD, _STRETCH = 32, 1e-3, 8.0
"""How many texts a step takes, how strongly layers are held where they began, and how fast directions are learnt."""

_RULE = optax.chain(optax.clip_by_global_norm(1.0), optax.scale_by_adam(b2=_SMOOTH))

_PADDED_TO, _LONGEST, _USUAL, _SEEN = 16, 192, 1280, 400
_SEED = 0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Layers by their numbers, and for each rule a direction of vectors set off from the middle, and what is added."""

    layers: dict[int, Layer]
    directions: Any
    shifts: Any


class Training:
    """Texts as the first layers leave them, and what is fitted to them. Rules are numbered as they are given."""

    def __init__(
        self,
        model: bytes,
        parts: Layout,
        samples: Sequence[LabelledText],
        rules: Sequence[str],
        done: Callable[[int, int], object] = lambda _, __: None,
    ) -> None:
        self._heads = parts.heads
        self._first = {number: layer_of(model, parts, number) for number in range(parts.layers - LAST, parts.layers)}
        self._relevant = np.array([[one.relevant.get(rule, False) for rule in rules] for one in samples], np.float32)
        self._weight = np.array([[one.weight.get(rule, 0.0) for rule in rules] for one in samples], np.float32)
        self._parts = np.array([one.part for one in samples])
        self._rows = list(_begun(model, parts, [one.text for one in samples], done))
        self._lengths = np.array([len(one) for one in self._rows])
        self._middle = self._usual_middle()

    @property
    def middle(self) -> Any:
        """What vectors are set off from: the mean of many, as the model itself makes them."""
        return self._middle

    def fit(self, *, without: int | None = None) -> Fitted:
        """Fit on all texts, or on those that are not of a part."""
        rng = np.random.default_rng(_SEED)
        known = np.flatnonzero(self._parts != without) if without is not None else np.arange(len(self._rows))
        width, rules = len(self._middle), self._relevant.shape[1]
        fitted = (self._first, jnp.zeros((width, rules)), jnp.zeros(rules))
        steps = _TIMES * -(-len(known) // _AT_ONCE)
        pace = optax.schedules.warmup_cosine_decay_schedule(0, _FAST, steps // 10, steps, _FAST / 20)
        state = _RULE.init(fitted)
        for number, chosen in enumerate(one for _ in range(_TIMES) for one in self._batches(known, rng)):
            batch = (*self._batch(chosen), jax.random.PRNGKey(number))
            fitted, state = self._step(fitted, state, pace(number), *batch)
        layers, directions, shifts = fitted
        return Fitted(layers, np.asarray(_STRETCH * directions), np.asarray(shifts))

    def scores(self, fitted: Fitted, part: int | None = None) -> dict[int, Any]:
        """How far each text, or each of a part, lies along each direction, and what is added; by the text's number."""
        asked = np.flatnonzero(self._parts == part) if part is not None else np.arange(len(self._rows))
        found: dict[int, Any] = {}
        for chosen in self._batches(asked):
            rows, there, _, _ = self._batch(chosen)
            offsets = at_length_one(_made(fitted.layers, rows, there, self._heads) - self._middle)
            found |= dict(zip(chosen.tolist(), np.asarray(offsets @ fitted.directions + fitted.shifts), strict=True))
        return found

    def written(self, fitted: Fitted) -> dict[str, bytes]:
        """The layers as the model's file has them, by the names of their tensors."""
        count = min(_SEEN, len(self._rows))
        some = np.random.default_rng(_SEED).choice(len(self._rows), count, replace=False)
        rows, there, _, _ = self._batch(some)
        found: dict[str, bytes] = {}
        for number, layer in sorted(fitted.layers.items()):
            found |= written(layer, number, rows, there, self._heads)
            rows = through(layer, rows, there, self._heads)
        return found

    def _usual_middle(self) -> Any:
        count = min(_USUAL, len(self._rows))
        some = np.random.default_rng(_SEED).choice(len(self._rows), count, replace=False)
        made = [_made(self._first, *self._batch(chosen)[:2], self._heads) for chosen in self._batches(some)]
        return np.concatenate(made).mean(axis=0).astype(np.float16).astype(np.float32)

    @cached_property
    def _step(self) -> Callable[..., tuple[Any, Any]]:
        """A step: from what is fitted so far, with how far to go and some texts, to what is fitted then."""

        def loss(fitted: Any, rows: Any, there: Any, relevant: Any, weight: Any, key: Any) -> Any:
            layers, directions, shifts = fitted
            for number, layer in sorted(layers.items()):
                rows = through(layer, rows, there, self._heads, jax.random.fold_in(key, number))
            offsets = at_length_one(vectors(rows, there) - self._middle)
            odds = _STRETCH * offsets @ directions + shifts
            return (optax.sigmoid_binary_cross_entropy(odds, relevant) * weight).sum() / _AT_ONCE

        @jax.jit
        def step(fitted: Any, state: Any, far: Any, *batch: Any) -> tuple[Any, Any]:
            slope = jax.grad(loss)(fitted, *batch)
            held = jax.tree.map(lambda one, now, then: one + _HOLD * (now - then), slope[0], fitted[0], self._first)
            change, state = _RULE.update((held, *slope[1:]), state)
            return jax.tree.map(lambda one, by: one - far * by, fitted, change), state

        return step

    def _batches(self, numbers: Any, rng: np.random.Generator | None = None) -> Iterator[Any]:
        """Texts that are about as long, some at a time; with `rng` in random order, and as many each time."""
        lengths = self._lengths[numbers]
        order = numbers[np.argsort(lengths + (12 * rng.random(len(numbers)) if rng else 0))]
        together = [order[start : start + _AT_ONCE] for start in range(0, len(order), _AT_ONCE)]
        if rng:
            together[-1] = np.resize(together[-1], _AT_ONCE)
            rng.shuffle(together)
        yield from together

    def _batch(self, chosen: Any) -> tuple[Any, Any, Any, Any]:
        longest = -(-int(self._lengths[chosen].max()) // _PADDED_TO) * _PADDED_TO
        rows = np.zeros((len(chosen), longest, self._rows[0].shape[1]), np.float32)
        there = np.zeros((len(chosen), longest), bool)
        for place, number in enumerate(chosen):
            rows[place, : self._lengths[number]] = self._rows[number]
            there[place, : self._lengths[number]] = True
        return rows, there, self._relevant[chosen], self._weight[chosen]


@partial(jax.jit, static_argnames="heads")
def _made(layers: dict[int, Layer], rows: Any, there: Any, heads: int) -> Any:
    for _, layer in sorted(layers.items()):
        rows = through(layer, rows, there, heads)
    return vectors(rows, there)


def _begun(model: bytes, parts: Layout, texts: Sequence[str], done: Callable[[int, int], object]) -> Iterator[Any]:
    """What the first layers make of each text."""
    tokens = Tokens(model, parts)
    layers = [layer_of(model, parts, number) for number in range(parts.layers - LAST)]
    each = jax.jit(through, static_argnums=3)
    for number, text in enumerate(texts):
        pieces = tokens.of(text)[:_LONGEST]
        padded = -(-len(pieces) // _PADDED_TO) * _PADDED_TO
        rows = np.zeros((1, padded, parts.tensors["emb.ln.w"].size // 4), np.float32)
        rows[0, : len(pieces)] = embedded(model, parts, pieces)
        there = np.arange(padded)[None] < len(pieces)
        for layer in layers:
            rows = each(layer, rows, there, parts.heads)
        done(number + 1, len(texts))
        yield np.asarray(rows)[0, : len(pieces)].astype(np.float16)
