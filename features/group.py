"""What a feature group is: a function that names the tables it reads, and the key that its rows are joined by."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

Scope = Literal["query", "user", "item", "category", "user_category", "pair"]

KEYS: dict[Scope, list[str]] = {
    "query": ["query"],
    "user": ["user"],
    "item": ["item"],
    "category": ["category"],
    "user_category": ["user", "category"],
    "pair": ["query", "item"],
}

TABLES = ("history", "prefixes", "queries", "candidates", "neighbours", "vectors", "items")
"""What a group's parameters may be named."""


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
        Whether its rows carry `ts` and hold from then on, joined strictly before a query's start.
    reads
        The tables that it is given.
    function
        The function itself.
    """

    name: str
    scope: Scope
    as_of: bool
    reads: tuple[str, ...]
    function: Callable[..., pl.LazyFrame]

    @property
    def from_history(self) -> bool:
        """Whether it reads nothing of a query, so that one table serves all shards."""
        return not {"prefixes", "queries", "candidates"} & set(self.reads)

    def __call__(self, tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
        """The group's rows: its key (and ts), then `<group>__<feature>` f32."""
        rows = self.function(**{name: tables[name] for name in self.reads})
        keys = KEYS[self.scope] + (["ts"] if self.as_of else [])
        features = [n for n in rows.collect_schema().names() if n not in keys]
        return rows.select(*keys, *(pl.col(f).cast(pl.Float32).alias(f"{self.name}__{f}") for f in features))


def feature_group(*, scope: Scope, as_of: bool = False) -> Callable[[Callable[..., pl.LazyFrame]], FeatureGroup]:
    """Declare a function as a feature group.

    Parameters
    ----------
    scope
        The join key of the rows that it returns.
    as_of
        Whether they carry `ts`.

    Raises
    ------
    ValueError
        If a parameter is no table's name, or a group of history rows reads a query's tables.
    """

    def declare(function: Callable[..., pl.LazyFrame]) -> FeatureGroup:
        reads = tuple(inspect.signature(function).parameters)
        unknown = [name for name in reads if name not in TABLES]
        if unknown:
            raise ValueError(f"`{function.__name__}` reads {unknown}; name its parameters out of {TABLES}.")
        group = FeatureGroup(function.__name__, scope, as_of, reads, function)
        if scope not in ("query", "pair") and not group.from_history:
            raise ValueError(f"`{group.name}` has scope {scope}, so it must not read a query's tables, got {reads}.")
        return group

    return declare
