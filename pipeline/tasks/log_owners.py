"""Whose rows of a log are kept, where a share of them or so many at most are asked for: all of an owner's, or none."""

import math
from dataclasses import dataclass

import polars as pl

from data.errors import AisleError
from data.nested.values import read_keys
from data.partitions.drawing import Filling, bound_of, drawn
from data.partitions.window import Window
from data.shapes.marks import REFUND_ROW
from data.validate import Tally
from pipeline.tasks.log_parts import LogParts

RULE = "not sampled"


@dataclass(frozen=True)
class OwnerShare:
    """How many of a log's owners are kept: sessions, or users where sessions are made of theirs.

    Parameters
    ----------
    sample
        Their share, by their keys' hash.
    max_rows
        Rows at most: those of the owners of the smallest hash.
    """

    sample: float = 1.0
    max_rows: int | None = None

    @classmethod
    def of(cls, window: Window) -> "OwnerShare":
        """What a window says of owners."""
        return cls(window.sample, window.max_rows)

    @property
    def is_all(self) -> bool:
        """Whether nobody is left out."""
        return self.sample >= 1 and self.max_rows is None

    def written(self, rows: int) -> int:
        """About how many of so many rows are written, those among them that are dropped later.

        After n rows the share `max_rows` / n of the owners is left, so that the sum over all n is a logarithm's.
        """
        rows, most = round(self.sample * rows), self.max_rows
        return rows if most is None or rows <= most else round(most * (1 + math.log(rows / most)))


class OwnerDraw:
    """Keeps rows as they are read.

    What `max_rows` keeps is known at the end alone; until then it is known of more and more owners that they are not
    among them. So rows are dropped as they come, and the rest once all are read.

    Parameters
    ----------
    share
        How many are kept.
    owner
        The column of whom a row belongs to; each row has it.
    """

    def __init__(self, share: OwnerShare, owner: str) -> None:
        self.share = share
        self.owner = owner
        self.bound = bound_of(share.sample)
        self.filling = None if share.max_rows is None else Filling(share.max_rows)
        self.left = 0

    def __call__(self, rows: pl.DataFrame) -> pl.DataFrame:
        """Those of a batch's rows that may be kept."""
        if self.share.is_all or rows.is_empty():
            return rows
        kept = self._kept(rows)
        if self.filling is not None:
            self.filling.add(self._drawn(kept).to_numpy())
            bound = self.filling.bound()
            self.bound = self.bound if bound is None else bound
        return kept

    def settle(self, parts: LogParts) -> None:
        """Drop what was written before it was known that it is not kept."""
        if self.filling is None or self.filling.bound() is None:
            return
        for shard in sorted(parts.files):
            rows = parts.rows(shard)
            kept = self._kept(rows)
            if kept.height < rows.height:
                parts.replace(shard, kept)

    def count(self, tally: Tally) -> None:
        """Count what was dropped.

        Raises
        ------
        AisleError
            If nothing is left.
        """
        if self.left == tally.kept:
            raise AisleError(
                f"none of {tally.kept:,} events is read, as no {self.owner} is drawn; raise `input.window.sample` "
                f"{self.share.sample:g}{self._most()}."
            )
        if self.left:
            tally.kept -= self.left
            tally.dropped[RULE] += self.left

    def _kept(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows below the bound; the others are counted, but refunds, which are counted as such."""
        if self.bound is None:
            return rows
        below = self._drawn(rows) < self.bound
        left = ~below & ~rows[REFUND_ROW] if REFUND_ROW in rows.columns else ~below
        self.left += int(left.sum())
        return rows.filter(below)

    def _drawn(self, rows: pl.DataFrame) -> pl.Series:
        return drawn(read_keys(rows[self.owner]))

    def _most(self) -> str:
        most = self.share.max_rows
        return "" if most is None else f", or `input.window.max_rows` {most:,}"
