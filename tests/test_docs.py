"""The pages say what the code is: words, settings, commands, rooms, errors, and who carries out which decision."""

from __future__ import annotations

import ast
import builtins
import re
import shlex
from datetime import timedelta
from pathlib import Path
from types import UnionType
from typing import Any

import pytest
from typer.core import TyperGroup
from typer.main import get_command

import service
from monitor import errors, model
from monitor.settings import Settings
from tests.support.tree import ROOT

COMMANDS_PAGE = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
SETTINGS_PAGE = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SOURCES = sorted([ROOT / "service.py", *(ROOT / "monitor").rglob("*.py"), *(ROOT / "storage").rglob("*.py")])
CODE = re.compile(r"`([^`\n]+)`")
OPTION = re.compile(r"--[a-z][a-z-]*")
PATH = re.compile(r"(?:monitor|storage|tests|rules|docs)/[\w./-]*")
DECISION = re.compile(r"docs/decisions/(\d{4})")


def rows_of(page: str, head: str) -> list[list[str]]:
    """The cells of each row of the table whose head begins so; `|` in a cell is written as `\\|`."""
    table = page[page.index(head) :].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line.strip("|"))] for line in table]


# -- words -------------------------------------------------------------------------------------------------------

# What a desk editor, ops editor or admin meets on cards, in files, logs and pages.
TERMS = """
    act, agency, alert, aloud, article, assignment, attempt, backlog, backtest, baseline, broken channel, card, card
    edit, catch-up, channel, claim, configuration file, copy, delivery, desk, digest, drill, duration, entry, event,
    evidence, example, facts of a story, family, feed, first poll, folded, follow-up, group, heartbeat, held, held
    back, history, hit, identity, item, job, key of a feed, key of a story, label, last good version, late, lease,
    link, live, look-up, match, mistake, mute, near miss, news, not relevant, note, notice, ops route, origin,
    outbox, outlet, owner, place, poll, precision, profile, quiet hours, rating, reaction, reason, rejected, replay,
    report, revision, route, rule, second opinion, second way, setting, severity, sign of life, sink, source, statement,
    story, story edit, suggestion, suppressed, take, term, toll, trouble, unanswered story, unknown, unsure, update,
    vanished report, verdict, vital signs, way, word file, workbench
"""
WORDS = tuple(" ".join(term.split()) for term in TERMS.split(","))
ENTRY = re.compile(r"^- \*\*(.+?)\*\*(?: \(([^)]*)\))?: ", re.MULTILINE)


def test_every_public_type_of_the_model_is_in_the_glossary() -> None:
    types = {name for name, made in vars(model).items() if isinstance(made, type | UnionType)}
    assert types - set(CODE.findall(GLOSSARY)) == set()


def test_the_types_that_the_glossary_puts_beside_words_are_there() -> None:
    beside = {name for _, names in ENTRY.findall(GLOSSARY) for name in CODE.findall(names)}
    assert {name for name in beside if name[0].isupper() and not hasattr(model, name)} == set()


def test_every_word_that_people_meet_is_in_the_glossary_once() -> None:
    words = [word.lower() for word, _ in ENTRY.findall(GLOSSARY)]
    assert set(WORDS) - set(words) == set()
    assert len(words) == len(set(words))


def test_the_words_of_each_part_of_the_glossary_are_in_order() -> None:
    for part in GLOSSARY.split("\n## ")[1:]:
        words = [word.lower() for word, _ in ENTRY.findall(part)]
        assert words == sorted(words)


# -- settings ----------------------------------------------------------------------------------------------------

SETTINGS = {
    name: default
    for names, defaults, *_ in rows_of(SETTINGS_PAGE, "| setting |")
    for name, default in zip(CODE.findall(names), CODE.findall(defaults) or [defaults], strict=False)
}
# The default is a sentence: text on a terminal, else JSON.
TOLD_IN_WORDS = {"WIREWATCH_LOG"}


def test_the_page_of_settings_has_every_one_and_no_other() -> None:
    assert set(SETTINGS) == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("name", sorted(set(SETTINGS) - TOLD_IN_WORDS))
def test_the_page_of_settings_says_the_default_of_each(name: str) -> None:
    default = Settings.model_fields[name.lower()].default
    told = SETTINGS[name]
    if isinstance(default, timedelta):
        assert model.duration(told) == default
    else:
        assert told == ("none" if default in (None, "") else str(default).lower() if default is False else str(default))


# -- commands ----------------------------------------------------------------------------------------------------


def commands_of(command: Any, path: str = "") -> dict[str, Any]:
    """Every command by its full name: "stories list"."""
    if not isinstance(command, TyperGroup):
        return {path: command}
    return {
        name: found
        for word, inner in command.commands.items()
        for name, found in commands_of(inner, f"{path} {word}".strip()).items()
    }


def options_of(command: str) -> dict[str, Any]:
    """The options of a command by their names, that which turns one off ("--no-desk") among them."""
    params = COMMANDS[command].params
    return {name: param for param in params for name in (*param.opts, *param.secondary_opts) if OPTION.match(name)}


