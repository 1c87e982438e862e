"""What a feature group is: a function that names the tables it reads, and the key that its rows are joined by."""

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from features.question import Kernel

Scope = Literal[
    "query",
    "user",
    "segment",
    "item",
    "category",
    "item_hour",
    "item_weekday",
    "user_item",
    "user_category",
    "pair",
    "row",
]

KEYS: dict[Scope, list[str]] = {
    "query": ["query"],
    "user": ["user"],
    "segment": ["segment"],
    "item": ["item"],
    "category": ["category"],
    "item_hour": ["item", "hour"],
    "item_weekday": ["item", "weekday"],
    "user_item": ["user", "item"],
    "user_category": ["user", "category"],
    "pair": ["query", "item"],
    "row": ["query", "item"],
}
"""Scopes and their join keys. `hour` and `weekday` are those of the query's last event; `row` is a candidate with
all that the groups before it say of it; only value's queries have a `segment`."""

SINCE = "since"
"""A column that rows as of a moment may have: what happened then, where `ts` is only when its last news came."""

OF_QUERIES: tuple[Scope, ...] = ("query", "user", "segment")
"""The scopes that need no candidates."""

TABLES = (
    "history",
    "asked",
    "prefixes",
    "queries",
    "candidates",
    "neighbours",
    "vectors",
    "items",
    "described",
    "closed",
    "touched",
    "ordered",
    "purchases",
    "returned",
    "paced",
)
"""What a group's parameters may be named; `asked` are the visible events of all of the fold's queries, for transductive
runs alone; `described`, the rows joined so far, is for scope `row` alone; `closed` and `touched` are for groups that
only value models read; `ordered`, `purchases`, `returned` and `paced` for those of customers, who are asked one
moment at a time: these end at it."""


@dataclass(frozen=True)
class FeatureGroup:
    """A declared group of features.

    Parameters
    ----------
    name
        Its function's name, and the prefix of its columns.
    scope
        What its rows describe: their join key.
    as_of
        Whether its rows carry `ts` and hold from then on, joined strictly before a query's start; the join adds
        `<name>__days_since`, from that row's `ts`, or its `since` if it has that, to the start.
    reads
        The tables that it is given.
    function
        The function itself.
    zeros
        Features that are 0, and not null, for whatever it has no row of.
    aligned
        Whether it has the candidates' own rows in their order, so that they are put beside and need no join.
    clock
        Whether it reads the hour or the weekday, which a log of bare sequences does not have.
    kernel
        The same features of a describer's question, bit for bit, without Polars; a group needs none, and with one it is
        described faster. One that reads nothing of a query needs none at all: its rows are looked up.
    returning
        Whether it is for customers who come back (`folds.returning`), asked long after their last visible event.
    counts
        Makes of the events of whole sessions what its function is given as `history`: the key, and whole numbers that
        may be added up over sessions; so no more than some of them need be held. Null where it is given the events.
    """

    name: str
    scope: Scope
    as_of: bool
    reads: tuple[str, ...]
    function: Callable[..., pl.LazyFrame]
    zeros: tuple[str, ...] = ()
    aligned: bool = False
    clock: bool = False
    kernel: Kernel | None = None
    returning: bool = False
    counts: Callable[[pl.LazyFrame], pl.LazyFrame] | None = None

    def __reduce__(self) -> tuple[Callable[[str, str], "FeatureGroup"], tuple[str, str]]:
        """By the name under which it stands in its module, where the decorated function stood."""
        return _named_group, (self.function.__module__, self.name)

    @property
    def transductive(self) -> bool:
        """Whether it reads the scored sessions' visible events, which only a transductive run gives."""
        return "asked" in self.reads

    @property
    def from_history(self) -> bool:
        """Whether it reads nothing of a query, so that one table serves all shards."""
        return not {"prefixes", "queries", "candidates", "described"} & set(self.reads)

    def __call__(self, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
        """The group's rows: its key (and ts), then `<group>__<feature>` f32."""
        return self.of_counts(tables if self.counts is None else {**tables, "history": self.counts(tables["history"])})

    def of_counts(self, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
        """The same with `counts` of all sessions as the history, where the group has them."""
        keys = KEYS[self.scope] + (["ts"] if self.as_of else [])
        if self.scope == "row":
            return self.extend(tables["described"]).select(*keys, pl.col(rf"^{self.name}__.*$"))
        return self._named(self.function(**{name: tables[name] for name in self.reads}), keys)

    def extend(self, rows: pl.LazyFrame) -> pl.LazyFrame:
        """Rows with the features that a group of scope `row` makes of their own columns."""
        return self._named(self.function(rows), rows.collect_schema().names())

    def _named(self, rows: pl.LazyFrame, given: list[str]) -> pl.LazyFrame:
        names = rows.collect_schema().names()
        given = given + [SINCE for name in names if self.as_of and name == SINCE]
        features = [n for n in names if n not in given]
        return rows.select(*given, *(pl.col(f).cast(pl.Float32).alias(f"{self.name}__{f}") for f in features))


def _named_group(module: str, name: str) -> FeatureGroup:
    group = getattr(importlib.import_module(module), name)
    assert isinstance(group, FeatureGroup)
    return group


def feature_group(
    *,
    scope: Scope,
    as_of: bool = False,
    zeros: tuple[str, ...] = (),
    aligned: bool = False,
    clock: bool = False,
    kernel: Kernel | None = None,
    returning: bool = False,
    counts: Callable[[pl.LazyFrame], pl.LazyFrame] | None = None,
) -> Callable[[Callable[..., pl.LazyFrame]], FeatureGroup]:
    """Declare a function as a feature group.

    Parameters
    ----------
    scope
        The join key of the rows that it returns. For `row` it is given the rows and returns them with columns more.
    as_of
        Whether they carry `ts`.
    zeros, aligned, clock, kernel, returning, counts
        See `FeatureGroup`; `aligned` is for pairs alone.

    Raises
    ------
    ValueError
        If a parameter is no table's name, or a table that groups of its scope do not get; if rows other than pairs'
        are to be aligned.
    """

    def declare(function: Callable[..., pl.LazyFrame]) -> FeatureGroup:
        reads = tuple(inspect.signature(function).parameters)
        unknown = [name for name in reads if name not in TABLES]
        if unknown:
            raise ValueError(f"`{function.__name__}` reads {unknown}; name its parameters out of {TABLES}.")
        told = zeros, aligned, clock, kernel, returning, counts
        group = FeatureGroup(function.__name__, scope, as_of, reads, function, *told)
        if aligned and scope != "pair":
            raise ValueError(f"`{group.name}` has scope {scope}; only rows of pairs can be `aligned` to candidates.")
        if (scope == "row" or "described" in reads) and (scope, reads) != ("row", ("described",)):
            raise ValueError(f"`{group.name}` has scope {scope} and reads {reads}; `row` and `described` go together.")
        if scope not in ("query", "pair", "row") and not group.from_history:
            raise ValueError(f"`{group.name}` has scope {scope}, so it must not read a query's tables, got {reads}.")
        return group

    return declare
