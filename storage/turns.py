"""In which order is what waits for a channel posted, and what do quiet hours hold?"""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    and_,
    case,
    not_,
    true,
)

from monitor.model import (
    DeliveryState,
    Refusal,
    RoutesNow,
    Severity,
)
from monitor.model.configured import WEBHOOK
from storage.tables.deliveries import DeliveryRow

MOST_URGENT_FIRST = (DeliveryRow.severity.desc(), DeliveryRow.created_at, DeliveryRow.place, DeliveryRow.id)
"""The order in which what is due in a channel is posted, while nothing is refused."""

_FIRST_OF_A_FEED, _TAIL_OF_A_FEED = 3, 10
_IN_THREAD_ALONE = and_(
    DeliveryRow.kind == "follow-up",
    DeliveryRow.parent_id.is_not(None),
    ~DeliveryRow.broadcast,
    ~DeliveryRow.channel.startswith(WEBHOOK),
)

IN_TURN = (
    case((DeliveryRow.refusal == Refusal.ITSELF, 1), else_=0),
    case((DeliveryRow.refusal == Refusal.CHANNEL, DeliveryRow.refused_at)).nulls_first(),
    case((_IN_THREAD_ALONE, 1), else_=0),
    case((and_(DeliveryRow.kind == "card", DeliveryRow.place >= _TAIL_OF_A_FEED), 1), else_=0),
    DeliveryRow.severity.desc(),
    case((and_(DeliveryRow.kind == "card", DeliveryRow.place >= _FIRST_OF_A_FEED), 1), else_=0),
    *MOST_URGENT_FIRST,
)
"""The order in which what is due in a channel is tried.

Reports that are told in a thread alone come after what the channel sees: a story with hundreds of them keeps no other
waiting.

A feed that brings many lets the others through: of equally urgent cards, the first few that wait of each feed go before
the others, and what is far behind its feed's others goes last, however urgent. docs/decisions/0027.

What is refused by itself comes last. While all of a channel is refused, what was tried longest ago goes first, so that
no message stands in the way of another that could be posted.
"""

_AT_ANY_HOUR = ("notice", "desk")
"""What quiet hours do not hold: it is about the service, or answers somebody who is at work."""


def may_be_held() -> ColumnElement[bool]:
    """Whether quiet hours may hold a delivery: all that is not critical, and surely not posted."""
    calm = DeliveryRow.severity < Severity.CRITICAL
    return and_(DeliveryRow.state == DeliveryState.PENDING, calm, DeliveryRow.kind.not_in(_AT_ANY_HOUR))


def awake(routes: RoutesNow) -> ColumnElement[bool]:
    """That a delivery is not held by the quiet hours that its route is in now."""
    return outside_quiet_hours(frozenset(routes.quiet_until))


def outside_quiet_hours(quiet: frozenset[str]) -> ColumnElement[bool]:
    """That a delivery is not held while these routes are in their quiet hours."""
    if not quiet:
        return true()
    return not_(and_(may_be_held(), DeliveryRow.route.in_(sorted(quiet))))
