"""The way round on the generated shop: serve, let visitors act, judge, review, learn again, compare on later visits.

Four weeks: of the first two the shop learns (`old`), in the third its lists are shown and answered, in the fourth all
models rank the same sessions, which saw no list.

Run: `python -m benchmarks.feedback_round` (three to four minutes on one core; --sessions and --seed make another shop).
"""

import argparse
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from rich.console import Console
from rich.table import Table

from benchmarks.feedback_visitors import answered, clicked
from data.keys import mix
from data.schema import TYPES
from data.synthetic import SyntheticShop, shop_catalogue, shop_events, shop_tastes
from data.synthetic.shop import OPENING
from data.tables import read_json
from evaluation.paired import paired
from evaluation.places import places
from pipeline import feedback, run
from serving.recommender import Recommender

WEEK = timedelta(days=7)
T1, T2, T3 = OPENING + 2 * WEEK, OPENING + 3 * WEEK, OPENING + 4 * WEEK
SERVED_SHARE, MOST_LISTS = 0.5, 6  # of a session's moments, and lists of one session
OFTEN = 0.01  # of the lists: what so many have shown and nobody has taken, a hasty reviewer blocks
SALT_CUT, SALT_LISTS = 11, 12
MEASURES = (*TYPES, "total", "MRR")
RESAMPLES = 2_000
REVIEWERS = ("careful", "hasty")
EVENTS_ONLY, WITH_LISTS = "new, events only", "new, events and lists"


@dataclass(frozen=True)
class Round:
    """A shop, where its files go, and how models are made.

    Parameters
    ----------
    shop
        The generated shop.
    folder
        Of files and working directories.
    """

    shop: SyntheticShop
    folder: Path

    def file(self, name: str) -> Path:
        """A table of the round."""
        return self.folder / f"{name}.parquet"

    def rules(self, reviewer: str) -> tuple[str, str]:
        """The flag of a reviewer's rules."""
        return "--rules", str(self.folder / f"{reviewer}.csv")

    def learn(self, model: str, until: datetime, *flags: str) -> pl.DataFrame:
        """Learn from all before a moment and rank the test sessions; return their lists."""
        given = {
            "train": self.file(model),
            "test": self.file("test"),
            "labels": self.file("labels"),
            "workdir": self.folder / f"model-{model}",
            "folds.end": f"{until:%Y-%m-%dT%H:%M:%S}",
        }
        named = [text for name, value in given.items() for text in (f"--{name}", str(value))]
        one = ("--rankers.model.boosting.threads", "1", "--candidates.first-stage.model.boosting.threads", "1")
        if code := run.main(["--config", "configs/demo.yaml", "--quiet", *named, *one, *flags]):
            sys.exit(code)
        return pl.read_parquet(self.folder / f"model-{model}" / "recommendations.parquet")


