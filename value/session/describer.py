"""Sessions described for value models: opened once with what was known of the past, asked many times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from features.group import FeatureGroup
from features.session_rows import describe_sessions, prefix_lines
from value.session.targets import Targets, so_far


@dataclass(frozen=True)
class SessionDescriber:
    """Feature groups of sessions with the tables that they read, in memory.

    Parameters
    ----------
    groups
        The groups.
    tables
        What they read beside a session, by parameter name; the rows of groups that read nothing of a query stand under
        their own names.
    targets
        What is predicted: it says what values so far are.
    """

    groups: tuple[FeatureGroup, ...]
    tables: Mapping[str, pl.DataFrame]
    targets: Targets

    @classmethod
    def open(
        cls, groups: Sequence[FeatureGroup], tables: Mapping[str, pl.LazyFrame], targets: Targets
    ) -> "SessionDescriber":
        """Read the tables that the groups need; those under a group's own name are read whole."""
        waiting = [group for group in groups if group.name not in tables]
        read = {name for group in waiting for name in group.reads} | {"items"} | {group.name for group in groups}
        return cls(tuple(groups), {name: table.collect() for name, table in tables.items() if name in read}, targets)

    def __call__(self, queries: pl.DataFrame, prefixes: pl.DataFrame) -> pl.DataFrame:
        """Every query with what it has brought so far and its features.

        Parameters
        ----------
        queries, prefixes
            QUERIES with `segment`, and PREFIXES.

        Returns
        -------
        pl.DataFrame
            The queries' columns, so_far and taken_so_far f64, `<group>__<feature>` f32; in the queries' order.
        """
        seen = prefixes.lazy()
        tables = {name: table.lazy() for name, table in self.tables.items()}
        tables |= {"queries": queries.lazy(), "prefixes": seen}
        tables["lines"] = prefix_lines(seen, tables["items"]).collect().lazy()
        features = describe_sessions(queries.lazy(), tables, self.groups)
        shown = so_far(seen, tables["items"], self.targets)
        return (
            queries.lazy()
            .join(shown, on="query", how="left", validate="1:1", maintain_order="left")
            .join(features, on="query", how="left", validate="1:1", maintain_order="left")
            .collect()
        )