COMMANDS = commands_of(get_command(service.app))
SYNTAX = [cells[0].replace("`", "") for cells in rows_of(COMMANDS_PAGE, "| command |")]


def commands_in(syntax: str) -> list[str]:
    """The commands that a row is about: "db upgrade | backup FILE" is "db upgrade" and "db backup"."""
    found: list[str] = []
    for choice in syntax.split(" | "):
        words = choice.split()
        if not words[0].startswith("-"):
            group = found[-1].partition(" ")[0] if found else words[0]
            command = " ".join([group, *words][:2]) if found else " ".join(words[:2])
            found.append(command if command in COMMANDS else words[0])
    return found


def test_the_page_of_commands_has_every_one_and_no_other() -> None:
    assert {command for syntax in SYNTAX for command in commands_in(syntax)} == set(COMMANDS)


@pytest.mark.parametrize("syntax", SYNTAX)
def test_the_options_on_the_page_are_those_of_the_command(syntax: str) -> None:
    """Their names, and what may be chosen; of a row about several commands, one has the option at least."""
    options = {name: option for command in commands_in(syntax) for name, option in options_of(command).items()}
    assert set(OPTION.findall(syntax)) - set(options) == set()
    for name, choices in re.findall(r"(--[a-z-]+) ([a-z]+(?:\|[a-z]+)+)", syntax):
        assert choices.split("|") == [str(choice) for choice in options[name].type_descriptor.annotation]


@pytest.mark.parametrize("command", sorted(COMMANDS))
def test_every_option_is_told_of_in_some_page(command: str) -> None:
    told = {name for page in PAGES for name in OPTION.findall(page.read_text(encoding="utf-8"))}
    told_of = {param.name for name, param in options_of(command).items() if name in told}
    assert {param.name for param in options_of(command).values()} - told_of == set()


FENCE = re.compile(r"^ *```[a-z]*\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
TYPED = re.compile(r"(?:^|exec \S+ )(?:[\w./-]*/)?python service\.py (.+)$", re.MULTILINE)
MADE = re.compile(r"^ *make ([a-z]+)", re.MULTILINE)


def typed_in(page: Path) -> list[str]:
    """Every command that a page gives people to type: the lines of its blocks, and whole ones between backticks."""
    text = page.read_text(encoding="utf-8")
    blocks = "\n".join(line.strip().removeprefix("$ ") for block in FENCE.findall(text) for line in block.splitlines())
    between = "\n".join(one for one in CODE.findall(text) if " service.py " in one)
    return [found for part in (blocks, between) for found in TYPED.findall(part)]


HOW_TO = [
    (page.relative_to(ROOT).as_posix(), typed) for page in PAGES for typed in typed_in(page) if typed != "COMMAND"
]


def test_commands_are_found_on_pages() -> None:
    """Else the test below could not fail."""
    assert len(HOW_TO) > 30


@pytest.mark.parametrize(("page", "typed"), HOW_TO)
def test_a_command_that_a_page_gives_is_one_that_wirewatch_takes(
    page: str, typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its words are read as when it runs: an option that there is none of, or a wrong value, is an error."""
    monkeypatch.chdir(tmp_path)
    for name in ("list.opml", "items.jsonl", "FILES", "…"):
        Path(name).touch()
    # One of `this|that` is typed.
    words = [re.sub(r"^([a-z-]+)\|.*", r"\1", word) for word in shlex.split(typed.partition(" > ")[0], comments=True)]
    count = 2 if " ".join(words[:2]) in COMMANDS else 1
    command = COMMANDS[" ".join(words[:count])]
    command.make_context(page, list(words[count:]), help_option_names=["--help"])


def test_the_targets_that_pages_give_are_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    given = {name for page in PAGES for block in FENCE.findall(page.read_text("utf-8")) for name in MADE.findall(block)}
    assert given >= {"run", "test", "demo"}
    assert given - targets == set()


# -- rooms -------------------------------------------------------------------------------------------------------

ROOMS = {
    (room if "/" in room or room == "service.py" else f"monitor/{room}"): set(CODE.findall(questions))
    for rooms, questions, *_ in rows_of(CONTRIBUTING, "| where |")
    for room in CODE.findall(rooms)
}
# The rows of these say by what their files are named.
NAMED_BY_WHAT_THEY_ARE_OF = {"monitor/commands/", "storage/"}


def modules_in(room: str) -> set[str]:
    inside = (ROOT / room).iterdir()
    names = {f"{path.name}/" if (path / "__init__.py").exists() else path.stem for path in inside if is_code(path)}
    return names - {"__init__"}


def is_code(path: Path) -> bool:
    return path.suffix == ".py" or (path / "__init__.py").exists()


def test_the_table_of_rooms_has_every_folder_and_loose_module() -> None:
    inside = {f"monitor/{name}" if name[-1] == "/" else f"monitor/{name}.py" for name in modules_in("monitor")}
    assert set(ROOMS) == {*inside, "storage/", "service.py"}


@pytest.mark.parametrize("room", sorted(room for room in ROOMS if room[-1] == "/"))
def test_a_row_names_the_modules_of_its_folder(room: str) -> None:
    """No other, and all of them, so that whoever adds one says which question it answers."""
    named = {name.partition(".")[0] for name in ROOMS[room]}
    assert named - modules_in(room) == set()
    assert room in NAMED_BY_WHAT_THEY_ARE_OF or modules_in(room) - named == set()


# Made up, for a tutorial and as a pattern.
NO_FILES = {"rules/press.yaml", "rules/..."}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_files_that_a_page_names_are_there(page: Path) -> None:
    named = {name for name in CODE.findall(page.read_text(encoding="utf-8")) if PATH.fullmatch(name)}
    assert {name for name in named - NO_FILES if not (ROOT / name).exists()} == set()


LINK = re.compile(r"\]\(([^)\s]+)\)")


def anchors_of(page: Path) -> set[str]:
    """What a link to a heading of the page may name, as GitHub makes it of the heading's words."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_the_links_of_a_page_lead_somewhere(page: Path) -> None:
    links = [
        link for link in LINK.findall(page.read_text(encoding="utf-8")) if not link.startswith(("http", "mailto:"))
    ]
    for path, _, anchor in (link.partition("#") for link in links):
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), path
        assert not anchor or anchor in anchors_of(target), f"{path}#{anchor}"


def test_every_page_is_listed_where_a_reader_looks_for_it() -> None:
    """docs/README.md, but for the decisions, which have a page of their own for that."""
    index = ROOT / "docs" / "README.md"
    listed = {(index.parent / link).resolve() for link in LINK.findall(index.read_text(encoding="utf-8"))}
    pages = {page for page in (ROOT / "docs").rglob("*.md") if page.parent.name != "decisions"}
    assert pages - listed == {index}
    assert ROOT / "docs" / "decisions" / "README.md" in listed


# -- errors ------------------------------------------------------------------------------------------------------

BRANCH = re.compile(r"^ {4}((?:[│ ]   )*)[├└]── (\w+)", re.MULTILINE)
LOOSE = re.compile(r"^    (\w+) \((\w+)\)  ", re.MULTILINE)


def exceptions_in_code() -> dict[str, str]:
    """Every class of exceptions in the code, and the one it derives from."""
    bases = {
        node.name: ast.unparse(node.bases[0])
        for path in SOURCES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ClassDef) and len(node.bases) == 1
    }

    def raised(name: str) -> bool:
        return raised(bases[name]) if name in bases else issubclass(getattr(builtins, name, object), BaseException)

    return {name: base for name, base in bases.items() if raised(name)}


