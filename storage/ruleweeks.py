"""How rules do by the word of the desk: alerts, taken stories and ratings of a period; and taken stories as ratings."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import datetime

from sqlalchemy import Connection, and_, func, select

from monitor.model import Action, Cause, RatedItem, RuleWeek
from storage.database import StorePart, reading
from storage.rows import value_of
from storage.statements import same_revision
from storage.tables.base import table
from storage.tables.deliveries import DeliveryItemRow
from storage.tables.desk import AssignmentRow, RatingRow
from storage.tables.items import ItemRow, MatchRow, RevisionRow, VerdictRow
from storage.tables.stories import CardRow

_ALOUD = (Action.ALERT, Action.UPDATE)
_OF_CARD = and_(CardRow.story_id == AssignmentRow.story_id, CardRow.route == AssignmentRow.route)
_LIVE_MATCH = and_(
    MatchRow.item_id == DeliveryItemRow.item_id,
    MatchRow.revision == ItemRow.revision,
    # Not `is_(True)`: for that SQLite makes an index of all matches at each question.
    MatchRow.live.is_not(False),
)
# What the cards of stories that somebody works on show, with each rule that it met.
_CLAIMED = (
    select(DeliveryItemRow.item_id, MatchRow.rule, MatchRow.rule_title, AssignmentRow.name, AssignmentRow.at)
    .join_from(table(AssignmentRow), table(CardRow), _OF_CARD)
    .join(table(DeliveryItemRow), DeliveryItemRow.delivery_id == CardRow.delivery_id)
    .join(table(ItemRow), ItemRow.id == DeliveryItemRow.item_id)
    .join(table(MatchRow), _LIVE_MATCH)
    .order_by(AssignmentRow.at, DeliveryItemRow.item_id, MatchRow.position)
)

Said = dict[tuple[str, str], tuple[bool, Cause | None]]
"""Of an item and a rule: whether it is relevant, and why not."""


def claimed_items(connection: Connection) -> list[RatedItem]:
    """The items of stories that somebody works on and that nobody rated, as if they had been found relevant."""
    judged = set(connection.scalars(select(RatingRow.item_id)))
    columns = ItemRow.feed_id, ItemRow.kind, ItemRow.language, ItemRow.url, ItemRow.revision
    texts = RevisionRow.title, RevisionRow.summary, RevisionRow.body
    newest = and_(RevisionRow.item_id == ItemRow.id, RevisionRow.revision == ItemRow.revision)
    rows = connection.execute(_CLAIMED.add_columns(*columns, *texts).join(table(RevisionRow), newest)).mappings()
    return [
        value_of(RatedItem, row, relevant=True, reason="claimed", by=row["name"])
        for row in rows
        if row["item_id"] not in judged
    ]


def rule_weeks(connection: Connection, since: datetime, until: datetime) -> list[RuleWeek]:
    """What became of each rule's alerts in a period, its end left out; rules without any are left out."""
    titles: dict[str, str] = {}
    alerts = _alerts(connection, since, until, titles)
    said = _said(connection, since, until, titles)
    claimed: Counter[str] = Counter()
    in_period = _CLAIMED.where(AssignmentRow.at >= since, AssignmentRow.at < until)
    judged = {item_id for item_id, _ in said}
    for item_id, rule, title, _, _ in connection.execute(in_period):
        titles.setdefault(rule, title)
        claimed[rule] += item_id not in judged
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for (_, rule), (relevant, cause) in said.items():
        wrong = "not_relevant" if cause is None or cause.about_rule else "besides"
        counted[rule]["relevant" if relevant else wrong] += 1
    return [
        RuleWeek(rule=rule, title=titles[rule], alerts=alerts[rule], claimed=claimed[rule], **counted[rule])
        for rule in sorted(titles)
    ]


def _alerts(connection: Connection, since: datetime, until: datetime, titles: dict[str, str]) -> Counter[str]:
    live = and_(same_revision(MatchRow, VerdictRow), MatchRow.live.is_not(False))
    # An outer join, so that SQLite goes from each verdict of the period to its matches: else it reads, for each week,
    # every match that there ever was.
    met = (
        select(MatchRow.rule, func.max(MatchRow.rule_title).label("title"))
        .outerjoin_from(table(VerdictRow), table(MatchRow), live)
        .where(VerdictRow.decided_at >= since, VerdictRow.decided_at < until, VerdictRow.action.in_(_ALOUD))
        .group_by(VerdictRow.item_id, MatchRow.rule)
        .subquery()
    )
    statement = select(met.c.rule, func.max(met.c.title), func.count()).group_by(met.c.rule)
    found: Counter[str] = Counter()
    for rule, title, count in connection.execute(statement):
        if rule is not None:
            found[rule], titles[rule] = count, title
    return found


def _said(connection: Connection, since: datetime, until: datetime, titles: dict[str, str]) -> Said:
    """The last word of the period on each item by each rule; one that names the rule goes before one that does not."""
    of_rating = same_revision(MatchRow, RatingRow)
    statement = (
        select(
            RatingRow.item_id, RatingRow.rule, MatchRow.rule, MatchRow.rule_title, RatingRow.relevant, RatingRow.cause
        )
        .join_from(table(RatingRow), table(MatchRow), of_rating)
        .where(RatingRow.at >= since, RatingRow.at < until)
        .order_by(RatingRow.rule.is_not(None), RatingRow.at, RatingRow.id, MatchRow.position)
    )
    said: Said = {}
    for item_id, named, rule, title, relevant, cause in connection.execute(statement):
        if named in (None, rule):
            titles.setdefault(rule, title)
            said[item_id, rule] = relevant, cause
    return said


class RuleWeeksPart(StorePart):
    """How the rules did, by the word of the desk."""

    claimed_items = reading(claimed_items)
    rule_weeks = reading(rule_weeks)
