"""Slack's error codes by what is to be done about them (https://docs.slack.dev/reference/methods/chat.postMessage)."""

from __future__ import annotations

WAIT = ("ratelimited", "rate_limited", "message_limit_exceeded")
MAYBE = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "team_added_to_org")
UNKNOWN = ("ekm_access_denied", "accesslimited", "a_code_of_tomorrow")
UNSORTED = ("team_not_found", "method_deprecated", "slack_connect_lists_sharing_blocked", "external_channel_migrating")
"""Those of which nobody can say what they are about: some that nobody explains, and some with words of their own."""

UNKNOWN_MAYBE = ("backend_timeout", "storage_unavailable", "internal_hiccup")
"""Those that nobody knows and that speak of trouble of Slack's: the message may be there."""

RESTRICTED = ("restricted_action", "restricted_action_read_only_channel", "restricted_action_of_tomorrow")
"""A family that is mostly about a channel, and may be about anything."""

THREAD = (
    "restricted_action_thread_locked",
    "restricted_action_non_threadable_channel",
    "thread_not_found",
    "thread_closed_of_tomorrow",
    "message_not_found",
    "cannot_reply_to_message",
    "parent_is_gone",
)
"""Those that a reply gets whose thread takes none."""

CHANNEL = (
    "not_in_channel",
    "channel_not_found",
    "is_archived",
    "messages_tab_disabled",
)
APP = (
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "missing_scope",
    "no_permission",
    "org_login_required",
)
MESSAGE = (
    "msg_too_long",
    "msg_blocks_too_long",
    "invalid_blocks",
    "invalid_blocks_format",
    "no_text",
    "markdown_text_conflict",
    "invalid_metadata_format",
    "invalid_metadata_schema",
    "metadata_too_large",
    "too_many_attachments",
)
