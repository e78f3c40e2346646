"""All places that alerts go to as one sink: webhooks, and Slack or the terminal for everything else."""

from __future__ import annotations

from collections.abc import Sequence

from monitor.deliver.sink import Limited, LookUp, Outcome, Posted, Refused, Sink, Unreadable
from monitor.deliver.webhook.sink import WebhookSink
from monitor.model import Attempt, EditAttempt, Routes
from monitor.model.configured import is_webhook


class Sinks:
    """`main` is Slack or the terminal; its name and pace count, but for webhooks, which take any number at once."""

    def __init__(self, main: Sink, webhooks: WebhookSink) -> None:
        self.main = main
        self.webhooks = webhooks
        self.name = main.name
        self.pace = main.pace

    def use(self, routes: Routes) -> None:
        """Know where the webhooks of these routes are."""
        self.webhooks.use(routes)

    def _of(self, channel: str) -> Sink:
        return self.webhooks if is_webhook(channel) else self.main

    async def post(self, attempt: Attempt) -> Outcome:
        """As the sink of its channel does."""
        return await self._of(attempt.delivery.channel).post(attempt)

    async def find(self, attempt: Attempt) -> LookUp:
        """As the sink of its channel does."""
        return await self._of(attempt.delivery.channel).find(attempt)

    async def history(self, channel: str, after_ts: str | None) -> Sequence[Posted] | Unreadable | Limited | Refused:
        """As the sink of the channel does."""
        return await self._of(channel).history(channel, after_ts)

    async def edit(self, edit: EditAttempt) -> Outcome:
        """As the sink of its channel does."""
        return await self._of(edit.delivery.channel).edit(edit)
