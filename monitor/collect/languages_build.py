"""Takes the weights of a few languages out of py3langid's model: `python -m monitor.collect.languages_build`.

py3langid walks a text with an automaton of 100,000 states. Each state stands for the sequence of bytes that leads to
it, and has at most one feature: that of the longest sequence that is one. So a table of sequences says the same.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from monitor.collect.languages import FILE, LANGUAGES, NO_ROW, Model


def model() -> Model:
    """The weights of `LANGUAGES`."""
    from py3langid import langid  # noqa: PLC0415 - it is installed with the tools of development alone

    whole: Any = langid.LanguageIdentifier.from_model_file(langid.MODEL_FILE)
    whole.set_languages(LANGUAGES)
    if whole.nb_classes != list(LANGUAGES):
        raise ValueError("py3langid has its languages in another order")
    numbers: dict[tuple[float, ...], int] = {(0.0,) * len(LANGUAGES): NO_ROW}
    rows = {}
    for sequence, state in _sequences(whole):
        feature = whole.tk_output[state]
        weights = None if feature < 0 else tuple(whole.nb_ptc[feature].tolist())
        rows[sequence] = NO_ROW if weights is None else numbers.setdefault(weights, len(numbers))
    return Model(rows, list(zip(*numbers, strict=True)), whole.nb_pc.tolist())


def _sequences(whole: Any) -> list[tuple[bytes, int]]:
    """The shortest sequence that leads to each state, and the state."""
    found = {0: b""}
    waiting = deque(found)
    while waiting:
        state = waiting.popleft()
        for byte in range(256):
            after = whole.tk_nextmove[(whole.tk_row[state] << 8) + byte]
            if after not in found:
                found[after] = found[state] + bytes([byte])
                waiting.append(after)
    return [(sequence, state) for state, sequence in found.items() if sequence]


if __name__ == "__main__":
    FILE.write_bytes(model().packed())
