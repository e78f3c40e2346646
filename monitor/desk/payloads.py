"""What Slack sends when people act, read as if anybody could have written it: wrong shapes give None, never an error.

https://docs.slack.dev/reference/interaction-payloads has the shapes.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from monitor.decide.acts import person
from monitor.model import Cause, Person

_LONGEST_ID = 255
_LONGEST_VALUE = 400
_LONGEST_TEXT = 3_000
_LONGEST_ADDRESS = 1_000
_MOST_CHOSEN = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Addressee:
    """Where somebody who acted can be answered: in a channel, maybe in a thread there, or by an address of Slack's.

    `url_first` says by which of them first. https://docs.slack.dev/interactivity/handling-user-interaction#message_responses
    """

    user_id: str
    channel: str
    thread_ts: str = ""
    response_url: str = ""
    url_first: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A button pressed or an option chosen.

    `value` is the button's or the option's, `card` the delivery whose block it stands in ("" when none is named).
    `key` is the same when Slack delivers the click again. `thread_ts` is the thread that it was made in.
    """

    key: str
    action_id: str
    value: str
    card: str
    by: Person
    channel: str
    thread_ts: str
    trigger_id: str
    response_url: str
    link: bool = False

    @property
    def addressee(self) -> Addressee:
        """Where whoever clicked is answered."""
        return Addressee(
            user_id=self.by.user_id, channel=self.channel, thread_ts=self.thread_ts, response_url=self.response_url
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A form, sent. `card`, `channel`, `story` and `response_url` are of the click that it was opened for.

    `cause`, `rule`, `word` and `note` are of the form of "not relevant", `into` of that of a merge, `items` of that of
    a split; they are empty in the others.
    """

    key: str
    form: str
    by: Person
    card: str
    channel: str
    cause: Cause | None
    rule: str | None
    word: str
    note: str
    story: str = ""
    into: str = ""
    items: tuple[str, ...] = ()
    response_url: str = ""

    @property
    def addressee(self) -> Addressee:
        """Where whoever sent it is answered: Slack gives no address with a form."""
        return Addressee(user_id=self.by.user_id, channel=self.channel, response_url=self.response_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`/wirewatch WHAT ABOUT`. `key` is the same when Slack delivers the command again."""

    key: str
    what: str
    about: str
    by: Person
    channel: str
    response_url: str

    @property
    def addressee(self) -> Addressee:
        """Where whoever asked is answered: a command can be given where Wirewatch is not in the channel."""
        return Addressee(user_id=self.by.user_id, channel=self.channel, response_url=self.response_url, url_first=True)


def click_of(body: object) -> Click | None:
    """The click that a block_actions payload tells of; None when it tells of none."""
    actions = _at(body, "actions")
    action = actions[0] if isinstance(actions, list) and actions else None
    action_id, by = _text(action, "action_id"), _person(_at(body, "user"))
    if not action_id or by is None:
        return None
    option = _at(action, "selected_option")
    block = _text(action, "block_id").split(":")
    return Click(
        key=_key(by, _text(action, "action_ts"), action_id, body),
        action_id=action_id,
        value=_text(option, "value", _LONGEST_VALUE) or _text(action, "value", _LONGEST_VALUE),
        card=block[1] if block[0] in ("desk", "undo") and len(block) > 1 else "",
        by=by,
        channel=_text(_at(body, "channel"), "id") or _text(_at(body, "container"), "channel_id"),
        thread_ts=_text(_at(body, "container"), "thread_ts") or _text(_at(body, "message"), "thread_ts"),
        trigger_id=_text(body, "trigger_id"),
        response_url=_text(body, "response_url", _LONGEST_ADDRESS),
        link=bool(_text(action, "url")),
    )


def submission_of(body: object) -> Submission | None:
    """The form that a view_submission payload brings; None when it brings none of ours."""
    view, by = _at(body, "view"), _person(_at(body, "user"))
    view_id = _text(view, "id")
    if by is None or not view_id:
        return None
    about = _object(_text(view, "private_metadata", _LONGEST_TEXT))
    fields = _fields(_at(_at(view, "state"), "values"))
    return Submission(
        key=f"{by.user_id}:{view_id}:view",
        form=_text(view, "callback_id"),
        by=by,
        card=_text(about, "card"),
        channel=_text(about, "channel"),
        cause=_cause(fields.get("cause", "")),
        rule=fields.get("rule") or None,
        word=fields.get("word", ""),
        note=fields.get("note", ""),
        story=_text(about, "story"),
        into=fields.get("into", ""),
        items=_chosen(_at(_at(view, "state"), "values"), "items"),
        response_url=_text(about, "response_url", _LONGEST_ADDRESS),
    )


def question_of(body: object) -> Question | None:
    """The slash command that a payload brings; None when it brings none."""
    user_id = _text(body, "user_id")
    if not user_id or not _text(body, "command"):
        return None
    # A line break or a blank of another kind ends the first word too, as where people paste.
    what, about = [*_text(body, "text", _LONGEST_TEXT).split(None, 1), "", ""][:2]
    return Question(
        key=f"{user_id}:{_text(body, 'trigger_id') or _text(body, 'response_url')}:command",
        what=what.casefold(),
        about=about.strip(),
        by=person(user_id, _text(body, "user_name")),
        channel=_text(body, "channel_id"),
        response_url=_text(body, "response_url", _LONGEST_ADDRESS),
    )


def _key(by: Person, action_ts: str, action_id: str, body: object) -> str:
    if not action_ts:
        action_ts = hashlib.sha256(json.dumps(body, sort_keys=True, default=str).encode()).hexdigest()[:16]
    return f"{by.user_id}:{action_ts}:{action_id}"


def _person(user: object) -> Person | None:
    user_id = _text(user, "id")
    return person(user_id, _text(user, "username") or _text(user, "name")) if user_id else None


def _fields(values: object) -> dict[str, str]:
    """The text or chosen value of each field of a form, by its action."""
    found: dict[str, str] = {}
    for block in values.values() if isinstance(values, dict) else ():
        for name, field in block.items() if isinstance(block, dict) else ():
            chosen = _text(_at(field, "selected_option"), "value", _LONGEST_VALUE)
            found[str(name)] = chosen or _text(field, "value", _LONGEST_TEXT)
    return found


def _chosen(values: object, name: str) -> tuple[str, ...]:
    """The values that were chosen in a field that takes several."""
    options = _at(_at(_at(values, name), name), "selected_options")
    found = (_text(option, "value") for option in (options if isinstance(options, list) else ())[:_MOST_CHOSEN])
    return tuple(value for value in found if value)


def _cause(word: str) -> Cause | None:
    return next((cause for cause in Cause if cause.value == word), None)


def _object(text: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _at(value: object, name: str) -> Any:
    return value.get(name) if isinstance(value, dict) else None


def _text(value: object, name: str, longest: int = _LONGEST_ID) -> str:
    found = _at(value, name)
    return found[:longest] if isinstance(found, str) else ""
