"""Looks at the webhooks of routes: whether their secrets can be used. Nothing is sent to find out more."""

from __future__ import annotations

from dataclasses import replace

from monitor.decide.notices.channels import Inspect, Inspection
from monitor.deliver.webhook.sink import WebhookSink
from monitor.model import Routes


def with_webhooks(look: Inspect | None, sink: WebhookSink) -> Inspect:
    """A look at all channels: `look` is that at those which are no webhooks, None when these always work."""

    async def inspect(routes: Routes) -> Inspection:
        found = await look(routes) if look is not None else Inspection()
        hooks = {route.channel: route.webhook for route in routes.all() if route.webhook}
        wrong = {channel: problem for channel, hook in hooks.items() if (problem := sink.problem(hook))}
        return replace(found, broken={**found.broken, **wrong}, seen=found.seen | (hooks.keys() - wrong.keys()))

    return inspect
