"""The two sets of rules that are compared, read from a folder or a git revision."""

from __future__ import annotations

import io
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from monitor.errors import ConfigError, Level, Problem
from monitor.match.opinion import Opinion
from monitor.match.rule import Rule
from monitor.match.rulefile import read_rules
from monitor.model import Routes

GIT = "git:"
"""Stands before a revision where a folder is expected as well."""


@dataclass(frozen=True, slots=True)
class Side:
    """One set of rules. `name` tells people where it comes from; `errors` are of files that gave no rule."""

    name: str
    rules: tuple[Rule, ...]
    opinions: Mapping[str, Opinion]
    errors: tuple[Problem, ...] = ()


def read_side(rules: Path, routes: Routes, *, name: str = "") -> Side:
    """Read the rules of a folder or file; what is wrong with some of them is kept.

    Raises:
        ConfigError: there is no such folder, or no rule in it is valid; with every problem found.
    """
    if not rules.exists():
        raise ConfigError(f"there is no folder or file {rules} to read rules from")
    files = read_rules(rules, route_names={route.name for route in routes.all()})
    errors = tuple(problem for problem in files.problems if problem.level is Level.ERROR)
    if not files.rules:
        raise ConfigError(f"no valid rule is left in {name or rules}", errors)
    return Side(name or str(rules), files.rules, files.opinions, errors)


def read_revision(revision: str, rules: Path, routes: Routes) -> Side:
    """Read the rules as they were at a git revision.

    Raises:
        ConfigError: git, the revision, or rules in it are not to be found.
    """
    with _checked_out(revision, rules) as (folder, commit):
        name = f"{GIT}{revision} ({commit[:10]})" if not commit.startswith(revision) else f"{GIT}{revision}"
        side = read_side(folder, routes, name=name)
        # The folder is gone when people read this.
        errors = tuple(replace(one, path=rules / one.path.relative_to(folder)) for one in side.errors)
        return replace(side, errors=errors)


@contextmanager
def _checked_out(revision: str, rules: Path) -> Iterator[tuple[Path, str]]:
    """A rules folder (or file) as it was at a revision, in a folder that vanishes, and the commit's hash."""
    inside = rules if rules.is_dir() else rules.parent
    asked = f"{revision}^{{commit}}"
    commit = _git(inside, "rev-parse", "--verify", "--quiet", "--end-of-options", asked, what=revision).decode().strip()
    # Run in a folder below the top, git packs this folder alone.
    packed = _git(inside, "archive", "--format=tar", commit, what=revision)
    with tempfile.TemporaryDirectory(prefix="wirewatch-rules-") as folder:
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield Path(folder) if rules.is_dir() else Path(folder) / rules.name, commit


def _git(folder: Path, *arguments: str, what: str) -> bytes:
    try:
        done = subprocess.run(["git", "-C", str(folder), *arguments], capture_output=True, check=True)  # noqa: S603, S607
    except FileNotFoundError:
        raise ConfigError("git is not installed here; name a folder of rules instead of a revision") from None
    except subprocess.CalledProcessError as error:
        said = error.stderr.decode(errors="replace").strip()
        why = said.removeprefix("fatal: ") or f"there is no such revision in the repository of {folder}"
        raise ConfigError(f"cannot read the rules at {GIT}{what}: {why}") from None
    return done.stdout
