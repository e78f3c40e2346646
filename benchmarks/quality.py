"""`make quality EVAL=DIR`: precision and recall of the rules on labelled news, alone and with the second opinion.

DIR holds JSON lines as `learn` reads them. The second opinion is measured by cross-validation over all labelled files
together: each item is judged by a model that did not see it. Where a sentence encoder is in use (WIREWATCH_MEANING)
it weighs its vectors too; of an encoder that was fine-tuned on these items, by `heads.json` in DIR. Items without
labels are counted: how many are flagged.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor import settings
from monitor.match.engine import Engine, compile_rules
from monitor.match.rule import Rule
from monitor.match.rulefile import read_rules
from monitor.meaning.encoder import encoder_of
from monitor.meaning.vectorfile import VectorFile, usual_path
from monitor.workbench.heads import Heads, space_of
from monitor.workbench.labelled import Labelled, read_labelled
from monitor.workbench.learn import Lesson, fit_on, material

_HEAD = (
    "| rule | items | language | relevant | alone P | R | F1 | with the opinion P | R | F1 |",
    "|---|---|---|---|---|---|---|---|---|---|",
)

_HEADS = "heads.json"

_SURE_HEAD = ("| rule | confidence | items | on average | relevant |", "|---|---|---|---|---|")


def main(arguments: Sequence[str]) -> None:
    """Print the tables for the folder named by the first argument."""
    folder = Path(arguments[0]) if arguments and arguments[0] else None
    paths = sorted(folder.glob("*.jsonl")) if folder else []
    if not paths:
        print("no labelled items: name a folder of them, as in `make quality EVAL=DIR`")
        return
    heads = Heads.read(folder / _HEADS) if folder and (folder / _HEADS).exists() else None
    files = read_rules(Path("rules"))
    rows: list[tuple[str, Labelled]] = []
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            items = list(read_labelled(lines))
        if any(item.relevant for item in items):
            rows += [(path.stem, item) for item in items]
        else:
            print(f"{path.name}: {_flagged(items, compile_rules(files.rules, files.opinions))}", flush=True)
    print("\n".join(_HEAD))
    engine = compile_rules(files.rules)
    sureness: list[str] = []
    for rule in files.rules:
        asked = [(name, item) for name, item in rows if rule.id in item.relevant]
        lesson = _fitted(rule, engine, [item for _, item in asked], heads)
        alone = [_alone(engine, rule.id, item) for _, item in asked]
        relevant = [item.relevant[rule.id] for _, item in asked]
        keys = [(name, item.texts.language or "none") for name, item in asked]
        for name in dict.fromkeys(name for name, _ in keys):
            languages = sorted({language for other, language in keys if other == name})
            for language in ("all", *languages):
                chosen = [n for n, key in enumerate(keys) if key[0] == name and language in ("all", key[1])]
                told = [[one[n] for n in chosen] for one in (relevant, alone, lesson.told)]
                cells = [*_measures(told[0], told[1]), *_measures(told[0], told[2])]
                print("|", " | ".join([rule.id, name, language, str(sum(told[0])), *cells]), "|", flush=True)
        sureness += _sureness(rule.id, lesson.confidences, relevant)
    print("\n".join(["", *_SURE_HEAD, *sureness]))


def _fitted(rule: Rule, engine: Engine, items: Sequence[Labelled], heads: Heads | None) -> Lesson:
    """What comes of fitting a rule: with vectors where an encoder is in use, as WIREWATCH_MEANING says."""
    given = material(rule, engine, items)
    encoder = encoder_of(settings.load().wirewatch_meaning)
    if encoder is None:
        return fit_on(given)
    of_encoder = heads if heads is not None and heads.encoder == encoder.name else None
    return fit_on(given, space_of(VectorFile(usual_path(encoder), encoder), given, of_encoder))


def _sureness(rule_id: str, confidences: Sequence[float | None], relevant: Sequence[bool]) -> Iterator[str]:
    """A row for each tenth of confidence: how many items, how sure on average, and how many of them are relevant."""
    judged = [(one, right) for one, right in zip(confidences, relevant, strict=bool(confidences)) if one is not None]
    for tenth in range(10):
        inside = [(one, right) for one, right in judged if min(int(one * 10), 9) == tenth]
        if inside:
            cells = [
                f"0.{tenth} to {(tenth + 1) / 10:.1f}",
                str(len(inside)),
                f"{sum(one for one, _ in inside) / len(inside):.2f}",
                f"{sum(right for _, right in inside) / len(inside):.2f}",
            ]
            yield f"| {rule_id} | {' | '.join(cells)} |"


def _alone(engine: Engine, rule_id: str, item: Labelled) -> bool:
    return any(match.rule == rule_id for match in engine.match(item.texts))


def _flagged(items: Sequence[Labelled], engine: Engine) -> str:
    """How many items each rule flags, as shipped."""
    sure: dict[str, int] = {}
    unsure: dict[str, int] = {}
    for item in items:
        for match in engine.match(item.texts):
            counts = sure if match.sure else unsure
            counts[match.rule] = counts.get(match.rule, 0) + 1
    found = {rule: f"{sure.get(rule, 0)} sure and {unsure.get(rule, 0)} unsure" for rule in sorted({*sure, *unsure})}
    return f"{len(items)} items without labels, flagged: {json.dumps(found)}"


def _measures(relevant: Sequence[bool], told: Sequence[bool]) -> Iterator[str]:
    right = sum(one and other for one, other in zip(relevant, told, strict=True))
    for part, whole in ((right, sum(told)), (right, sum(relevant)), (2 * right, sum(told) + sum(relevant))):
        yield f"{part / whole:.3f}" if whole else "-"


if __name__ == "__main__":
    main(sys.argv[1:])
