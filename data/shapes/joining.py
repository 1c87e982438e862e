"""Tables that tell more of a log's rows, joined by key: an order's customer, an item's category, a basket's lines."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import FAULT
from data.opening.leaves import EACH
from data.shapes.column_names import nearest
from data.shapes.joined import KEY, NO_ENTRY, Joined
from data.shapes.marks import DROPPED, FILE_ROW
from data.shapes.nested import with_single
from data.values.key_text import key_text
from data.warned import Warned


def join_tables(rows: pl.DataFrame, tables: Sequence[Joined], wanted: Iterable[str], file: Path) -> pl.DataFrame:
    """Rows with the columns of all tables, in their order; a table may be joined by what another one told.

    Parameters
    ----------
    rows
        A batch of the log; those that are dropped already are not counted.
    tables
        What `data.shapes.joined.open_joins` gave. Each counts its rows and those that find nothing there.
    wanted
        The names that will be read: what two tables offer must be called by the table's name too.
    file
        The log's, for messages.

    Returns
    -------
    pl.DataFrame
        A row for each of the batch, or for each entry of a table's list, with `FILE_ROW` and `DROPPED` then.
    """
    waiting = list(tables)
    offers: dict[str, list[str]] = {}
    while waiting:
        ready = next((one for one in waiting if set(one.ours) <= set(rows.columns)), None)
        if ready is None:
            lacking = next(name for name in waiting[0].ours if name not in rows.columns)
            has = [name for name in rows.columns if not name.startswith("__")]
            raise AisleError(f"{file}: `{waiting[0].setting}.key`: no column `{lacking}`; {nearest(lacking, has)}.")
        waiting.remove(ready)
        for name in ready.plain:
            offers.setdefault(name, []).append(ready.name)
        rows = _join(rows, ready, file)
    for name in wanted:
        if len(offers.get(name, [])) > 1:
            both = " and ".join(f"`{table}.{name}`" for table in offers[name])
            raise AisleError(f"{file}: `{name}` stands in several joined tables: say which you mean, {both}.")
    return rows


def unjoined(tables: Sequence[Joined]) -> list[Warned]:
    """What to say of rows that found nothing in a table.

    Raises
    ------
    AisleError
        If none found anything.
    """
    return [_said(table) for table in tables if table.missed]


def _said(table: Joined) -> Warned:
    by = ", ".join(f"`{name}`" for name in table.ours)
    found = f"{table.missed:,} of {table.rows:,} rows ({table.missed / table.rows:.1%}) have no row in {table.file}"
    if table.missed == table.rows:
        sample = table.table[f"{KEY}0"].head(3).to_list()
        raise AisleError(f"{found} by {by}; its keys look like {sample}: mend `{table.setting}.key`.")
    counts: dict[str, int | str] = {"table": table.name, "rows": table.rows, "unjoined": table.missed}
    return Warned("unjoined", f"{found} by {by}, so its columns are empty there (see `{table.setting}`)", counts)


def _join(rows: pl.DataFrame, joined: Joined, file: Path) -> pl.DataFrame:
    plain = {column: column.removeprefix(f"{joined.name}.") for column in joined.taken}
    if joined.asked and (both := [name for name in plain.values() if name in rows.columns]):
        raise AisleError(
            f"{file}: has a column `{both[0]}` as {joined.file} has: leave it out of `{joined.setting}.take`, or let "
            f"`take` be null and write `{joined.name}.{both[0]}` where you mean the table's."
        )
    rows = with_single(rows, joined.ours, file)
    rows = _numbered(rows, joined, file) if joined.exploded else rows
    keys = [key_text(pl.col(name), rows.schema[name]).alias(f"{KEY}{n}") for n, name in enumerate(joined.ours)]
    found = rows.with_columns(keys).join(
        joined.table.with_columns(__found=pl.lit(True)),
        on=[f"{KEY}{n}" for n in range(len(keys))],
        how="left",
        validate="m:m" if joined.exploded else "m:1",
        maintain_order="left_right" if joined.exploded else "left",
    )
    joined.rows += rows.filter(_counted(rows)).height
    joined.missed += found.filter(_counted(rows))["__found"].null_count()  # who finds nothing stays one row
    names = [pl.col(column).alias(name) for column, name in plain.items() if name not in rows.columns]
    if joined.exploded:
        names.append(pl.coalesce(DROPPED, NO_ENTRY).alias(DROPPED))
    made = ["__found", *([NO_ENTRY] if joined.exploded else []), *(f"{KEY}{n}" for n in range(len(keys)))]
    return found.with_columns(names).drop(made)


def _counted(rows: pl.DataFrame) -> pl.Expr:
    """Whether a row is one that a table should tell of: neither dropped nor unreadable."""
    marks = [mark for mark in (DROPPED, FAULT) if mark in rows.columns]
    return pl.all_horizontal(pl.lit(True), *(pl.col(mark).is_null() for mark in marks))


def _numbered(rows: pl.DataFrame, joined: Joined, file: Path) -> pl.DataFrame:
    """Rows that entries of a table's list are about to multiply, with the marks that tell which were one."""
    if FILE_ROW not in rows.columns:
        number = pl.int_range(pl.len(), dtype=pl.UInt32)
        return rows.with_columns(number.alias(FILE_ROW), pl.lit(None, pl.String).alias(DROPPED))
    if any(EACH in name for name in joined.ours):  # each entry has a list of its own
        return rows
    lists = sorted(name.rpartition(EACH)[0] + EACH for name in joined.plain if EACH in name)
    raise AisleError(
        f"{file}: `{joined.name}.{lists[0]}` is a second list beside one whose entries make rows already: only one of "
        f"them can; leave the other out of `input.format.columns`, or join {joined.file} by a field of the entries."
    )
