"""values.parquet and submission.csv: what lifetime models say of rows, written piece by piece, and read again."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from data.errors import AisleError
from data.even_pieces import even_pieces
from data.files import require_columns
from data.tables import read_whole
from value.lifetime.at_horizon import OUTPUTS
from value.lifetime.table import KEY, MOMENT
from value.money.out_of_fold import PART

CUSTOMER = "customer"
"""What the key's column is called where rows are a log's customers."""
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
    rows, writer = 0, None
    with (into / "submission.csv").open("wb") as submission:
        for piece in even_pieces((piece.select(KEY, MOMENT, *asked) for piece in map(read_whole, files)), ROW_GROUP):
            values = piece.select(pl.col(KEY).alias(key), *moment, *asked)
            arrow = values.to_arrow()
            writer = pq.ParquetWriter(into / "values.parquet", arrow.schema) if writer is None else writer
            writer.write_table(arrow)
            told = values.select(key, *(["origin"] if dated else []), prediction=f"{horizon}{PART}{output}")
            told.write_csv(submission, include_header=rows == 0, float_precision=6)
            rows += piece.height
    if writer is not None:
        writer.close()
    return rows


def read_values(file: Path, key: str, horizons: Sequence[str], beside: Sequence[str] = ()) -> pl.DataFrame:
    """`key` (text), other columns, and the outputs of a file of predictions such as values.parquet.

    Raises
    ------
    AisleError
        If it cannot be read, or lacks a column.
    """
    outputs = [f"{h}{PART}{out}" for h in horizons for out in OUTPUTS]
    try:
        table = read_whole(file)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        said = " ".join(str(error).split())[:120]
        raise AisleError(f"{file}: is no parquet file of predictions ({said}); give one of ltv_predict's.") from None
    require_columns(table, [key, *beside, *outputs], file, "give it as ltv_predict wrote it")
    return table.select(pl.col(key).cast(pl.String).alias(KEY), *beside, *outputs)
