"""What was shown beside what happened: feedback.json, and a table for people to review."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from data.errors import AisleError
from data.fault import refuse_faults
from data.files import read_batches
from data.schema import TypeEnum
from data.served import read_served, segments_of
from data.tables import read_json, read_whole, write
from evaluation.feedback.outcomes import found_by_objective, outcomes, unshown, wanted
from evaluation.feedback.positions import by_position, examined
from evaluation.feedback.promises import calibration, calibration_error, promised
from evaluation.feedback.wrong import events_band, of_items, of_segments
from evaluation.profile.plain import plain
from pipeline.store.task import RawFile
from pipeline.tasks.page_of_numbers import PageOfNumbers
from pipeline.tasks.review import review_rows
from serving.contents import LogReading
from serving.reading import EventReader

if TYPE_CHECKING:
    from report.page.blocks import Page

NUMBERS, REVIEW, PAGE = "feedback.json", "review.csv", "feedback.html"
SHOWN = 100
"""Items that feedback.json tells of, those that went most wrong; review.csv has more."""
USUAL = ("events shown", "day", "place", "category")
"""Segments of any shop's lists."""
PROMISE = {
    "type": pl.String,
    "band": pl.Int64,
    "low": pl.Float64,
    "shown": pl.Int64,
    "hits": pl.Int64,
    "rate": pl.Float64,
}


