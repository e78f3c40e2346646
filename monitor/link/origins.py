"""How many outlets report a story, and from how many origins: what is copied or credited is nobody's own report."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from monitor.model import Member

# Names as agencies are credited by, in the scripts that items come in. Short ones count in capitals only.
_NAMES: Mapping[str, tuple[str, ...]] = {
    "reuters": ("Reuters", "REUTERS", "Рейтер", "Рейтерс", "رويترز"),
    "afp": ("AFP", "Agence France-Presse", "Agence France Presse", "Франс Пресс", "فرانس برس", "أ ف ب"),
    "ap": ("AP", "Associated Press", "Ассошиэйтед Пресс", "أسوشيتد برس"),
    "dpa": ("dpa", "DPA"),
    "efe": ("EFE",),
    "ansa": ("ANSA",),
    "upi": ("UPI",),
    "xinhua": ("Xinhua", "Синьхуа", "شينخوا"),
    "anadolu": ("Anadolu", "Anadolu Agency", "Анадолу", "الأناضول"),
    "tass": ("TASS", "ТАСС", "تاس"),
    "interfax": ("Interfax", "Интерфакс", "Інтерфакс"),
    "ria": ("RIA Novosti", "RIA", "РИА Новости", "РИА"),
    "ukrinform": ("Ukrinform", "Укринформ", "Укрінформ"),
    "unian": ("UNIAN", "УНИАН", "УНІАН"),
    "sana": ("SANA", "سانا"),
    "wafa": ("WAFA", "وفا"),
    "irna": ("IRNA", "إرنا"),
}
_AGENCIES = {name: agency for agency, names in _NAMES.items() for name in names}
_NAME = "|".join(sorted(map(re.escape, _AGENCIES), key=len, reverse=True))
_CREDITS = tuple(
    re.compile(pattern)
    for pattern in (
        rf"[(\[/«\"]\s*(?:[Aa]vec |[Cc]on |with )?({_NAME})\s*[)\]/»\"]",
        rf"(?:\s[-–—|]\s*|©\s*|\n\s*)({_NAME})\s*(?:\)|$|\n)",
        rf"(?:агентств\w*|агенці\w*|وكالة(?: أنباء)?|[Aa]gence|[Aa]gencia|news agency)\s+[«\"]?({_NAME})(?!\w)",
        rf"(?:[Ss]ource|Источник|Джерело|المصدر)\s*:\s*({_NAME})(?!\w)",
        rf"(?<!\w)({_NAME}) (?:reported|reports|news agency|сообщает|сообщил[аио]?|повідомляє|повідомило)(?!\w)",
        rf"(?:сообщает|переда[её]т|повідомляє|передає|[Ss]elon(?: l['’])?|[Ss]egún|according to)\s*({_NAME})(?!\w)",
    )
)
_EDGE = 300
_SHORTEST_NAME = 4
"""Characters of an outlet's name; shorter ones are words too."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How widely a story is reported; never more origins than outlets.

    `second` is the first item that has another origin than the first, "" when there is none.
    """

    outlets: int
    origins: int
    second: str = ""


def credit_of(title: str, summary: str, body: str = "") -> str:
    """The news agency that a text credits, by a short name such as "reuters"; empty when it credits none.

    Of a body only its beginning and its end are read: there credits stand, between them agencies are only spoken of.
    """
    texts = (title, summary, body[:_EDGE], body[-_EDGE:])
    for text in filter(None, texts):
        for pattern in _CREDITS:
            if found := pattern.search(text):
                return _AGENCIES[found[1]]
    return ""


def reach_of(
    members: Iterable[Member],
    *,
    only_reacting: Collection[str] = (),
    outlets: Mapping[str, str] = MappingProxyType({}),
) -> Reach:
    """Count the outlets and origins of a story.

    Outlets are publisher families. Members of one family, copies of each other and those that credit one agency have
    one origin between them; an agency's own family is that agency. The items `only_reacting` are no origin of what they
    react to. `outlets` are their names by item: who names another outlet of the story has the news from that one.
    """
    known = {member.item_id: member for member in members}
    credit = {_first(member, known): member.credit for member in reversed(known.values()) if member.credit}
    origins: dict[str, str] = {}
    named: dict[str, str] = {}
    for member in sorted(known.values(), key=lambda member: member.seen_at):
        first = _first(member, known)
        if first in only_reacting:
            continue
        source = known.get(first)
        name = outlets.get(member.item_id, "").split(" - ")[0].strip()
        own = _AGENCIES.get(name.partition(" ")[0]) or (_agency_or_family(source.family) if source else first)
        origin = credit.get(first) or _named_in(member, named, own) or own
        origins.setdefault(origin, member.item_id)
        if len(name) >= _SHORTEST_NAME:
            named.setdefault(name, origin)
    families = len({member.family for member in known.values()})
    count = min(families, max(1, len(origins)))
    return Reach(families, count, list(origins.values())[1] if count > 1 else "")


def _named_in(member: Member, named: Mapping[str, str], own: str) -> str:
    """The origin of an earlier outlet that a report names, as "Kalam News reports" does; "" when it names none."""
    for name, origin in named.items():
        for text in (member.title, member.summary):
            if origin != own and name in text and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                return origin
    return ""


def _first(member: Member, known: Mapping[str, Member]) -> str:
    """The item that a member is a copy of, through copies of copies; itself when it is none."""
    seen = {member.item_id}
    item_id = member.item_id
    while (at := known.get(item_id)) and at.copy_of and at.copy_of not in seen:
        item_id = at.copy_of
        seen.add(item_id)
    return item_id


def _agency_or_family(family: str) -> str:
    """A family's name, or its agency's: "reuters.com" and "reuters" are Reuters."""
    return next((part for part in re.split(r"[^a-z0-9]+", family.casefold()) if part in _NAMES), family)
