"""The table of columns: what each column of the taught table holds, and what became of it."""

from collections import Counter
from collections.abc import Mapping

import polars as pl

from data.patterns import is_pattern
from features.rows.config import RowFeatures
from features.rows.own import Odd
from features.rows.plan import Plan

SCHEMA = {
    "name": pl.String,
    "kind": pl.String,
    "became": pl.String,
    "missing": pl.Float64,
    "set_aside": pl.String,
}


def inventory_of(
    frame: pl.DataFrame, config: RowFeatures, plan: Plan, odd: Odd, features: Mapping[str, str | None]
) -> pl.DataFrame:
    """A row a column; columns that are declared by their name and not there stand at the end.

    Parameters
    ----------
    frame, config, plan
        The taught rows, and how they are read.
    odd
        By column, how many values were set aside, by reason.
    features
        All features; null where one is kept, else why it is not.
    """
    kinds = {source.name: source.kind for source in plan.sources}
    rows: list[tuple[str, str | None, str, float | None, str]] = []
    for column in frame.iter_columns():
        name = column.name
        became = plan.why_not.get(name) or _became(name, features)
        aside = _told(odd.get(name, Counter()))
        rows.append((name, kinds.get(name), became, column.null_count() / max(len(column), 1), aside))
    for name, kind in config.kinds.items():
        if name not in frame.columns and not is_pattern(name):
            rows.append((name, kind, "not in the table", None, ""))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def _became(name: str, features: Mapping[str, str | None]) -> str:
    of_column = {f.removeprefix(f"{name}__"): why for f, why in features.items() if f.startswith(f"{name}__")}
    kept = [feature for feature, why in of_column.items() if why is None]
    lost: dict[str, list[str]] = {}
    for feature, why in of_column.items():
        if why is not None:
            lost.setdefault("constant" if why == "constant" else "the same as others", []).append(feature)
    told = [", ".join(kept) or "no feature", *(f"{why}: {', '.join(some)}" for why, some in lost.items())]
    return "; ".join(told)


def _told(odd: Counter[str]) -> str:
    return ", ".join(f"{count} {reason}" for reason, count in sorted(odd.items()))
