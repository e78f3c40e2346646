"""What does a part of a file hold? It is made a model, and what does not fit is told in plain words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import reduce
from itertools import dropwhile, islice, takewhile
from operator import getitem
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from monitor.errors import Level, Problem
from monitor.files import mistakes
from monitor.files.yaml import Location, YamlFile, closest
from monitor.wording.lists import listed

M = TypeVar("M", bound=BaseModel)
Meant = Mapping[Location, str | None]
_KEYS_LISTED = 24
_LISTS = ("list_type", "tuple_type")


def validate(model: type[M], data: Any, file: YamlFile, location: Location = ()) -> M | None:
    """A part of the file as a model; what does not fit is added to the file's problems, all at once."""
    try:
        made = model.model_validate(data)
    except ValidationError as error:
        told: dict[Location, Problem] = {}
        found = _with_lists_in_braces(error.errors(), data)
        meant = _meant(found, model)
        for details in _once(found, meant):
            where = (*location, *_plain(details["loc"]))
            told.setdefault(where, _in_plain_words(details, where, model, file, meant))
        file.problems.extend(told.values())
        return None
    for where in _without_value(data, location):
        message = f"{where[-1]}: {mistakes.NOTHING}"
        file.problems.append(file.problem(where, message, level=Level.WARNING, key=True))
    return made


def _without_value(data: Any, location: Location) -> Iterator[Location]:
    """The keys behind which nothing stands, as where all that belongs to them was made a comment."""
    if isinstance(data, dict):
        for key, value in data.items():
            if value is None:
                yield (*location, key)
            else:
                yield from _without_value(value, (*location, key))
    elif isinstance(data, list) and data and isinstance(data[0], dict):
        for number, one in enumerate(data):
            yield from _without_value(one, (*location, number))


def _with_lists_in_braces(found: Sequence[ErrorDetails], data: Any) -> Sequence[ErrorDetails]:
    """What pydantic found, with one mistake for a list in braces without its brackets: {all: mine, harm}.

    YAML takes all of its items but the first for keys without a value.
    """
    keys = [_plain(one["loc"]) for one in found if one["type"] == "extra_forbidden" and one["input"] is None]
    items: list[Location] = []
    told: list[ErrorDetails] = []
    for details in found:
        first, written = _plain(details["loc"]), details["input"]
        if keys and details["type"] in _LISTS and isinstance(written, str):
            others = [*takewhile(keys.__contains__, _behind(first, data))]
            items += others
            written = ", ".join([written, *(str(one[-1]) for one in others)])
        told.append(details | {"input": written})
    return [one for one in told if _plain(one["loc"]) not in items]


def _behind(location: Location, data: Any) -> Iterator[Location]:
    """Where the keys stand that are written behind one, beside it."""
    around = location[:-1]
    beside = [(*around, key) for key in reduce(getitem, around, data)]
    yield from islice(dropwhile(lambda one: one != location, beside), 1, None)


def _meant(found: Sequence[ErrorDetails], model: type[BaseModel]) -> Meant:
    """Which key each unknown one was probably meant to be: one much alike, or the only one that is missing there."""
    unknown = [details["loc"] for details in found if details["type"] == "extra_forbidden"]
    meant = {where: closest(str(where[-1]), keys_of(model, where[:-1])) for where in unknown}
    for where in unknown:
        beside = [one for one in unknown if one[:-1] == where[:-1]]
        missing = [one["loc"][-1] for one in found if one["type"] == "missing" and one["loc"][:-1] == where[:-1]]
        if len(beside) == len(missing) == 1 and meant[where] is None:
            meant[where] = str(missing[0])
    return meant


def _once(found: Sequence[ErrorDetails], suggested: Meant) -> Iterator[ErrorDetails]:
    """What pydantic found, without what follows from another mistake.

    A list whose items are all wrong is not also too short; a misspelt key is not also missing; a list of texts where
    keys and values belong is one mistake, however many texts there are.
    """
    places = [details["loc"] for details in found]
    meant = {(*where[:-1], key) for where, key in suggested.items()}
    lists: set[tuple[int | str, ...]] = set()
    for details in found:
        where, kind = details["loc"], details["type"]
        if kind == "too_short" and any(len(one) > len(where) and one[: len(where)] == where for one in places):
            continue
        if kind == "missing" and where in meant:
            continue
        if kind in ("model_type", "model_attributes_type", "dict_type") and where and isinstance(where[-1], int):
            if where[:-1] in lists:
                continue
            lists.add(where[:-1])
        yield details


