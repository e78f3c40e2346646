"""The file of the encoder's model: what stands where in it, and what is changed in memory."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from monitor.meaning.modelfile import ModelError, OtherLayers, layout, with_layers
from tests.support.tinymodel import HEADS, LAYERS, PIECES, SPECIAL, WIDENED, WIDTH, tiny_model

MODEL = tiny_model()
OF = hashlib.sha256(MODEL).hexdigest()


def test_a_layout_says_what_stands_where() -> None:
    found = layout(MODEL)
    assert (found.layers, found.heads, found.pieces) == (LAYERS, HEADS, len(SPECIAL) + len(PIECES))
    assert (found.begin, found.end, found.unknown) == (0, 2, 3)
    assert MODEL[found.letters.start :].startswith(b"<s><pad></s><unk>")
    assert found.tensors["l2.fo.w"].size == WIDTH * WIDENED // 32 * 18
    last = max(found.tensors.values(), key=lambda place: place.start)
    assert last.start + last.size == len(MODEL)


@pytest.mark.parametrize("kept", [0, 3, 30, 50, 200, 300, 900])
def test_a_model_that_is_cut_off_is_refused(kept: int) -> None:
    with pytest.raises(ModelError, match="cut off"):
        layout(MODEL[:kept])


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(ModelError, match="of another kind"):
        layout(b"PK\3\4" + MODEL[4:])


def test_layers_are_kept_as_they_are() -> None:
    layers = OtherLayers(OF, {"l1.q.b": b"one\n", "l2.q.b": b"", "l2.q.w": b"\0\xff"})
    assert OtherLayers.unpacked(layers.packed()) == layers


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "another kind"),
        (b"[]\n", "another kind"),
        (b'{"layers of": "x"}\n', "another kind"),
        (b'{"layers of": "x", "tensors": {"a": "many"}}\n', "another kind"),
        (OtherLayers(OF, {"a": b"12345"}).packed()[:-1], "cut off"),
    ],
)
def test_what_holds_no_layers_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        OtherLayers.unpacked(data)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    path = tmp_path / "model.bin"
    path.write_bytes(MODEL)
    return path


def test_a_model_is_changed_in_memory_alone(model: Path) -> None:
    place = layout(MODEL).tensors["l2.q.b"]
    with with_layers(model, OtherLayers(OF, {"l2.q.b": b"x" * place.size})) as image:
        assert bytes(image) == MODEL[: place.start] + b"x" * place.size + MODEL[place.start + place.size :]
    assert model.read_bytes() == MODEL


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        (OtherLayers("0" * 64, {}), r"model\.bin is another version of the encoder's model"),
        (OtherLayers(OF, {"l9.q.b": b""}), r"model\.bin has no tensor l9\.q\.b of 0 bytes"),
        (OtherLayers(OF, {"l2.q.b": b"x"}), r"model\.bin has no tensor l2\.q\.b of 1 bytes"),
    ],
)
def test_layers_of_another_model_are_refused(model: Path, layers: OtherLayers, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        with_layers(model, layers)
