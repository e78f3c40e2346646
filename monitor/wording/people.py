"""People and times in the words of the desk."""

from __future__ import annotations

from datetime import datetime

from monitor.model import Person
from monitor.wording.messages import clock
from monitor.wording.safe import isolated, safe, shortened

_NAME = 40


def name_of(person: Person) -> str:
    """A person's name, made safe; it is text that they chose."""
    return isolated(shortened(safe(person.name), _NAME)) or safe(person.user_id) or "somebody"


def since(then: datetime, now: datetime) -> str:
    """Since when: "since 14:05 UTC", with the day when it was another."""
    return f"since {clock(then, now)}"


def until(then: datetime, now: datetime) -> str:
    """Until when: "until 14:05 UTC", with the day when it is another."""
    return f"until {clock(then, now)}"