def unknown_keys(file: YamlFile, known: Sequence[str]) -> set[str]:
    """Tell of the keys of a whole file that are none of `known`; which of those they were probably meant to be."""
    meant = set()
    for key in sorted(file.data.keys() - set(known)):
        close = closest(key, known)
        meant |= {close} if close and close not in file.data else set()
        message = f'unknown key "{key}"; known are {listed(known)}'
        file.problems.append(file.problem((key,), message, suggestion=close, key=True))
    return meant


def no_keys(file: YamlFile, section: str, entries: Sequence[Any], message: str) -> bool:
    """Tell once of all entries of a list that are no keys with values; whether there is one."""
    wrong = [(section, number) for number, entry in enumerate(entries) if not isinstance(entry, dict)]
    if wrong:
        file.problems.append(file.problem(wrong[0], message + file.also_in(wrong[1:])))
    return bool(wrong)


def _plain(location: tuple[int | str, ...]) -> Location:
    """Pydantic's location without the names it gives to the branches of a union."""
    return tuple(part for part in location if isinstance(part, int) or not part.startswith(("function-", "union[")))


def _in_plain_words(
    details: ErrorDetails, where: Location, model: type[BaseModel], file: YamlFile, meant: Meant
) -> Problem:
    name = next((str(part) for part in reversed(where) if isinstance(part, str)), "the file")
    value = details.get("input")
    context: Mapping[str, Any] = details.get("ctx") or {}
    kind = details["type"]
    if kind == "extra_forbidden":
        suggestion, keys = meant.get(details["loc"]), keys_of(model, details["loc"][:-1])
        begun = name.partition(":")[0]
        if begun != name and begun in keys:
            return file.problem(where, f'a blank is missing behind "{begun}:"', key=True)
        if where in file.bare and suggestion is None:
            message = f'unknown key "{name}"; if it belongs to the text before the comma, put the whole text in quotes'
            return file.problem(where, message, key=True)
        home = None if suggestion else _home_of(name, model, details["loc"][:-1])
        known = "" if suggestion or len(keys) > _KEYS_LISTED else f"; known are {listed(keys)}"
        known = f"; it belongs {home}" if home else known
        return file.problem(where, f'unknown key "{name}"{known}', suggestion=suggestion, key=True)
    if kind == "missing":
        return file.problem(where[:-1], f'the key "{name}" is missing', key=True)
    if value is None and isinstance(where[-1], int):
        return file.problem(where, f"{name}: this item is empty; write it, or delete the line")
    shown = f'"{value}"' if isinstance(value, str | int | float) else "this"
    if kind in ("enum", "literal_error"):
        expected = str(context.get("expected", "")).replace("'", "")
        options = expected.replace(" or ", ", ").split(", ")
        suggestion = closest(value, options) if isinstance(value, str) else None
        wrong = f"a value is missing: {expected}" if value is None else f"{shown} is not one of {expected}"
        return file.problem(where, f"{name}: {wrong}", suggestion=suggestion)
    if kind == "value_error":
        return file.problem(where, f"{name}: {context.get('error')}")
    return file.problem(where, f"{name}: {mistakes.expected(kind, context, value)}")


def _home_of(key: str, model: type[BaseModel], location: Location) -> str | None:
    """Where a key belongs that stands at a location and is none there: under a key beside it, or farther out."""
    for beside in keys_of(model, location):
        if key in keys_of(model, (*location, beside)) and _inner(model, (*location, beside)) is not None:
            return f"under {beside}"
    out = next((end for end in range(len(location) - 1, -1, -1) if key in keys_of(model, location[:end])), None)
    if out is None:
        return None
    around = next((part for part in reversed(location[:out]) if isinstance(part, str)), None)
    return f"to {around}" if around else "farther out, among the keys that begin their lines"


def keys_of(model: type[BaseModel], location: Collection[int | str]) -> list[str]:
    """The keys that are known where a location leads, looking through lists and optional values."""
    return [info.alias or name for name, info in (_inner(model, location) or model).model_fields.items()]


def _inner(model: type[BaseModel], location: Collection[int | str]) -> type[BaseModel] | None:
    """The model of what stands where a location leads, looking through lists and optional values; None without one."""
    current: Any = model
    for part in location:
        if isinstance(part, str) and isinstance(current, type) and issubclass(current, BaseModel):
            info = next((one for name, one in current.model_fields.items() if part in (name, one.alias)), None)
            current = _model_in(info.annotation) if info else current
    return current if isinstance(current, type) and issubclass(current, BaseModel) else None


def _model_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        if found := _model_in(argument):
            return found
    return None
