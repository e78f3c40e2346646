"""What Slack's error codes are about, and what a person does about them (docs/decisions/0016).

The set of codes is open. Only codes that are certainly about the words of one message, a closed list, may end a
delivery; those that may come after the message was stored need a look-up; of any other it is found out what they are
about.
https://docs.slack.dev/reference/methods/chat.postMessage#errors lists those that are documented.
"""

from __future__ import annotations

import re

from monitor.deliver.sink import Refused, Scope

CODES_PAGE = "https://docs.slack.dev/reference/methods/chat.postMessage#errors"

_LIMIT = {"ratelimited", "rate_limited", "message_limit_exceeded"}
_OF_LIMITS = re.compile(r"rate_?limit|too_many_requests|throttl", re.IGNORECASE)

# Of some Slack says that "some aspect of the operation succeeded before the error was raised". A code that nobody knows
# but that speaks of trouble on Slack's side is taken for one of them.
_MAYBE_POSTED = {"internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
_TROUBLE_OF_SLACK = re.compile(r"error|timed?_?out|unavailable|internal|fatal|fail|overload|try_again|temporar|partial")

_MESSAGE = {
    "attachment_payload_limit_exceeded",
    "invalid_attachments",
    "invalid_blocks",
    "invalid_blocks_format",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "markdown_text_conflict",
    "metadata_too_large",
    "msg_blocks_too_long",
    "msg_too_long",
    "no_text",
    "too_many_attachments",
    "too_many_contact_cards",
}

_ANOTHER = "or give the route another channel in routes.yaml"
CHANNEL = {
    "not_in_channel": "the bot is not in the channel; invite it",
    "channel_not_found": "there is no such channel, or it is private and the bot is not in it; check the id in "
    "routes.yaml, or invite the bot",
    "is_archived": f"the channel is archived; bring it back, {_ANOTHER}",
    "channel_is_archived": f"the channel is archived; bring it back, {_ANOTHER}",
    "is_inactive": f"the channel is frozen, archived or deleted; bring it back, {_ANOTHER}",
    "messages_tab_disabled": "the messages tab of this app is switched off; switch it on under App Home",
}

_SET_TOKEN = "set SLACK_BOT_TOKEN"  # noqa: S105 - no token
_TOKEN = {
    "invalid_auth": f"it is not valid; {_SET_TOKEN} to the bot token of the app",
    "not_authed": f"no token was sent; {_SET_TOKEN}",
    "account_inactive": f"its user or workspace was deleted; install the app again and {_SET_TOKEN}",
    "token_revoked": f"reinstall the app and {_SET_TOKEN}",
    "token_expired": f"it has expired; reinstall the app and {_SET_TOKEN}",
    "not_allowed_token_type": f"a bot token is needed, which begins with xoxb-; {_SET_TOKEN}",
    "missing_scope": "the token lacks {needed}; add it under OAuth & Permissions of the app and install the app again",
    "no_permission": "the token lacks {needed}; look at OAuth & Permissions of the app, and ask the workspace's admins",
    "org_login_required": "the workspace is being moved; its owners know when that ends",
}

_OUTDATED = "Slack no longer takes messages in the way of this version of Wirewatch; install a newer one"

# Known, but not whether they are about one channel or about all: that is found out.
_HINTS = {
    "accesslimited": "Slack does not let the app in from this network; ask the workspace's admins",
    "access_denied": "the workspace does not let the app in; ask its admins",
    "ekm_access_denied": "the workspace's admins have suspended posting; ask them",
    "enterprise_is_restricted": "the organisation does not let the app in; ask its admins",
    "external_channel_migrating": "the channel is being moved; that ends by itself",
    "channel_type_not_supported": f"ask the admins whether bots may post in a channel of this kind, {_ANOTHER}",
    "deprecated_endpoint": _OUTDATED,
    "method_deprecated": _OUTDATED,
    "team_not_found": "the workspace of the channel cannot be found; name the channel by its id in routes.yaml, and "
    "ask the organisation's admins whether the app is installed there",
    "team_access_not_granted": "the app is not installed in the workspace of the channel; ask the admins",
    "two_factor_setup_required": "the workspace asks for two-factor authentication first; ask its admins",
}

# Whole families: whether one is about a message, a thread, a channel or all of the workspace, the rest of it may say.
_FAMILIES = {
    "restricted_action": f"the workspace does not let the bot post here; ask its admins, {_ANOTHER}",
    "slack_connect_": "an organisation that shares the channel does not take what the message links to; ask the "
    f"admins, {_ANOTHER}",
}
_UNKNOWN = f"Wirewatch does not know this code; {CODES_PAGE} may say what it means"

# These refuse one method, not the whole app: without a scope for reading we can still post.
ONE_METHOD = {"missing_scope", "no_permission", "not_allowed_token_type", "not_in_channel"}


_SET_APP_TOKEN = "set SLACK_APP_TOKEN to the app-level token of the app"  # noqa: S105 - no token
_OF_SOCKETS = {
    **dict.fromkeys(_TOKEN, _SET_APP_TOKEN),
    "link_disabled": "Socket Mode is switched off; switch it on in the settings of the app",
    "missing_scope": "the app-level token lacks the scope connections:write; make one that has it",
    "too_many_websockets": "more processes are connected with this app token than the ten that Slack allows",
}


def of_socket(code: str) -> str:
    """Why there is no connection by Socket Mode, with what a person does about it where that is known."""
    advice = _OF_SOCKETS.get(code.partition(":")[0])
    return f"{code.partition(':')[0]}: {advice}" if advice else code


def is_limit(code: str) -> bool:
    """Whether a code says that too much was sent."""
    return code in _LIMIT or (_is_new(code) and _OF_LIMITS.search(code) is not None)


def maybe_posted(code: str) -> bool:
    """Whether a message that was answered with this code may be there."""
    return code in _MAYBE_POSTED or (_is_new(code) and _TROUBLE_OF_SLACK.search(code) is not None)


def is_of_thread(code: str) -> bool:
    """Whether a code that a reply got is about its thread: that is locked, or gone, or the channel has none."""
    return "thread" in code or "parent" in code or "reply" in code or code == "message_not_found"


def is_of_metadata(code: str) -> bool:
    """Whether a code is about what is sent with a message for us to find it by."""
    return "metadata" in code


def may_be_of_thread(refused: Refused) -> bool:
    """Whether a reply that was refused so may be taken by itself."""
    return refused.scope is Scope.UNCLEAR or is_of_thread(refused.code)


def refusal(code: str, needed: str = "", details: str = "") -> Refused:
    """What a code says; `needed` is the scope that the token lacks, `details` the place, when Slack names them."""
    if code in _TOKEN:
        lack = f"the scope {needed}" if needed else "a scope"
        return Refused(code, _TOKEN[code].format(needed=lack), Scope.APP)
    if code in CHANNEL:
        return Refused(code, CHANNEL[code], Scope.CHANNEL)
    if code in _MESSAGE:
        where = f" ({details})" if details else ""
        return Refused(code, f"Slack does not take the message as it is{where}", Scope.MESSAGE)
    hint = _HINTS.get(code) or next((hint for start, hint in _FAMILIES.items() if code.startswith(start)), _UNKNOWN)
    return Refused(code, hint, Scope.UNCLEAR)


def _is_new(code: str) -> bool:
    known = (_LIMIT, _MESSAGE, CHANNEL, _TOKEN, _HINTS)
    return not code.startswith(tuple(_FAMILIES)) and not any(code in codes for codes in known)
