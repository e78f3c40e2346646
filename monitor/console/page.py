"""What every page is made with: the store, the templates, and the session of whoever looks.

Whatever a template shows goes through `wording.safe` and is escaped: no page can forget it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, cast

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from monitor import __version__
from monitor.app.inquiry import InquiryStore
from monitor.config.configuration import Configuration
from monitor.console.access import Access, Session
from monitor.console.filters import address, ago, later, moment_in, query, slack_link
from monitor.model import (
    Claim,
    FeedDay,
    FeedState,
    FoundItem,
    ListPlace,
    RuleMatch,
    SentAlert,
    StoryFilter,
    StoryLine,
    ToldAlert,
    WaitingDelivery,
)
from monitor.model.languages import language_name
from monitor.model.stores import (
    ActStore,
    DiskStore,
    FeedsStore,
    FilesStore,
    ItemsStore,
    RatingsStore,
    SilencesStore,
    StoryEditsStore,
    SubscriptionsStore,
    VitalsStore,
)
from monitor.settings import Settings
from monitor.wording.counts import counted
from monitor.wording.reasons import in_short
from monitor.wording.safe import safe
from monitor.workbench.backtest.given import RevisionStore


class Service(Protocol):
    """What pages need of the service: what it works by now, and that it looks into the outbox when something is new."""

    @property
    def configuration(self) -> Configuration:
        """The feeds, routes and rules that are live."""

    def wake(self) -> None:
        """Let the outbox look for what is due."""

    def health(self, *, whole: bool) -> tuple[int, str]:
        """The status and the text of /healthz, `whole` for those who are logged in."""


class ConsoleStore(
    InquiryStore,
    RevisionStore,
    ActStore,
    DiskStore,
    FeedsStore,
    FilesStore,
    ItemsStore,
    RatingsStore,
    SilencesStore,
    StoryEditsStore,
    SubscriptionsStore,
    VitalsStore,
    Protocol,
):
    """What the pages need of the store. Every method may raise `StoreError`."""

    async def feed_standings(self) -> Sequence[FeedState]:
        """How every feed does that was ever polled, without what only polls need."""

    async def troubled_feeds(self) -> Sequence[FeedState]:
        """What is known of the feeds that fail, are in doubt, or have a notice about how they go on."""

    async def newest_of_feed(self, feed_id: str, *, limit: int) -> Sequence[FoundItem]:
        """The newest items of a feed."""

    async def feed_days(self, feed_id: str, now: datetime, *, days: int) -> Sequence[FeedDay]:
        """The last days of a feed, today last."""

    async def told_alerts(self, *, limit: int) -> Sequence[ToldAlert]:
        """The last alerts, newest first."""

    async def sent_alerts(self, route: str, *, limit: int) -> Sequence[SentAlert]:
        """The last messages of a route that tell of items and whose texts are there, newest first."""

    async def waiting_deliveries(self, *, limit: int) -> Sequence[WaitingDelivery]:
        """What was not posted and should be, oldest first."""

    async def story_lines(
        self, wanted: StoryFilter, *, now: datetime, after: ListPlace | None, limit: int
    ) -> Sequence[StoryLine]:
        """Stories that fit, the one with the newest report first, from behind a place on."""

    async def claims_of_story(self, story_id: str) -> Sequence[Claim]:
        """What is claimed in a story, in the order it was."""

    async def places_and_tolls(self, story_ids: Sequence[str]) -> Mapping[str, Sequence[Claim]]:
        """What is claimed in each of these stories of where it was and how many people it befell."""

    async def search_is_behind(self, now: datetime) -> bool:
        """Whether older items are still to be read for the search, or one has waited for longer than usual."""

    async def rule_matches(
        self, rule: str, since: datetime, *, until: datetime | None = None, way: str | None = None, limit: int
    ) -> tuple[Sequence[RuleMatch], dict[str, int]]:
        """The newest matches of a rule in a time, by one way or by any, and how many each of these ways has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """What pages are made from: the service, the store, the clock, and who may look."""

    service: Service
    store: ConsoleStore
    clock: Callable[[], datetime]
    access: Access
    settings: Settings

    @property
    def live(self) -> Configuration:
        """The feeds, routes and rules that are live."""
        return self.service.configuration


def session_of(request: Request) -> Session:
    """The session of whoever asks; the gate saw to it."""
    return cast("Session", request.state.session)


def form_of(request: Request) -> Mapping[str, str]:
    """What a form sent; its token was checked."""
    return cast("Mapping[str, str]", request.state.form)


def page(console: Console, request: Request, template: str, /, *, status: int = 200, **facts: object) -> HTMLResponse:
    """A page made of a template and facts."""
    session = session_of(request)
    now = console.clock()
    text = _TEMPLATES.get_template(template).render(
        **facts,
        now=now,
        path=request.url.path,
        name=session.name,
        login=console.access.needs_token,
        form_token=console.access.form_token(session),
        version=__version__,
        ago=lambda moment: ago(moment, now),
        soon=lambda moment: ago(moment, now) if moment and moment > now else "now",
        address=address,
        slack_link=slack_link,
        query=query,
        in_short=in_short,
        new_key=lambda: secrets.token_urlsafe(12),
    )
    return HTMLResponse(text, status_code=status)


def names_of(live: Configuration) -> Mapping[str, str]:
    """The names of feeds by their ids; the id of one that is not polled any more stands for itself."""
    return _Names({feed.id: feed.name for feed in live.feeds})


class _Names(dict[str, str]):
    def __missing__(self, feed_id: str) -> str:
        return feed_id


def as_typed(text: str) -> Markup:
    """A text for the box that it is typed in: as it is, because what is invisible in it must not be lost."""
    # A first line break is eaten by browsers.
    return Markup("\n").join([Markup(), Markup.escape(text)]) if text else Markup()


def _shown(value: Any) -> Any:
    """Text as it may be shown: escaped by the template, and without characters that hide or turn what stands there."""
    return safe(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _templates() -> Environment:
    made = Environment(
        loader=PackageLoader("monitor.console"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    del made.filters["safe"]  # nothing may be taken for HTML
    made.filters["moment"] = moment_in
    made.filters["later"] = later
    made.filters["counted"] = counted
    made.filters["language"] = language_name
    return made


_TEMPLATES = _templates()
