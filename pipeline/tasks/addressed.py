"""Whom to address, and what it brings: targets.csv, targets.json, and the page that shows them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import polars as pl

from data.tables import read_json, read_whole
from evaluation.profit import Floats, Terms, cut_of, profit_curve, promised_curve
from pipeline.store.task import Artifact
from pipeline.tasks.addressable import ROWS
from pipeline.tasks.page_of_numbers import PageOfNumbers
from value.addressed.segments import SEGMENTS, segments

if TYPE_CHECKING:
    from report.page.blocks import Page

CSV, JSON, HTML = "targets.csv", "targets.json", "targets.html"


@dataclass(frozen=True)
class Addressed:
    """targets.csv: a row each who is to be addressed, most profit first; targets.json: every number.

    Columns of targets.csv: place, key (by its own name), asked (UTC), events (of sessions), segment, action,
    purchase_probability, expected (money still to come), low, high, expected_profit. Of equal profit by key.

    Parameters
    ----------
    rows
        Whom one could address.
    judged
        The rows whose truth is known: the same, or older ones; null where there are none.
    terms
        What is paid and kept.
    of
        `sessions`, `customers` or `rows`.
    key
        What their key is called.
    about
        Which values these are: such as the cut, or the horizon and the origin.
    """

    rows: Artifact
    judged: Artifact | None
    terms: Terms
    of: str
    key: str
    about: Mapping[str, str]

    def __call__(self, into: Path) -> dict[str, Any]:
        """Write them."""
        table = _ordered(read_whole(self.rows.path / ROWS))
        chosen = cut_of(table["worth"].to_numpy(), self.terms)
        table = table.with_columns(addressed=pl.int_range(pl.len()) < chosen, segment=segments(table))
        known = None if self.judged is None else _known(read_whole(self.judged.path / ROWS))
        told = {
            "of": self.of,
            "about": dict(self.about),
            "terms": asdict(self.terms),
            "counts": {"rows": table.height, "addressed": chosen, "judged": 0 if known is None else known.height},
            "worth": float(np.sum(table["worth"].to_numpy())),
            "worth_from": table["worth"][chosen - 1] if chosen else None,
            "same_rows": self.judged == self.rows,
            "promised": promised_curve(_floats(table, "worth"), self.terms, *_ranges(table)),
            "judged": None if known is None else _judged(known, self.terms),
            "segments": _by_segment(table, self.terms, known, self.of),
        }
        (into / JSON).write_text(json.dumps(told, indent=1) + "\n")
        self._written(table.filter("addressed")).write_csv(into / CSV, float_precision=6)
        return {"rows": table.height, "addressed": chosen}

    def _written(self, chosen: pl.DataFrame) -> pl.DataFrame:
        actions = {segment.name: segment.action(self.of) for segment in SEGMENTS}
        dated = [] if chosen["asked"].null_count() == chosen.height else [pl.col("asked").dt.to_string("iso:strict")]
        return chosen.select(
            pl.int_range(1, pl.len() + 1).alias("place"),
            pl.col("key").alias(self.key),
            *dated,
            *(["events"] if self.of == "sessions" else []),
            "segment",
            pl.col("segment").replace_strict(actions, return_dtype=pl.String).alias("action"),
            "purchase_probability",
            pl.col("worth").alias("expected"),
            "low",
            "high",
            expected_profit=pl.col("worth") * self.terms.margin - self.terms.cost,
        )


def _ordered(table: pl.DataFrame) -> pl.DataFrame:
    """Most worth first, equal ones by their key."""
    return table.sort("worth", "key", "asked", descending=[True, False, False])


def _known(table: pl.DataFrame) -> pl.DataFrame:
    return _ordered(table.with_columns(segment=segments(table)).filter(pl.col("truth").is_not_null()))


def _judged(known: pl.DataFrame, terms: Terms) -> dict[str, Any]:
    return profit_curve(known["worth"].to_numpy(), known["truth"].to_numpy(), terms)


def _by_segment(table: pl.DataFrame, terms: Terms, known: pl.DataFrame | None, of: str) -> list[dict[str, Any]]:
    """Sizes, value and profit of every segment that anybody belongs to, with what came of judged rows.

    `true_profit` is that of the judged rows which the same terms would have addressed.
    """
    cut = 0 if known is None else cut_of(known["worth"].to_numpy(), terms)
    within = None if known is None else known.with_columns(addressed=pl.int_range(pl.len()) < cut)
    found = []
    for segment in SEGMENTS:
        mine = table.filter(pl.col("segment") == segment.name)
        if mine.is_empty():
            continue
        worth, chosen = _floats(mine, "worth"), mine["addressed"].to_numpy()
        row: dict[str, Any] = {
            "segment": segment.name,
            "rule": segment.rule,
            "action": segment.action(of),
            "rows": mine.height,
            "share": mine.height / table.height,
            "worth": float(worth.sum()),
            "mean_worth": float(worth.mean()),
            "addressed": int(chosen.sum()),
            "promised_profit": float(terms.profits(worth[chosen]).sum()),
        }
        found.append(row | _true(within, segment.name, terms))
    return found


def _true(within: pl.DataFrame | None, name: str, terms: Terms) -> dict[str, Any]:
    if within is None:
        return {"judged": 0, "mean_truth": None, "true_profit": None}
    mine = within.filter(pl.col("segment") == name)
    truth, chosen = _floats(mine, "truth"), mine["addressed"].to_numpy()
    return {
        "judged": mine.height,
        "mean_truth": float(truth.mean()) if len(truth) else None,
        "true_profit": float(terms.profits(truth[chosen]).sum()),
    }


def _ranges(table: pl.DataFrame) -> list[Floats | None]:
    """What `low` and `high` say of every row; null where they do not."""
    lacking = table["low"].null_count() + table["high"].null_count()
    return [None if lacking else _floats(table, name) for name in ("low", "high")]


def _floats(table: pl.DataFrame, name: str) -> Floats:
    return np.asarray(table[name].to_numpy(), np.float64)


@dataclass(frozen=True)
class TargetsPage(PageOfNumbers):
    """targets.html, and charts/<name>.svg and .png, of targets.json (see `PageOfNumbers`)."""

    html: ClassVar[str] = HTML

    def page(self) -> "Page":
        """Make the page."""
        from report.addressed.page import targets_page  # noqa: PLC0415 - draws, which is slow to load

        return targets_page(read_json(self.numbers.path / JSON))
