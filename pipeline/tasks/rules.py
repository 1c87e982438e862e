"""A shop's own rules with codes in place of keys: which items each names, and for whom."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from data.folds import history_of
from data.formats import LogFormat
from data.rules.reading import read_rules
from data.rules.rule import NEW, RETURNING, USER, Rule
from data.tables import read_json, read_whole, scan, write
from data.visible import NONE
from data.warned import Warned, write_warnings
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.filters import written_keys

RULES_FILE = "rules.json"
UNKNOWN = "rules_unknown"


@dataclass(frozen=True)
class RuleTables:
    """rules.json, members.parquet (rule, item), users.parquet (user) and warnings.json (see `data.rules.opened`).

    Parameters
    ----------
    file
        The rules.
    layout
        The log's: how the file may be written.
    fold
        The fold, for its items with categories and brands as they are known there.
    asked
        The tables with the keys of all items, categories and users.
    log, until
        The history, and its end: whom it knows.
    """

    file: RawFile
    layout: LogFormat
    fold: Artifact
    asked: Artifact
    log: Artifact
    until: datetime

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If the file is no file of rules.
        """
        rules = read_rules(self.file.path, self.layout)
        keys = self.asked.path / "keys"
        members = self._members(rules, keys)
        users = _codes(keys / "user.parquet", [rule.whom.removeprefix(USER) for rule in rules])
        named = set(members["rule"].to_list())
        told = [
            rule.told
            | {"user": users.get(rule.whom.removeprefix(USER), NONE) if rule.whom.startswith(USER) else None}
            | {"strange": rule.on == "item" and number not in named}
            for number, rule in enumerate(rules)
        ]
        (into / RULES_FILE).write_text(json.dumps({"rules": told}, indent=1) + "\n")
        write(members, into / "members.parquet")
        write(self._known(rules), into / "users.parquet")
        write_warnings(into, self._unknown(rules, named, told))
        return {"rules": len(rules), "items": members.height}

    def _members(self, rules: Sequence[Rule], keys: Path) -> pl.DataFrame:
        """rule, item: what each rule names, by its place."""
        items = read_whole(self.fold.path / "items.parquet", columns=["item", "key", "category", "brand"])
        whole = scan(keys / "item.parquet").collect_schema()["key"].is_integer()
        category = read_whole(keys / "category.parquet").select(category="code", named=pl.col("key").cast(pl.String))
        named = {
            "item": items.select("item", "key"),
            "category": items.join(category, on="category").select("item", key="named"),
            "brand": items.select("item", key="brand"),
        }
        asked = {on: [(n, rule.key) for n, rule in enumerate(rules) if rule.on == on] for on in named}
        frames = []
        for on, some in asked.items():
            wanted = pl.DataFrame(some, schema={"rule": pl.UInt32, "key": pl.String}, orient="row")
            if on == "item":
                wanted = wanted.with_columns(written_keys(wanted["key"], whole=whole).alias("key"))
            frames.append(wanted.join(named[on].drop_nulls("key"), on="key").select("rule", "item"))
        return pl.concat(frames).unique().sort("rule", "item")

    def _known(self, rules: Sequence[Rule]) -> pl.DataFrame:
        """Visitors of the history, where a rule asks for them."""
        events = history_of(scan(self.log.path / "events"), self.until).select("user").drop_nulls()
        asked = any(rule.whom in (NEW, RETURNING) for rule in rules)
        return (events if asked else events.clear()).unique().sort("user").collect()

    def _unknown(self, rules: Sequence[Rule], named: set[int], told: Sequence[Mapping[str, Any]]) -> list[Warned]:
        """What is said of rules that name nothing, or nobody."""
        nothing = [rule for number, rule in enumerate(rules) if number not in named]
        nobody = [rule for rule, one in zip(rules, told, strict=True) if one["user"] == NONE]
        found = []
        for some, what in ((nothing, "name no item that is known at the end of the history"), (nobody, "name nobody")):
            if some:
                first = f"{some[0].on} {some[0].key!r} for {some[0].whom}"
                said = f"{len(some):,} of {len(rules):,} `rules` ({self.file.path}) {what}, such as row {some[0].row}"
                counts = {"unknown": len(some), "of": len(rules)}
                found.append(Warned(UNKNOWN, f"{said} ({first}): they decide nothing", counts))
        return found


def _codes(file: Path, keys: Sequence[str]) -> dict[str, int]:
    found = scan(file).select(pl.col("key").cast(pl.String), "code").filter(pl.col("key").is_in(list(set(keys))))
    return {key: int(code) for key, code in found.collect().rows()}


def told_counts(rules: Artifact, counts: Sequence[Sequence[int]]) -> list[dict[str, Any]]:
    """What each rule has done, as metrics.json has it under `rules`.

    Its keys: row, kind, on, key, places, since, until, whom as in the file (times in ms since 1970); `queries` it held
    for; `applied`, how often: a block to a candidate, a boost to an item within a list, a pin to a list; `lists`, how
    many lists that has touched.
    """
    told = read_json(rules.path / RULES_FILE)["rules"]
    shown = ("row", "kind", "on", "key", "places", "since", "until", "whom")
    return [
        {name: rule[name] for name in shown} | {"queries": held, "applied": applied, "lists": lists}
        for rule, (held, applied, lists) in zip(told, counts, strict=True)
    ]
