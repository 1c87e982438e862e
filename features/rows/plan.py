"""Which columns of a table are read, as what, and why others are not."""

from dataclasses import dataclass, replace

import polars as pl

from data.errors import AisleError
from data.nearest import did_you_mean
from data.patterns import fits_any
from data.shortened import sample
from features.nested.kinds import KEYED, Kind, kind_of
from features.nested.source import Source
from features.rows.config import RowFeatures

OWNED: tuple[Kind, ...] = (*KEYED, "list")
FLAT: tuple[Kind, ...] = ("time", "hour", "weekday", "number", "category")
Reasons = dict[str, str]


@dataclass(frozen=True)
class Plan:
    """What is read.

    Parameters
    ----------
    sources
        The columns that are, in the table's order.
    why_not
        Why each other column is not.
    """

    sources: tuple[Source, ...]
    why_not: Reasons

    @property
    def categories(self) -> list[str]:
        """The columns of categories."""
        return [source.name for source in self.sources if source.kind == "category"]


def plan_of(frame: pl.DataFrame, config: RowFeatures) -> Plan:
    """Tell what the columns of taught rows hold.

    Raises
    ------
    AisleError
        If the column of the rows' moments lacks, a named kind is not what a column holds, or a row's own key is to be
        found in a column that nobody knows.
    """
    if config.time is not None and config.time not in frame.columns:
        near = did_you_mean(config.time, frame.columns) or "; name it, or null where rows have none."
        raise AisleError(f"`time` names the column {sample(config.time)!r}, which the table does not have{near}")
    sources: list[Source] = []
    why_not: Reasons = {}
    for column in frame.iter_columns():
        found = _source(column, config)
        if isinstance(found, str):
            why_not[column.name] = found
        else:
            sources.append(found)
    return Plan(tuple(_with_own(source, frame, config) for source in sources), why_not)


def _source(column: pl.Series, config: RowFeatures) -> Source | str:
    """A column as it is read, or why it is not."""
    if (reason := _left_out(column, config)) is not None:
        return reason
    said = config.kind(column.name)
    kind = kind_of(column) if said in (None, "auto") else said
    if kind is None or kind == "auto":
        return f"left out: no group reads {sample(column.dtype)}"
    if said == kind:
        _check_shape(column, kind)
    if config.time is None and kind in ("time", "times"):
        return "left out: rows have no moment"
    not_negative = fits_any(column.name, config.not_negative)
    return Source(column.name, kind, not_negative=not_negative)


def _left_out(column: pl.Series, config: RowFeatures) -> str | None:
    """Why a column is not read whatever it holds; null if none of it."""
    if column.name == config.time:
        return "the row's moment"
    if config.is_left_out(column.name):
        return "left out: configured"
    if config.kind(column.name) is None and config.others == "leave_out":
        return "left out: nobody declared it"
    return "left out: no value" if column.null_count() == len(column) else None


def _check_shape(column: pl.Series, kind: Kind) -> None:
    nested = column.dtype.is_nested()
    if (kind in FLAT and nested) or (kind in OWNED and not nested and column.dtype != pl.String):
        needs = "one value a row" if kind in FLAT else "several values a row"
        raise AisleError(
            f"`kinds.{column.name}` is {kind}, which needs {needs}, but the column holds {sample(column.dtype)}; "
            "set it to auto, or to what it holds."
        )


def _with_own(source: Source, frame: pl.DataFrame, config: RowFeatures) -> Source:
    if source.kind not in OWNED:
        return source
    own = []
    for name in config.own_of(source.name):
        if name in frame.columns and not config.is_left_out(name) and not frame.schema[name].is_nested():
            own.append(name)
        elif name not in frame.columns and config.kind(name) is None:
            near = did_you_mean(name, frame.columns) or "; name a column of the table."
            raise AisleError(f"`own` names the column {sample(name)!r}, which the table does not have{near}")
    return replace(source, own=tuple(own))
