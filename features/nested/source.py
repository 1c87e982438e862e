"""A column of the table as groups read it."""

from dataclasses import dataclass

import polars as pl

from features.nested.kinds import Kind


@dataclass(frozen=True)
class Source:
    """A column of the table as groups read it.

    Parameters
    ----------
    name, kind
        The column, and what it holds.
    own
        Flat columns whose value is a key that matters in it: of an app's revenue by app, the advertised app.
    not_negative
        Whether numbers below 0 are none.
    """

    name: str
    kind: Kind
    own: tuple[str, ...] = ()
    not_negative: bool = False

    @property
    def value(self) -> pl.Expr:
        """The column in its plain form."""
        return pl.col(self.name)

    @property
    def values(self) -> pl.Expr:
        """A map's values, as lists."""
        return pl.col(self.name).map.values()


def own_name(column: str) -> str:
    """Where the plain rows hold a flat column as a key."""
    return f"(own) {column}"
