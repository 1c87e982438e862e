"""Answers in the shop's own keys."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from data.schema import TypeEnum
from ranker.top import TopLists
from serving.reading import Shown


@dataclass(frozen=True)
class KeysOf:
    """The shop's keys of codes, those of new items too."""

    known: list[str]
    shown: Shown

    def __call__(self, codes: npt.NDArray[np.integer]) -> list[str]:
        """A key a code."""
        new, first, known = self.shown.new_items, self.shown.known_items, self.known
        return [new[code - first] if code >= first else known[code] for code in codes.tolist()]


def as_frame(lists: Mapping[str, TopLists], shown: Shown, item_keys: list[str]) -> pl.DataFrame:
    """RANKED lists as they leave: session, events, type, rank, item, score; session by session."""
    keys = KeysOf(item_keys, shown)
    sessions: list[str] = []
    types: list[str] = []
    items: list[str] = []
    events: list[int] = []
    ranks: list[int] = []
    scores: list[npt.NDArray[np.float32]] = []
    counts_of = shown.events.tolist()
    for number, session in enumerate(shown.sessions):
        for objective, one in lists.items():
            count = int(one.counts[number])
            sessions += [session] * count
            events += [counts_of[number]] * count
            types += [objective] * count
            ranks += range(1, count + 1)
            items += keys(one.items[number, :count])
            scores.append(one.scores[number, :count])
    return pl.DataFrame(
        {
            "session": pl.Series(sessions, dtype=pl.String),
            "events": pl.Series(events, dtype=pl.UInt16),
            "type": pl.Series(types, dtype=TypeEnum),
            "rank": pl.Series(ranks, dtype=pl.UInt8),
            "item": pl.Series(items, dtype=pl.String),
            "score": pl.Series(np.concatenate(scores)).fill_nan(None) if scores else pl.Series([], dtype=pl.Float32),
        }
    )
