"""values.parquet and submission.csv: what lifetime models say of rows, written piece by piece, and read again."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.even_pieces import even_pieces
from data.files import require_columns
from data.growing import growing
from data.nested.values import read_keys
from data.tables import read_whole
from value.lifetime.at_horizon import OUTPUTS
from value.lifetime.table import KEY, MOMENT
from value.money.out_of_fold import PART

CUSTOMER = "customer"
"""What the key's column is called where rows are a log's customers."""
AS_WRITTEN = "give it as ltv_predict wrote it"
ROW_GROUP = 50_000  # rows of values.parquet that are written at a time


def write_answers(
    files: Sequence[Path],
    into: Path,
    key: str,
    horizons: Sequence[str],
    submitted: tuple[str, str],
    *,
    dated: bool,
) -> int:
    """values.parquet and submission.csv, piece by piece, so that memory does not grow with the rows.

    The bytes are the same however the rows are spread over files.

    Returns
    -------
    int
        The number of rows.
    """
    output, horizon = submitted
    asked = [f"{h}{PART}{out}" for h in horizons for out in OUTPUTS]
    moment = [pl.col(MOMENT).alias("origin")] if dated else []
    table = growing(into / "values.parquet", None, "snappy")
    with table as written, (into / "submission.csv").open("wb") as submission:
        for piece in even_pieces((piece.select(KEY, MOMENT, *asked) for piece in map(read_whole, files)), ROW_GROUP):
            values = piece.select(pl.col(KEY).alias(key), *moment, *asked)
            first = written.rows == 0
            written.write(values)
            told = values.select(key, *(["origin"] if dated else []), prediction=f"{horizon}{PART}{output}")
            told.write_csv(submission, include_header=first, float_precision=6)
    return written.rows


def read_values(file: Path, key: str, horizons: Sequence[str], beside: Sequence[str] = ()) -> pl.DataFrame:
    """`key` (text), other columns, and the outputs of a file of predictions such as values.parquet.

    Raises
    ------
    AisleError
        If it cannot be read, lacks a column, or has a row without a key or a finite number.
    """
    outputs = [f"{h}{PART}{out}" for h in horizons for out in OUTPUTS]
    try:
        table = read_whole(file)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        said = " ".join(str(error).split())[:120]
        raise AisleError(f"{file}: is no parquet file of predictions ({said}); give one of ltv_predict's.") from None
    require_columns(table, [key, *beside, *outputs], file, AS_WRITTEN)
    _refuse_spoilt(table, file, outputs, beside)
    keys = table[key] if table[key].dtype == pl.String else read_keys(table[key])
    if lost := keys.null_count():
        raise AisleError(f"{file}: `{key}` is no key in {lost:,} of {len(keys):,} rows; {AS_WRITTEN}.")
    return table.select(keys.alias(KEY), *beside, *outputs)


def _refuse_spoilt(table: pl.DataFrame, file: Path, outputs: Sequence[str], times: Sequence[str]) -> None:
    """Refuse a column that does not hold what was written: finite numbers, or moments."""
    for name in (*outputs, *times):
        held = table[name]
        is_time, wanted = name in times, "a time" if name in times else "a number"
        if not (isinstance(held.dtype, pl.Datetime) if is_time else held.dtype.is_numeric()):
            raise AisleError(f"{file}: `{name}` holds {held.dtype}, and must hold {wanted} a row; {AS_WRITTEN}.")
        bad = held.is_null() if is_time else ~held.cast(pl.Float64).is_finite().fill_null(False)
        if bad.any():
            raise AisleError(
                f"{file}: `{name}` is {held.filter(bad)[0]} in {int(bad.sum()):,} of {len(held):,} rows, the first of "
                f"them row {int(bad.arg_true()[0]) + 1:,}, and must be {wanted}; {AS_WRITTEN}."
            )


def refuse_twice(rows: pl.DataFrame, file: Path, where: str = "") -> None:
    """Refuse predictions that name a row, or a customer at an origin, twice.

    Raises
    ------
    AisleError
        Naming one.
    """
    if (twice := rows.filter(pl.col(KEY).is_duplicated())).height:
        raise AisleError(f"{file}: names {twice[KEY][0]!r} twice{where}; name each once.")
