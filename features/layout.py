"""Which columns groups describe candidates in, found by describing nothing at all."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import polars as pl

from data.schema import CandidateKeys, Prefixes, Queries
from features.group import FeatureGroup
from features.join import describe


class Layout(NamedTuple):
    """Columns, and where each group's are.

    Parameters
    ----------
    columns
        See `features.described.Described`.
    own
        How many of them the candidates bring.
    spans
        Each group's slice of them.
    """

    columns: tuple[str, ...]
    own: int
    spans: dict[str, slice]


def layout_of(groups: Sequence[FeatureGroup], members: Sequence[str], tables: Mapping[str, pl.DataFrame]) -> Layout:
    """The columns that `features.join.describe` gives to candidates of some members.

    Parameters
    ----------
    groups
        All groups, in order.
    members
        Who proposes.
    tables
        The tables that stay (`items`, `neighbours`, `vectors`, a group's rows under its name), of which the columns
        count, not the rows.
    """
    proposed = {f"{m}__{kind}": dtype for m in members for kind, dtype in (("rank", pl.UInt16), ("score", pl.Float32))}
    fused = {name: CandidateKeys.create_empty().schema[name] for name in ("fused__score", "fused__rank")}
    candidates = pl.LazyFrame(schema={"query": pl.UInt32, "item": pl.UInt32, **proposed, **fused})
    queries = pl.LazyFrame(Queries.create_empty())
    empty = {name: table.clear().lazy() for name, table in tables.items()}
    empty |= {"candidates": candidates, "queries": queries, "prefixes": pl.LazyFrame(Prefixes.create_empty())}
    names = describe(candidates, queries, empty, groups).collect_schema().names()[2:]
    return Layout(tuple(names), len(proposed) + len(fused), {group.name: _span(names, group) for group in groups})


def _span(names: list[str], group: FeatureGroup) -> slice:
    mine = [number for number, name in enumerate(names) if name.startswith(f"{group.name}__")]
    return slice(mine[0], mine[-1] + 1) if mine else slice(0, 0)