def main() -> int:
    """Go round once and print what each step is worth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sessions", type=int, default=6_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--workdir", type=Path, default=Path("artifacts/feedback-round"))
    given = parser.parse_args()
    began, console = time.perf_counter(), Console(width=140)
    folder = given.workdir / f"{given.sessions}-{given.seed}"
    folder.mkdir(parents=True, exist_ok=True)
    once = Round(SyntheticShop(sessions=given.sessions, seed=given.seed), folder)
    log = pl.concat(shop_events(once.shop))
    labels = write_files(once, log)
    lists = {"old, untouched": once.learn("old", T1)}
    told = serve(once, log)
    blocked = {name: review(once, name) for name in REVIEWERS}
    console.print(f"{told}; items blocked by reviewer: {blocked}")
    reviewers = [name for name in REVIEWERS if blocked[name]]  # a file without a rule is refused
    served = ("--rankers.served", str(once.file("served")))
    for rules in reviewers:
        lists[f"old, {rules} rules"] = once.learn("old", T1, *once.rules(rules))
    lists[EVENTS_ONLY] = once.learn("new", T2)
    for rules in reviewers:
        lists[f"{EVENTS_ONLY}, {rules} rules"] = once.learn("new", T2, *once.rules(rules))
    lists[WITH_LISTS] = once.learn("new", T2, *served)
    console.print(f"lists that joined: {read_json(folder / 'model-new' / 'metrics.json')['served']}")
    for rules in reviewers:
        lists[f"{WITH_LISTS}, {rules} rules"] = once.learn("new", T2, *served, *once.rules(rules))
    show(lists, labels, console)
    console.print(f"{time.perf_counter() - began:.0f} s")
    return 0


def write_files(once: Round, log: pl.DataFrame) -> pl.DataFrame:
    """Write the old log and the test sessions with what came after; return that: session, type, item."""
    log.filter(pl.col("ts") < T1).write_parquet(once.file("old"))
    place, length = pl.int_range(pl.len()).over("session"), pl.len().over("session")
    asked = begun(log, T2, T3).filter(length >= 2).with_columns(place=place, length=length)
    cut = 1 + mix(pl.col("session").cast(pl.UInt64), SALT_CUT) % (pl.col("length") - 1).cast(pl.UInt64)
    visible = pl.col("place") < cut
    asked.filter(visible).select(log.columns).write_parquet(once.file("test"))
    later = asked.filter(~visible)
    clicks = later.filter(pl.col("type") == "clicks").group_by("session", maintain_order=True).first()
    others = later.filter(pl.col("type") != "clicks")
    labels = pl.concat([rows.select("session", "type", "item").unique() for rows in (clicks, others)])
    labels = labels.sort("session", "type", "item")
    labels.write_parquet(once.file("labels"))
    return labels


def begun(log: pl.DataFrame, start: datetime, end: datetime) -> pl.DataFrame:
    """The events before `end` of the sessions that begin at `start` or later, in order."""
    inside = log.filter(pl.col("ts").min().over("session") >= start).filter(pl.col("ts") < end)
    return inside.sort("session", "ts", maintain_order=True)


def serve(once: Round, log: pl.DataFrame) -> str:
    """Show the old model's lists in the third week, write them and the new log, and judge them."""
    served = lists_for(Recommender.load(once.folder / "model-old"), begun(log, T1, T2))
    goods = shop_catalogue(once.shop)
    keyed = served.with_columns(pl.col("session", "item").cast(pl.Int64))
    clicks = clicked(keyed, goods.select("item", "cluster"), shop_tastes(once.shop), once.shop.seed)
    new = answered(log.filter(pl.col("ts") < T2), clicks, goods.select("item", "price", "category", "brand", "text"))
    new = new.filter(pl.col("ts") < T2)
    served.write_parquet(once.file("served"))
    new.write_parquet(once.file("new"))
    new.filter(pl.col("ts") >= T1).write_parquet(once.file("third-week"))
    files = ("--served", str(once.file("served")), "--events", str(once.file("third-week")))
    if code := feedback.main(["--workdir", str(once.folder / "model-old"), "--quiet", *files]):
        sys.exit(code)
    shown = served.select("session", "shown").unique().height
    return f"{shown:,} lists shown to {served['session'].n_unique():,} sessions, {clicks.height:,} clicked"