@dataclass(frozen=True)
class Feedback:
    """feedback.json, review.csv and items.parquet (item, shown, hits, promised, z, unshown, text, category).

    feedback.json: `served` (lists, sessions, first, last, sessions_found: how many have an event in the new log,
    repeated: rows that say what another says, which are counted once, late: lists shown when the new log had ended),
    `objectives`, `positions`, `examined`, `calibration`, `calibration_error`, `segments` and `items`, each a list of
    rows as `evaluation.feedback` gives them.

    Parameters
    ----------
    served, events
        What was shown, and the new log in the old one's layout.
    reading
        How the log is read.
    told
        metrics.json, for its `promises`; null where the scored fold had no labels, so that nothing was promised.
    within
        How long after it was shown an event still counts.
    """

    served: RawFile
    events: RawFile
    reading: LogReading
    told: RawFile | None
    within: timedelta | None = None

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them.

        Raises
        ------
        AisleError
            If a file cannot be read, or none of the sessions that were served is in the new log.
        """
        rows = read_served(self.served.path, self.reading.format.timezone)
        served = rows.unique(maintain_order=True)  # what was sent twice was shown once
        happened = self._happened()
        served, own = _apart(served)
        seen = self._seen(served, happened)
        due = wanted(served, happened, self.within)
        judged = promised(outcomes(served, due), self._promises())
        items = self._named(of_items(judged, unshown(served, due)))
        segments = self._segments(judged, items, own)
        bands = calibration(judged)
        told = {
            "served": _told(served, seen) | {"repeated": rows.height - served.height, "late": _late(served, happened)},
            "objectives": plain(found_by_objective(judged, due)),
            "positions": plain(by_position(judged)),
            "examined": plain(examined(judged)),
            "calibration": plain(bands),
            "calibration_error": plain(calibration_error(bands)),
            "segments": plain(segments),
            "items": plain(_worst(items).head(SHOWN)),
        }
        (into / NUMBERS).write_text(json.dumps(told, indent=1) + "\n")
        review_rows(items, segments).write_csv(into / REVIEW)
        write(items, into / "items.parquet")
        return {"places": judged.height, "hits": int(judged["hit"].sum())}

    def _seen(self, served: pl.DataFrame, happened: pl.DataFrame) -> int:
        """How many sessions have an event in the new log; refuses lists that are of another shop or time."""
        seen = served["session"].unique().is_in(happened["session"].unique().implode())
        if not seen.any():
            like = f"{served['session'][0]!r}, where the log's are like {happened['session'][0]!r}"
            raise AisleError(
                f"{self.events.path}: `events` are of none of the {len(seen):,} sessions of `served` (the first is "
                f"{like}); give the log of the time in which the lists were shown."
            )
        items, known = served["item"].unique(), read_whole(self.reading.items, columns=["key"])["key"].cast(pl.String)
        if not items.is_in(known.implode()).any():
            like = f"{served['item'][0]!r}, where the run's are like {known[0]!r}"
            raise AisleError(
                f"{self.served.path}: `served` shows none of the run's items (the first is {like}); name the lists "
                "and the working directory of one shop."
            )
        return int(seen.sum())

    def _happened(self) -> pl.DataFrame:
        layout, path = self.reading.format, self.events.path
        batches = [refuse_faults(batch, path) for batch in read_batches(path, layout)]
        return EventReader.open(self.reading).happened(pl.concat(batches, how="vertical_relaxed"))

    def _promises(self) -> pl.DataFrame:
        told: Sequence[Mapping[str, Any]] = read_json(self.told.path).get("promises", []) if self.told else []
        return pl.DataFrame(list(told), schema=PROMISE).with_columns(pl.col("type").cast(TypeEnum))

    def _named(self, items: pl.DataFrame) -> pl.DataFrame:
        """With the items' texts and categories, in the shop's keys."""
        keys = read_whole(self.reading.keys / "category.parquet")
        category = keys.select(pl.col("code").cast(pl.UInt32), category=pl.col("key").cast(pl.String))
        catalogue = read_whole(self.reading.items, columns=["key", "text", "category"])
        named = catalogue.rename({"category": "code"}).join(category, on="code", how="left", validate="m:1")
        return items.join(named.drop("code"), left_on="item", right_on="key", how="left", validate="1:1").sort("item")

    def _segments(self, judged: pl.DataFrame, items: pl.DataFrame, own: Mapping[str, str]) -> pl.DataFrame:
        rows = judged.join(items.select("item", "category"), on="item", how="left", validate="m:1").with_columns(
            events_band(pl.col("events")).alias("events shown"),
            pl.col("shown").dt.strftime("%Y-%m-%d").alias("day"),
            pl.when(pl.col("score").is_null()).then(pl.lit("popular")).otherwise(pl.lit("ranked")).alias("place"),
        )
        return of_segments(rows, [*USUAL, *own]).with_columns(pl.col("segment").replace(own))


@dataclass(frozen=True)
class FeedbackPage(PageOfNumbers):
    """feedback.html, and charts/<name>.svg and .png, of what `Feedback` has written (see `PageOfNumbers`)."""

    html: ClassVar[str] = PAGE

    def page(self) -> "Page":
        """Make the page."""
        from report.feedback.page import feedback_page  # noqa: PLC0415 - draws, which is slow to load

        return feedback_page(read_json(self.numbers.path / NUMBERS))


def _apart(served: pl.DataFrame) -> tuple[pl.DataFrame, dict[str, str]]:
    """The lists, the shop's own segments under names that no measure has, and what those are called."""
    names = {f"__own_{number}": name for number, name in enumerate(segments_of(served))}
    apart = served.rename({name: held for held, name in names.items()})
    return apart, {held: f"{name} (served)" if name in USUAL else name for held, name in names.items()}


def _told(served: pl.DataFrame, found: int) -> dict[str, Any]:
    moments = served.select(first=pl.col("shown").min(), last=pl.col("shown").max())
    return {
        "lists": served.select(pl.struct("session", "shown", "type").n_unique()).item(),
        "sessions": served["session"].n_unique(),
        "sessions_found": found,
        **plain(moments)[0],
    }


def _late(served: pl.DataFrame, happened: pl.DataFrame) -> int:
    ends = happened.select(pl.col("ts").max()).item()
    return served.filter(pl.col("shown") >= ends).select("session", "shown", "type").n_unique()


def _worst(items: pl.DataFrame) -> pl.DataFrame:
    return items.filter(pl.col("z").is_not_null()).sort(pl.col("z").abs(), "item", descending=[True, False])
