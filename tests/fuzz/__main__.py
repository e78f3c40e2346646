"""`make fuzz`: fuzzes one of the targets for a while.

    python -m tests.fuzz feed --seconds 600

What it finds interesting is kept in --corpus (default: a folder that is thrown away), so that the next run goes on
from there. A crash, an input that takes longer than 10 seconds, or one that needs more than 1 GB ends the run with the
input in a file beside it: mend the kind, and put the input into tests/collect/test_fuzzed.py.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

try:
    import atheris
except ModuleNotFoundError:
    sys.exit("atheris is not installed: `make fuzz` installs it (Linux, Python 3.11 to 3.14)")

with atheris.instrument_imports(include=["monitor", "feedparser", "w3lib", "ruamel"]):
    from tests.fuzz.targets import TARGETS, WORDS, seeds


def main() -> None:
    """Read the command line, lay out the seeds, fuzz."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--memory", type=int, default=1_000, help="MB that the process may need")
    parser.add_argument("--corpus", type=Path, help="a folder of inputs to begin with and to add to")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="wirewatch-fuzz-") as made:
        corpus, first, words = asked.corpus or Path(made, "corpus"), Path(made, "seeds"), Path(made, "words")
        corpus.mkdir(parents=True, exist_ok=True)
        first.mkdir()
        for number, seed in enumerate(seeds(asked.target)):
            (first / str(number)).write_bytes(seed)
        words.write_text("".join('"' + "".join(f"\\x{byte:02x}" for byte in one.encode()) + '"\n' for one in WORDS))
        options = (
            f"-max_total_time={asked.seconds}", f"-rss_limit_mb={asked.memory}", f"-dict={words}",
            "-timeout=10", "-max_len=65536", "-print_final_stats=1",
        )  # fmt: skip
        atheris.Setup([sys.argv[0], *options, str(corpus), str(first)], TARGETS[asked.target])
        atheris.Fuzz()


main()
