"""Describes candidates, one session's or a shard's: opened once from a fold's tables, asked many times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import polars as pl

from data.candidates import Candidates
from data.schema import Items
from data.tables import scan
from data.visible import Visible
from features.described import Described
from features.frames import fill_by_function
from features.group import OF_QUERIES, FeatureGroup
from features.kernels.keys import spread
from features.layout import Layout, layout_of
from features.opened.goods import open_goods
from features.opened.history_table import HistoryTable, fill_from_history, open_history_table
from features.opened.neighbours import open_neighbours
from features.opened.vectors import open_vectors
from features.question import Floats32, Opened, Question

NO_NEIGHBOURS = {"item": pl.UInt32(), "neighbour": pl.UInt32()}
NO_VECTORS = {"item": pl.UInt32(), "vector": pl.Array(pl.Float32, 1)}
SCOPES = ("user", "item", "category", "item_hour", "item_weekday", "user_item", "user_category")
"""Whose rows can be looked up by the keys of queries and candidates."""


def tables_to_describe(items: Path, pairs: Path, history: Mapping[str, Path]) -> dict[str, pl.LazyFrame]:
    """The tables that `Describer.open` reads.

    Parameters
    ----------
    items
        ITEMS, a file.
    pairs
        A folder with the shards of `neighbours` and with `vectors.parquet`.
    history
        The folders of the groups' rows that are computed once a fold, by group.
    """
    files = {"items": items, "neighbours": pairs / "neighbours", "vectors": pairs / "vectors.parquet", **history}
    return {name: scan(path) for name, path in files.items()}


@dataclass(frozen=True)
class Describer:
    """Feature groups with the tables that they read, in memory.

    What it says of one session alone is what it says of it in a batch, bit for bit, and what `features.join.describe`
    says. It may be asked by several threads at once.

    Parameters
    ----------
    groups
        The groups in the order of their columns: those of queries come first.
    opened
        The tables that kernels read.
    history
        The rows of the groups that read nothing of a query.
    tables
        What groups without a kernel read, and the columns of the others' tables.
    """

    groups: tuple[FeatureGroup, ...]
    opened: Opened
    history: Mapping[str, HistoryTable]
    tables: Mapping[str, pl.DataFrame]
    _layouts: dict[tuple[str, ...], Layout] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def open(cls, groups: Sequence[FeatureGroup], tables: Mapping[str, pl.LazyFrame]) -> "Describer":
        """Read what the groups need.

        Parameters
        ----------
        groups
            The groups, in order.
        tables
            The tables by parameter name: `items` always, `neighbours` and `vectors` if a group reads them. The rows of
            a group that reads nothing of a query stand under its own name, computed before, or are computed now.

        Raises
        ------
        ValueError
            If a group describes segments, which only value's queries have, or has several rows of one key.
        """
        if wrong := [group.name for group in groups if group.scope == "segment"]:
            raise ValueError(f"`groups` has {wrong}, which describe segments; only value models read those.")
        of_history = [group for group in groups if group.from_history and group.scope in SCOPES]
        rows = {g.name: tables[g.name] if g.name in tables else g(tables) for g in of_history}
        read = {name for group in groups if group not in of_history for name in group.reads}
        pairs = tables["neighbours"] if "neighbours" in read else pl.LazyFrame(schema=NO_NEIGHBOURS)
        vectors = tables["vectors"] if "vectors" in read else pl.LazyFrame(schema=NO_VECTORS)
        return cls(
            groups=tuple(sorted(groups, key=lambda group: group.scope not in OF_QUERIES)),
            opened=Opened(open_goods(tables["items"]), open_neighbours(pairs), open_vectors(vectors)),
            history={group.name: open_history_table(group, rows[group.name]) for group in of_history},
            tables=_kept(groups, of_history, tables) | {name: _empty(table) for name, table in rows.items()},
        )

    def __call__(self, visible: Visible, candidates: Candidates) -> Described:
        """Describe sessions' candidates.

        Parameters
        ----------
        visible
            What the sessions show; users, items and categories may be unknown.
        candidates
            What is proposed to these sessions.
        """
        layout = self.layout(candidates.members)
        values = np.empty((len(layout.columns), len(candidates.item)), np.float32)
        question = Question(visible, candidates, self.opened, layout.columns, values)
        _fill_own(candidates, values[: layout.own])
        for group in self.groups:
            span = layout.spans[group.name]
            before = replace(question, columns=layout.columns[: span.start], values=values[: span.start])
            self._fill(group, before if group.scope == "row" else question, values[span])
        return Described(candidates, layout.columns, values)

    def layout(self, members: tuple[str, ...]) -> Layout:
        """The columns that candidates of these members are described in."""
        if members not in self._layouts:
            self._layouts[members] = layout_of(self.groups, members, self.tables)
        return self._layouts[members]

    def _fill(self, group: FeatureGroup, question: Question, room: Floats32) -> None:
        of_queries = group.scope in OF_QUERIES
        into = np.empty((len(room), len(question.visible.query)), np.float32) if of_queries else room
        if group.name in self.history:
            fill_from_history(self.history[group.name], group, question, into)
        elif group.kernel is not None:
            group.kernel(question, into)
        else:
            fill_by_function(group, question, {n: t.lazy() for n, t in self.tables.items()}, into)
        if of_queries:
            spread(into, question.candidates.starts, room)


def _fill_own(candidates: Candidates, into: Floats32) -> None:
    """Fill the candidates' own columns, in the order of `features.layout.layout_of`."""
    ranks, scores = into[:-2:2], into[1:-2:2]
    ranks[:], scores[:] = candidates.rank, candidates.score
    ranks[candidates.rank == 0] = np.nan
    into[-2], into[-1] = candidates.fused_score, candidates.fused_rank


def _kept(
    groups: Sequence[FeatureGroup], of_history: Sequence[FeatureGroup], tables: Mapping[str, pl.LazyFrame]
) -> dict[str, pl.DataFrame]:
    """The tables that groups' own functions read: whole if some group has no kernel, else their columns."""
    others = [group for group in groups if group not in of_history]
    whole = {name for group in others if group.kernel is None for name in (*group.reads, group.name)}
    columns = {name for group in others for name in (*group.reads, group.name)}
    kept = {name: tables[name].collect() if name in whole else _empty(tables[name]) for name in columns & set(tables)}
    return {"items": pl.DataFrame(Items.create_empty())} | kept


def _empty(table: pl.LazyFrame) -> pl.DataFrame:
    return pl.DataFrame(schema=table.collect_schema())
