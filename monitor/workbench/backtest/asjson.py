"""A backtest as scripts read it."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from monitor.workbench.backtest.result import Backtest, Sample, Volume


def as_json(test: Backtest) -> str:
    """Everything, for scripts; docs/how-to/try-an-edit.md describes it."""
    result = test.result
    told = {
        "items": {
            "from": test.items,
            "revisions": result.revisions,
            "first_seen_at": _iso(result.first_seen_at),
            "last_seen_at": _iso(result.last_seen_at),
        },
        "before": test.before,
        "after": test.after,
        "totals": {**asdict(result.total()), "changed": sum(result.changed.values())},
        "rules": [
            {
                "rule": rule,
                **asdict(result.total(rule)),
                "changed": result.changed.get(rule, 0),
                "versions_before": sorted(result.versions_before.get(rule, ())),
                "versions_after": sorted(result.versions_after.get(rule, ())),
                "samples": {
                    "added": [_sample_dict(one) for one in result.added.get(rule, ())],
                    "removed": [_sample_dict(one) for one in result.removed.get(rule, ())],
                },
            }
            for rule in sorted({*result.rules(), *test.live})
        ],
        "on_test": [
            {**asdict(one), "samples": [_sample_dict(sample) for sample in one.samples]} for one in result.on_test
        ],
        "tested": dict(test.tested),
        "kinds": [
            {**asdict(kind), **asdict(counts)}
            for kind, counts in sorted(
                result.counts.items(),
                key=lambda pair: (pair[0].rule, pair[0].way, pair[0].language, not pair[0].sure),
            )
        ],
        "changes": [{**asdict(change), "alerts": count} for change, count in result.most_frequent_changes()],
        "routes": [
            {**asdict(one), "before": _volume_dict(one.before), "after": _volume_dict(one.after)}
            for one in result.routes
        ],
        "rated": [
            {"relevant": relevant, "before": before, "after": after, "items": count}
            for (relevant, before, after), count in sorted(result.rated.items(), reverse=True)
        ],
        "turned": [
            {**_sample_dict(one.sample), "relevant": one.relevant, "before": one.before, "after": one.after}
            for one in result.turned
        ],
        "errors_before": [str(problem) for problem in test.errors_before],
        "notes": list(test.notes),
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _volume_dict(volume: Volume) -> dict[str, Any]:
    return {**asdict(volume), "worst_hour": _iso(volume.worst_hour)}


def _sample_dict(one: Sample) -> dict[str, Any]:
    rating = one.rating
    return {
        **asdict(one),
        "severity": str(one.severity),
        "seen_at": _iso(one.seen_at),
        "words": list(one.words),
        "rating": {"relevant": rating.relevant, "rule": rating.rule, "by": rating.by, "reason": rating.reason}
        if rating
        else None,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None