def lists_for(recommender: Recommender, events: pl.DataFrame) -> pl.DataFrame:
    """Lists for clicks at drawn moments of the sessions: session, shown, type, rank, item, events, score.

    They are made from the shop's own events: a click on what is shown changes no later list of the session.
    """
    place, next_ts = pl.int_range(1, pl.len() + 1).over("session"), pl.col("ts").shift(-1).over("session")
    moment = pl.col("session").cast(pl.UInt64) * 2**16 + pl.col("place").cast(pl.UInt64)
    told = events.with_columns(place=place).with_columns(drawn=mix(moment, SALT_LISTS), next_ts=next_ts)
    apart = pl.col("next_ts").is_null() | (pl.col("next_ts") > pl.col("ts"))  # no list between events of one moment
    some = told.filter(apart & (pl.col("drawn") % 1_000 < 1_000 * SERVED_SHARE))
    moments = some.filter(pl.col("drawn").rank("ordinal").over("session") <= MOST_LISTS)
    asked = moments.select("session", until="place", shown="ts").with_columns(
        asked=pl.format("{}@{}", "session", "until")
    )
    seen = asked.join(told, on="session").filter(pl.col("place") <= pl.col("until"))
    visible = seen.sort("asked", "place").with_columns(session="asked").select(events.columns)
    lists = recommender.recommend(visible).filter(pl.col("type") == "clicks").rename({"session": "asked"})
    keys = asked.select("asked", "shown", pl.col("session").cast(pl.String))
    columns = ("session", "shown", "type", "rank", "item", "events", "score")
    return lists.join(keys, on="asked", validate="m:1").select(columns).sort("session", "shown", "rank")


def review(once: Round, reviewer: str) -> int:
    """Write a reviewer's rules and return how many items they block.

    The careful one takes what review.csv suggests to block: nothing was taken where so much was promised that chance
    does not explain it. The hasty one blocks what `OFTEN` of the lists have shown and nobody has taken.
    """
    folder = once.folder / "model-old"
    if reviewer == "careful":
        rows = pl.read_csv(folder / "review.csv", infer_schema=False)
        blocked = rows.filter((pl.col("suggested") == "block") & (pl.col("on") == "item")).select(item="key")
    else:
        lists = pl.read_parquet(once.file("served")).select("session", "shown").unique().height
        judged = pl.read_parquet(folder / "feedback" / "numbers" / "items.parquet")
        blocked = judged.filter((pl.col("hits") == 0) & (pl.col("shown") >= OFTEN * lists))
    rules = blocked.sort("item").select(kind=pl.lit("block"), on=pl.lit("item"), key="item")
    rules.write_csv(once.folder / f"{reviewer}.csv")
    return rules.height


def show(lists: Mapping[str, pl.DataFrame], labels: pl.DataFrame, console: Console) -> None:
    """Print measures, and paired differences with their 95 % intervals."""
    first = next(iter(lists))
    table = Table(title=f"recall@20 (of clicks: HR@20) and MRR@20, {labels['session'].n_unique():,} later sessions")
    apart = Table(title="paired differences, 95 % intervals of the bootstrap over sessions")
    for one in (table, apart):
        for column in ("", *MEASURES):
            one.add_column(column, justify="right" if column else "left")
    for name in lists:
        found = compared(lists[name], lists[first], labels)
        table.add_row(name, *(f"{found['this'][m]['value']:.4f}" for m in MEASURES))
    pairs = [(name, first) for name in lists if name != first] + [(WITH_LISTS, EVENTS_ONLY)]
    for name, other in pairs:
        found = compared(lists[name], lists[other], labels)["difference"]
        apart.add_row(f"{name} - {other}", *(_told(found[m]) for m in MEASURES))
    console.print(table)
    console.print(apart)


def _told(found: Mapping[str, float]) -> str:
    return f"{found['value']:+.4f} [{found['low']:+.4f}, {found['high']:+.4f}]"


def compared(this: pl.DataFrame, other: pl.DataFrame, labels: pl.DataFrame) -> dict[str, Any]:
    """Two models' lists of the same sessions (`evaluation.paired.paired`)."""
    truth = labels.lazy().rename({"session": "query"})
    orders = {name: _keyed(lists) for name, lists in (("this", this), ("other", other))}
    placed = places(truth.with_columns(pl.col("type").cast(pl.Enum(TYPES))), orders).collect()
    sessions = placed.select("query", session="query").unique().sort("query")
    return paired(placed, sessions, RESAMPLES, 1)


def _keyed(lists: pl.DataFrame) -> pl.LazyFrame:
    return lists.lazy().select(
        pl.col("session").cast(pl.Int64).alias("query"), "type", pl.col("item").cast(pl.Int64), "rank"
    )


if __name__ == "__main__":
    sys.exit(main())
