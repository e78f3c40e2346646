"""What can still be said of a rule with mistakes in its keys: the rest, so that all mistakes are told at once."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from pydantic import ValidationError

from monitor.match.ruleformat import RuleModel

_ROUNDS = 4
_STAND_INS = {"format": 1, "id": "stand-in", "find": [{"name": "-"}]}


def salvaged(data: dict[str, Any]) -> RuleModel | None:
    """The rule with what is wrong in it left out or put right, for further checks only; None when that is too much."""
    rest = deepcopy(data)
    for _ in range(_ROUNDS):
        try:
            return RuleModel.model_validate(rest)
        except ValidationError as error:
            for details in error.errors():
                path = [part for part in details["loc"] if isinstance(part, int) or not part.startswith("function-")]
                if path:
                    _mend(rest, path, missing=details["type"] == "missing")
    return None


def _mend(data: dict[str, Any], path: list[int | str], *, missing: bool) -> None:
    """Put a stand-in where something is missing, else a list around a single text, else leave out what is there.

    Nothing is taken out of a list, so that all the rest keeps its place.
    """
    *way, last = path
    holder: Any = data
    for part in way:
        try:
            holder = holder[part]
        except (KeyError, IndexError, TypeError):
            return
    if isinstance(holder, list) and isinstance(last, int):
        holder[last] = {"name": "-"} if way[-1:] == ["find"] else "-"
    elif isinstance(holder, dict):
        value = holder.pop(last, None)
        if missing:
            holder[last] = _STAND_INS.get(str(last), "-")
        elif isinstance(value, str):
            holder[last] = [value]
        elif way[:1] == ["words"]:
            holder[last] = {} if len(way) == 1 else []
