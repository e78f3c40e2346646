"""Whether a report is of one event: live pages and briefings go on from event to event (docs/decisions/0018)."""

from __future__ import annotations

import re
from enum import StrEnum
from urllib.parse import urlsplit

__all__ = ["Scope", "scope_of"]


class Scope(StrEnum):
    """What a report is about: one event, one of the `MANY` that its page goes on with, or `SEVERAL` at once."""

    ONE = "one"
    MANY = "many"
    SEVERAL = "several"


# Words of headlines on pages that go on from event to event.
_MANY = re.compile(
    r"\b(?:live|as it happened|latest news|updates?|in photos|in pictures|what we know|dispatches|podcast|key events"
    r"|first thing|brief"
    r"|en direct|en images|ce que l['’]on sait|minute par minute|en vivo|en directo|minuto a minuto|lo que se sabe)\b"
    r"|онлайн|хроника|прямой эфир|текстовая трансляция|наживо|хроніка|مباشر|لحظة بلحظة",
    re.IGNORECASE,
)
# Words of headlines that name no event alone, or go on to another behind it.
_SEVERAL = re.compile(
    r"\b(?:round-?up|briefing|newsletter|at a glance|top stories|headlines|news wrap|(?:the|this) week in"
    r"|what happened (?:today|overnight|this week)|day in review|list of (?:key )?events"
    r"|ce qu['’]il faut (?:retenir|savoir)|l['’]essentiel de|les titres|revue de presse|le point sur la situation"
    r"|resumen|las claves|titulares|boletín|lo más destacado)\b"
    r"|главное (?:за|к|на|о)\b|главные (?:новости|события)|итоги (?:дня|недели|ночи)|сводка за|дайджест"
    r"|обзор (?:прессы|дня)"
    r"|головне (?:за|про|на)\b|головні (?:новини|події)|підсумки (?:дня|тижня|ночі)|зведення за|дайджест"
    r"|أبرز (?:ما|الأحداث|الأخبار|التطورات|العناوين)|موجز|حصاد (?:اليوم|الأسبوع)|عناوين الأخبار|النشرة",
    re.IGNORECASE,
)
# The days of a war are counted by those who sum them up: "day 1,012", "jour 500", "500-й день".
_DAY_OF_WAR = re.compile(
    r"\b(?:war|conflict|invasion|guerre|conflit|guerra|война|войны|війна|війни|حرب|الحرب)\b.{0,40}"
    r"\b(?:day|jour|día|день|доба|اليوم)\b"
    r"|\b(?:day|jour|día|اليوم)\s+(?:\d{3}|\d,\d{3}|\d{4})\b|\b\d{3,4}(?:-?[йяи])?\s+(?:день|доба|дня)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"; ")
_ADDRESS = re.compile(r"/(?:live|live-updates?|liveblog|live-news|en-direct|directo|briefing|newsletters?)(?:/|$)")


def scope_of(title: str, url: str = "") -> Scope:
    """What a report is about, by its headline and address.

    A live page whose headline names one event is about that one, for now: `MANY`. What the headline sums up, counts in
    days of a war, or goes on from, is about `SEVERAL`.
    """
    many = bool(_MANY.search(title)) or bool(_ADDRESS.search(urlsplit(url).path))
    if _SEVERAL.search(title) or _DAY_OF_WAR.search(title) or (many and _GOES_ON.search(title)):
        return Scope.SEVERAL
    return Scope.MANY if many else Scope.ONE
