"""Answers in the shop's own keys."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from data.popularity import rank_type
from data.schema import TypeEnum
from ranker.top import TopLists
from serving.shown import Shown


@dataclass(frozen=True)
class KeysOf:
    """The shop's keys of codes, those of new items too."""

    known: pl.Series
    shown: Shown

    def __call__(self, codes: npt.NDArray[np.integer]) -> pl.Series:
        """A key a code."""
        new, first = self.shown.new_items, self.shown.known_items
        if not new:
            return self.known.gather(codes)
        found = self.known.gather(np.where(codes < first, codes, 0)).to_list()
        return pl.Series(
            [new[code - first] if code >= first else key for code, key in zip(codes.tolist(), found, strict=True)],
            dtype=pl.String,
        )


def as_frame(lists: Mapping[str, TopLists], shown: Shown, item_keys: pl.Series) -> pl.DataFrame:
    """RANKED lists as they leave: session, events, type, rank, item, score; session by session."""
    width = max((one.items.shape[1] for one in lists.values()), default=0)
    counts = np.stack([one.counts for one in lists.values()], axis=1)  # (sessions, objectives)
    filled = np.arange(width) < counts[:, :, None]
    items = np.stack([one.items for one in lists.values()], axis=1)[filled]
    scores = np.stack([one.scores for one in lists.values()], axis=1)[filled]
    number, kind, place = np.nonzero(filled)
    kinds = pl.Series(list(lists), dtype=TypeEnum)
    sessions = pl.Series(shown.sessions, dtype=pl.String)
    return pl.DataFrame(
        [
            sessions.gather(number).alias("session"),
            pl.Series("events", shown.events[number], dtype=pl.UInt16),
            kinds.gather(kind).alias("type"),
            pl.Series("rank", place + 1, dtype=rank_type(width)),
            KeysOf(item_keys, shown)(items).alias("item"),
            pl.Series("score", scores, nan_to_null=True),
        ]
    )
