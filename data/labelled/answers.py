"""What rows brought, in a table of its own beside them: labels by the rows' key."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from data.boundary import some_rows
from data.errors import AisleError
from data.fault import FAULT
from data.file_faults import absent_column
from data.files import read_batches
from data.formats import LogFormat
from data.labelled.choice import NO_KEY, REPEATED, UNREADABLE, counts_of
from data.labelled.config import Labelled
from data.labelled.labels import FALLING, read_labels
from data.nested.values import read_keys


class Answers(NamedTuple):
    """Labels by key.

    Attributes
    ----------
    frame
        The key (text), each once, and the labels, f64, null where not known.
    left
        How many rows are set aside, by reason.
    """

    frame: pl.DataFrame
    left: Counter[str]


def read_answers(files: Sequence[Path], table: Labelled) -> Answers:
    """Read such a table: parquet, CSV or JSON.

    Parameters
    ----------
    files
        Its files.
    table
        Names the key and the labels; a label that no file has is not known.

    Raises
    ------
    AisleError
        If a file lacks the key, or all labels.
    """
    log_format = LogFormat(separator=table.separator, batch_rows=table.batch_rows)
    left: Counter[str] = Counter()
    found = []
    for path, batch in some_rows(files, lambda file: read_batches(file, log_format)):
        names = list(table.horizons.values())
        if table.key not in batch.columns or not set(names) & set(batch.columns):
            lost = table.key if table.key not in batch.columns else names[0]
            raise absent_column(path, lost, [table.key, *names], batch.columns, "name the table of labels")
        labels = read_labels(batch, table)
        key = read_keys(batch[table.key]).alias(table.key)
        reason = labels.reason.zip_with(key.is_not_null(), pl.Series([NO_KEY]).new_from_index(0, len(key)))
        if FAULT in batch.columns:
            reason = reason.set(batch[FAULT].is_not_null(), UNREADABLE)
        left += counts_of(reason)
        found.append(pl.concat([key.to_frame(), labels.frame], how="horizontal").filter(reason.is_null()))
    frame = pl.concat(found)
    once = frame.filter(frame[table.key].is_first_distinct())
    left += Counter({REPEATED: frame.height - once.height})
    if once.is_empty():
        reasons = ", ".join(f"{reason} {count:,}" for reason, count in left.most_common(5) if count)
        raise AisleError(
            f"{files[0]}: none of its rows has a key and a label that can be believed ({reasons}); "
            f"{_mend(left, table)}."
        )
    return Answers(once, +left)


def _mend(left: Counter[str], table: Labelled) -> str:
    """What helps where most rows are set aside for one reason."""
    reason = max(left, key=lambda one: (left[one], one))
    if reason == FALLING or " is below `" in reason:
        days = ", ".join(f"{days}: {column}" for days, column in table.horizons.items())
        return f"see that `ltv.table.layout.labels` ({days}) gives each column its own days"
    if reason in (NO_KEY, UNREADABLE):
        return f"see that `{table.key}` holds the rows' keys, one a row"
    return "write each label as the money that came, 0 where none did, empty where it is not known yet"
