"""The metrics: what a poll that ends in a card leaves in them, and that pages, alert rules and dashboard know them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_client import Metric
from rich.console import Console
from ruamel.yaml import YAML

from monitor.app.app import open_app
from monitor.app.measure import Measure, MeasuredSink
from monitor.metrics import Metrics
from monitor.pipeline.poll import poll_all
from storage.store import Store
from tests.support.fakes.feed_server import FeedEntry, rss
from tests.support.tree import ROOT
from tests.support.world import World

MONITORING = ROOT / "deploy/monitoring"
PAGE = ROOT / "docs/reference/metrics.md"
NAME = re.compile(r"\bwirewatch_[a-z0-9_]+")
ROW = re.compile(r"^\| `(wirewatch_\w+)` \| (\w+) \| ([^|]*)\|", re.MULTILINE)
ALERTS: list[dict[str, Any]] = [
    rule for group in YAML(typ="safe").load(MONITORING / "alerts.yaml")["groups"] for rule in group["rules"]
]


def _families() -> dict[str, Metric]:
    found = {family.name: family for family in Metrics().registry.collect()}
    return {name: family for name, family in found.items() if name.startswith("wirewatch_")}


def _named(family: Metric) -> str:
    return family.name + ("_total" if family.type == "counter" else "")


def _series() -> Iterator[str]:
    for family in _families().values():
        yield _named(family)
        if family.type == "histogram":
            yield from (f"{family.name}_{part}" for part in ("bucket", "sum", "count"))


def test_the_page_of_metrics_has_every_one_and_no_other() -> None:
    rows = {name: kind for name, kind, _ in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    assert rows == {_named(family): family.type for family in _families().values()}


def test_the_labels_on_the_page_are_those_of_the_code() -> None:
    metrics = Metrics()
    found = vars(metrics.registry)["_names_to_collectors"]
    for name, _, labels in ROW.findall(PAGE.read_text(encoding="utf-8")):
        code = getattr(found.get(name), "_labelnames", ())
        assert tuple(part.strip(" `") for part in re.findall(r"`\w+`", labels)) == code, name


def test_names_and_units_are_as_prometheus_asks() -> None:
    """https://prometheus.io/docs/practices/naming: base units, a sentence of help, and no second word for a kind."""
    for family in _families().values():
        assert family.documentation.endswith("."), family.name
        assert not re.search(r"_(ms|milliseconds|minutes|kb|mb|percent|count|sum|gauge|counter)$", family.name)
        if family.type == "histogram":
            assert family.name.endswith("_seconds"), family.name


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: str(rule["alert"]))
def test_an_alert_rule_names_metrics_that_exist_and_says_what_is_wrong(rule: dict[str, Any]) -> None:
    assert set(NAME.findall(rule["expr"])) <= set(_series())
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert rule["annotations"]["summary"]


@pytest.mark.parametrize(("what", "file"), [("check", "alerts.yaml"), ("test", "alerts.tests.yaml")])
def test_promtool_takes_the_alert_rules_and_they_fire_when_they_should(what: str, file: str) -> None:
    if not (promtool := shutil.which("promtool")):
        pytest.skip("promtool is not installed (Debian: apt install prometheus)")
    done = subprocess.run([promtool, what, "rules", file], cwd=MONITORING, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_rule_is_tried_with_series_that_fire_it_and_with_some_that_do_not() -> None:
    tests = YAML(typ="safe").load(MONITORING / "alerts.tests.yaml")["tests"]
    tried = {(one["alertname"], "exp_alerts" in one) for test in tests for one in test["alert_rule_test"]}
    assert tried == {(rule["alert"], fires) for rule in ALERTS for fires in (True, False)}


def test_the_dashboard_names_metrics_that_exist_and_shows_all_but_constants() -> None:
    dashboard = json.loads((MONITORING / "dashboard.json").read_text(encoding="utf-8"))
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", ())]
    shown = {name for one in asked for name in NAME.findall(one)}
    assert shown <= set(_series())
    missing = {family for family in _families() if not any(name.startswith(family) for name in shown)}
    assert missing == set()
    places = [tuple(panel["gridPos"].values()) for panel in dashboard["panels"]]
    assert len(places) == len(set(places))


@pytest.fixture
def world(world: World) -> World:
    world.poll_feeds("wire", "gone")
    report = FeedEntry("Air raids with cluster munitions kill 12 civilians in Idlib", "https://wire.example/1", "1")
    world.feeds.serve("/wire.xml", rss(report, FeedEntry("Budget", "", "2")))
    return world


async def test_a_poll_that_ends_in_a_card_is_in_the_metrics(world: World, unpaced: None) -> None:
    metrics, options = Metrics(), world.settings()
    store = Store.open(options.database_url)
    clock = lambda: datetime.now(UTC)  # noqa: E731
    config = world._configuration(options)
    async with open_app(
        options,
        config,
        store,
        clock=clock,
        cards=Console(),
        measured=lambda sink: MeasuredSink(sink, metrics, clock=clock),
    ) as app:
        measure = Measure(app, store, metrics, clock=clock)
        for report in await poll_all(app.poller, config.feeds, concurrency=2):
            metrics.polled(report.status, report.entries, report.observations)
        await app.outbox.drain()
        app.parser.renew()
        await measure.look()
    await store.close()
    value = metrics.registry.get_sample_value
    assert value("wirewatch_polls_total", {"outcome": "ok"}) == 1
    assert value("wirewatch_polls_total", {"outcome": "failed"}) == 1
    assert value("wirewatch_entries_total") == 2
    assert value("wirewatch_items_total", {"judgement": "new"}) == 2
    assert value("wirewatch_verdicts_total", {"action": "alert", "reason": "new_story"}) == 1
    assert value("wirewatch_feeds", {"state": "working"}) == 1
    assert value("wirewatch_feeds", {"state": "failing"}) == 1
    assert value("wirewatch_stories") == 1
    assert value("wirewatch_items_stored") == 2
    assert value("wirewatch_outbox_deliveries", {"state": "sent"}) == 1
    assert value("wirewatch_outbox_oldest_due_seconds") == 0
    assert value("wirewatch_sink_calls_total", {"sink": "slack", "call": "post", "outcome": "sent"}) == 1
    assert value("wirewatch_found_to_posted_seconds_count") == 1
    assert value("wirewatch_published_to_posted_seconds_count") == 0, "the report does not say when"
    assert value("wirewatch_parser_restarts_total") == 1
    assert (value("wirewatch_transaction_seconds_count", {"kind": "write"}) or 0) > 0
    assert (value("wirewatch_database_size_bytes") or 0) >= world.database.stat().st_size / 2
    assert (value("wirewatch_database_free_bytes") or 0) > 0
    matches = next(family for family in metrics.registry.collect() if family.name == "wirewatch_matches")
    assert "cluster-munitions" in {sample.labels["rule"] for sample in matches.samples}


async def test_the_database_counts_what_it_holds(store: Store) -> None:
    """On SQLite and PostgreSQL."""
    held = await store.stored()
    assert (held.items, held.stories) == (0, 0)
    assert held.size > 100_000
