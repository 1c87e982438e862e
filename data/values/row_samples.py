"""The first value of each kind of fault in a batch, with the setting that would read it."""

import re
from pathlib import Path

import polars as pl

from data.fault import NUMBERED, VALUE
from data.formats import LogFormat
from data.values.clock import NOT_SHOWN, UNITLESS, ZONELESS
from data.values.numbers import mend_of
from data.values.samples import Sample
from data.values.time_texts import suggestion
from data.values.time_units import UNITS, told_unit

COLUMN_OF = re.compile(r"\b(session_value|session|user|item|category|event|time|price|quantity)\b")
NAMES = {"event": "type", "time": "ts"}


def samples_of(bad: pl.DataFrame, path: Path, log_format: LogFormat) -> dict[str, Sample]:
    """One row of each reason.

    Parameters
    ----------
    bad
        Rows with `row`, `reason`, raw values as `raw__<column>`, and `said`, which may name a line or a value.
    path, log_format
        The file, and how it is read.
    """
    first = bad.unique("reason", keep="first", maintain_order=True)
    return {row["reason"]: _sample(row, path, log_format) for row in first.to_dicts()}


def _sample(row: dict[str, object], path: Path, log_format: LogFormat) -> Sample:
    reason = str(row["reason"])
    said, _, given = str(row["said"]).partition(VALUE)
    if given:
        return Sample(path, row["row"], given)  # type: ignore[arg-type]
    if line := re.match(NUMBERED, said):
        return Sample(path, row["row"], line[1])  # type: ignore[arg-type]
    named = COLUMN_OF.search(reason)
    column = NAMES.get(named[1], named[1]) if named else ""
    value = row.get(f"raw__{column}")
    if value is None or reason.startswith("null "):
        return Sample(path, row["row"], None)  # type: ignore[arg-type]
    return Sample(path, row["row"], str(value), _mend(reason, column, str(value), log_format))  # type: ignore[arg-type]


def _mend(reason: str, column: str, value: str, log_format: LogFormat) -> str:
    if reason == ZONELESS:
        return "give their zone with `input.format.timezone`, such as Europe/Berlin or UTC"
    if reason == NOT_SHOWN:
        return "set `input.format.timezone` to the zone whose clock wrote them"
    if reason == UNITLESS:
        return told_unit(value) or f"say what they count with `input.format.unit` ({UNITS})"
    if column == "ts" and reason.startswith(("unparsable", "impossible")) and not log_format.time_format:
        return suggestion(value)
    return _number_mend(reason, value, log_format) if column in ("price", "quantity", "session_value") else ""


def _number_mend(reason: str, value: str, log_format: LogFormat) -> str:
    if reason.startswith("unparsable"):
        return mend_of(value, log_format.decimal, log_format.currency)
    negative = reason.startswith("impossible") and value.strip().startswith("-")
    return "set `input.format.negative: refund` where it is money that goes back" if negative else ""
