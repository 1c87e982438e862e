"""What the shop's own rules have done to lists."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import polars as pl

from report.page.blocks import Block, Drawn, Headline, Headlines, Prose, Section, Shown
from report.page.charts import bars

ABOUT = (
    "A block is applied to a candidate that it leaves out, a boost to an item that stands higher in a list by it, a "
    "pin to a list that it puts its item in. A list is touched where a rule was applied to it at least once; one that "
    "several rules touch counts for each of them."
)
FIRST, MOST = 6, 30
KINDS = {"block": "blocks", "pin": "pins", "boost": "boosts"}


def rules_section(rules: Sequence[Mapping[str, Any]], *, measured: bool = True) -> Section | None:
    """Every rule, for whom and when it holds, how often it was applied, and how many lists that has touched.

    Parameters
    ----------
    rules
        `rules` of metrics.json (see `pipeline.tasks.rules.told_counts`).
    measured
        Whether there is a metrics.json.

    Returns
    -------
    Section or None
        Null where there are no rules.
    """
    if not rules:
        return None
    blocks: list[Block] = [
        Prose(_summed(rules)),
        Headlines(tuple(_headlines(rules, measured))),
        Prose(ABOUT),
        *_drawn(rules),
        Shown(pl.DataFrame([_row(rule) for rule in rules]), "Every rule, in the file's order; times in UTC."),
    ]
    return Section("rules", "What the shop's own rules have done", blocks)


def _summed(rules: Sequence[Mapping[str, Any]]) -> str:
    kinds = Counter(rule["kind"] for rule in rules)
    told = ", ".join(f"{kinds[kind]:,} {several}" for kind, several in KINDS.items() if kinds[kind])
    idle = sum(not rule["applied"] for rule in rules)
    return f"{len(rules):,} rules ({told}); {idle:,} of them were not applied once."


def _headlines(rules: Sequence[Mapping[str, Any]], measured: bool) -> Iterator[Headline]:
    """The rules that were applied most, where they stand in metrics.json."""
    for place in sorted(range(len(rules)), key=lambda n: (-rules[n]["applied"], n))[:FIRST]:
        rule = rules[place]
        beside = f"times applied; {rule['lists']:,} lists touched, held for {rule['queries']:,} questions"
        yield Headline(_named(rule), f"{rule['applied']:,}", beside, f"rules.{place}.applied" if measured else "")


def _drawn(rules: Sequence[Mapping[str, Any]]) -> list[Block]:
    some = sorted((rule for rule in rules if rule["applied"]), key=lambda rule: -rule["lists"])[:MOST]
    if not some:
        return []
    rows = pl.DataFrame([{"rule": f"{one['row']}: {_named(one)}", "lists": one["lists"]} for one in some])
    return [
        Drawn(
            "rules",
            bars(rows, "lists", "rule", titles={"rule": "", "lists": "lists touched"}),
            "Lists that each rule has touched.",
            f"Lying bars; the longest is {rows['rule'][0]} with {rows['lists'][0]:,} lists.",
        )
    ]


def _row(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "row": rule["row"],
        "rule": _named(rule),
        "places": rule["places"] or None,
        "for": rule["whom"],
        "from": _moment(rule["since"]),
        "until": _moment(rule["until"]),
        "questions": rule["queries"],
        "applied": rule["applied"],
        "lists touched": rule["lists"],
    }


def _named(rule: Mapping[str, Any]) -> str:
    return f"{rule['kind']} {rule['on']} {rule['key']}"


def _moment(since: int | None) -> str:
    """A moment in ms since 1970 as text; always where there is none."""
    return "always" if since is None else f"{datetime.fromtimestamp(since / 1000, UTC):%Y-%m-%d %H:%M}"