def exceptions_in_words(page: str) -> dict[str, str]:
    """Those of the drawn tree, then those that stand by themselves."""
    path = ["WirewatchError"]
    found = {"WirewatchError": "Exception"}
    for indent, name in BRANCH.findall(page):
        path[len(indent) // 4 + 1 :] = [name]
        found[name] = path[-2]
    return found | dict(LOOSE.findall(page))


def test_the_tree_of_errors_is_drawn_as_it_is() -> None:
    assert exceptions_in_words(errors.__doc__ or "") == exceptions_in_code()


# -- decisions ---------------------------------------------------------------------------------------------------

DECISION_PAGES = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
DECISIONS = {path.name[:4] for path in DECISION_PAGES}
LISTED = re.compile(r"^- \[(\d+\. [^\]]+)\]\(([^)]+)\)", re.MULTILINE)
MENTION = re.compile(r"\[decision\s(\d+)\]\(\S*?(\d{4})-", re.IGNORECASE)


def test_every_decision_is_named_by_code_that_carries_it_out() -> None:
    named = {number for path in SOURCES for number in DECISION.findall(path.read_text(encoding="utf-8"))}
    assert named == DECISIONS


def test_decisions_are_numbered_without_a_gap_and_titled_so() -> None:
    titles = [page.read_text(encoding="utf-8").partition(". ")[0] for page in DECISION_PAGES]
    assert titles == [f"# {number}" for number in range(1, len(DECISION_PAGES) + 1)]
    assert [int(page.name[:4]) for page in DECISION_PAGES] == list(range(1, len(DECISION_PAGES) + 1))


def test_every_decision_is_listed_once_under_a_theme_by_its_title() -> None:
    index = (ROOT / "docs" / "decisions" / "README.md").read_text(encoding="utf-8")
    listed = [(page, " ".join(title.split())) for title, page in LISTED.findall(index)]
    titles = {page.name: page.read_text(encoding="utf-8").partition("\n")[0] for page in DECISION_PAGES}
    assert sorted(listed) == [(name, title.removeprefix("# ")) for name, title in titles.items()]


def test_a_link_to_a_decision_leads_to_the_one_that_it_names() -> None:
    texts = [page.read_text(encoding="utf-8") for page in PAGES]
    links = [found for text in texts for found in MENTION.findall(text)]
    assert len(links) > 50
    assert [(said, leads) for said, leads in links if int(said) != int(leads)] == []
