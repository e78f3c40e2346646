"""Which language a text looks like: what py3langid says, without what py3langid needs."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.collect.languages import LANGUAGES, language_of
from tests.support.tree import ROOT

TEXTS = {
    "ar": "قتل ثمانية أشخاص في غارة جوية على حلب",
    "de": "Acht Menschen sind bei einem Luftangriff getötet worden",
    "en": "Eight people were killed in an air strike on Aleppo",
    "es": "Ocho personas murieron en un ataque aéreo contra Alepo",
    "fa": "هشت نفر در حمله هوایی به حلب کشته شدند و چند نفر زخمی",
    "fr": "Huit personnes ont été tuées dans une frappe aérienne sur Alep",
    "it": "Otto persone sono state uccise in un attacco aereo su Aleppo",
    "pt": "Oito pessoas foram mortas em um ataque aéreo contra Alepo",
    "ru": "Восемь человек погибли при авиаударе по Алеппо",
    "tr": "Halep'e düzenlenen hava saldırısında sekiz kişi öldü",
    "uk": "Вісім людей загинули внаслідок авіаудару по Алеппо",
}


@cache
def py3langid() -> Any:
    from py3langid import langid  # noqa: PLC0415 - it takes a moment to load

    whole = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    whole.set_languages(LANGUAGES)
    return whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_is_recognised(language: str) -> None:
    assert language_of(TEXTS[language]) == language
    assert language_of(TEXTS[language].upper()) == language


@pytest.mark.parametrize("text", ["", "\x01", "\x02\x03"])
def test_what_tells_nothing_has_no_language(text: str) -> None:
    assert language_of(text) is None


@settings(max_examples=300)
@given(st.lists(st.sampled_from(" ".join(TEXTS.values()).split()) | st.text(max_size=8), min_size=1, max_size=30))
def test_it_says_what_py3langid_says(words: list[str]) -> None:
    text = " ".join(words)
    said, scores = language_of(text), dict(py3langid().rank(text))
    # py3langid adds up numbers of half precision: where two languages are about as likely, rounding says which is first
    assert said is None or scores[said] == pytest.approx(max(scores.values()), rel=0.05, abs=0.05)


def test_the_service_loads_no_numpy() -> None:
    """It takes 20 MB of memory and 60 MB of the image."""
    script = (
        "import sys; from monitor.collect.items import detected_language; import monitor.app.app, storage.store, "
        f"monitor.console.serve; assert detected_language({TEXTS['fr']!r}) == 'fr'; sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
