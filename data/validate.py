"""Raw batches into typed rows: what is wrong is set aside with its reason, what a rule drops is counted apart."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from data.clock import parse_times
from data.column_types import as_texts, check_roles, plain_columns
from data.errors import AisleError
from data.fault import FAULT
from data.formats import IGNORE, LogFormat
from data.numbers import parse_numbers
from data.raw_keys import parse_keys
from data.readers.reader import RAW_COLUMNS, Reader, SessionRule
from data.schema import TypeEnum

KEYS = ("session", "user", "item", "category")
TEXTS = ("brand", "text")
MISSING = ["", "NaN"]  # how a CSV and a float column write that there is none
LAST_TIME = 4_102_444_800_000  # 2100-01-01 in ms: later times are a wrong unit, not a visit

QUARANTINE = {
    "file": pl.String,
    "row": pl.UInt64,
    "reason": pl.String,
    **dict.fromkeys(RAW_COLUMNS, pl.String),
}


@dataclass
class Tally:
    """What became of the rows of a log, by reason."""

    read: int = 0
    kept: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    unknown_events: Counter[str] = field(default_factory=Counter)
    nulled: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Tally") -> "Tally":
        """The tally of both."""
        return Tally(
            self.read + other.read,
            self.kept + other.kept,
            self.quarantined + other.quarantined,
            self.dropped + other.dropped,
            self.unknown_events + other.unknown_events,
            self.nulled + other.nulled,
        )


def validate(
    batch: pl.DataFrame, path: Path, first_row: int, reader: Reader, log_format: LogFormat, sessions: SessionRule
) -> tuple[pl.DataFrame, pl.DataFrame, Tally]:
    """Type one raw batch and set aside what cannot be an event.

    Parameters
    ----------
    batch
        Raw rows (see `data.readers.reader.RAW_COLUMNS`).
    path, first_row
        The file and the number of the batch's first row in it, from 1, for messages.
    reader, log_format
        What the format fixes and what the configuration adds.
    sessions
        Which key a row cannot do without: its session's (`column`) or its user's (`gap`, `user`).

    Returns
    -------
    tuple
        The typed good rows with `row`; the bad rows (file, row, reason, raw values as text); the tally.

    Raises
    ------
    AisleError
        If an integer key is beyond 64 bits, a column holds lists or structs, or times need a unit or a zone that
        nobody named.
    """
    raw = _complete(batch, path, first_row)
    names = {**reader.events, **log_format.events}
    raw, dropped = _drop_by_rule(raw, names)
    typed = _typed(raw, path, reader, log_format, names)
    reason = _reason("session" if sessions == "column" else "user", raw)
    typed = typed.with_columns(raw.select("row", FAULT, *(pl.col(c).alias(f"raw__{c}") for c in RAW_COLUMNS)))
    typed = typed.with_columns(reason=reason)
    good = typed.filter(pl.col("reason").is_null()).select("row", *RAW_COLUMNS)
    bad = typed.filter(pl.col("reason").is_not_null())
    tally = Tally(batch.height, good.height, Counter(bad["reason"].to_list()), dropped)
    unknown = bad.filter(pl.col("reason") == "unknown event")["raw__type"]
    tally.unknown_events = Counter(unknown.cast(pl.String).to_list())
    return good, _quarantine(bad, path), tally


def _complete(batch: pl.DataFrame, path: Path, first_row: int) -> pl.DataFrame:
    batch = plain_columns(batch, path)
    check_roles(batch, path)
    if "type" in batch.columns and batch.schema["type"].is_float():
        batch = batch.with_columns(as_texts(batch["type"]))
    absent = [pl.lit(None).alias(c) for c in (*RAW_COLUMNS, "dropped", FAULT) if c not in batch.columns]
    rows = pl.int_range(first_row, first_row + pl.len(), dtype=pl.UInt64).alias("row")
    return batch.with_columns(*absent, rows)


def _drop_by_rule(raw: pl.DataFrame, names: dict[str, str]) -> tuple[pl.DataFrame, Counter[str]]:
    ignored = [name for name, kind in names.items() if kind == IGNORE]
    event = pl.col("type").cast(pl.String)
    rule = pl.coalesce(
        pl.col("dropped").cast(pl.String), pl.when(event.is_in(ignored)).then(pl.format("event {} is ignored", event))
    )
    raw = raw.with_columns(dropped=rule)
    return raw.filter(pl.col("dropped").is_null()), Counter(raw["dropped"].drop_nulls().to_list())


def _typed(raw: pl.DataFrame, path: Path, reader: Reader, log_format: LogFormat, names: dict[str, str]) -> pl.DataFrame:
    types = {name: kind for name, kind in names.items() if kind != IGNORE}
    kind = pl.col("type").cast(pl.String).replace_strict(types, default=None, return_dtype=pl.String).cast(TypeEnum)
    try:
        times = parse_times(raw["ts"], log_format.unit or reader.unit, log_format.timezone or reader.timezone)
    except AisleError as error:
        raise AisleError(f"{path}: {error}") from None
    return raw.select(
        *(parse_keys(raw[c], c in reader.integer_keys, path, raw["row"]) for c in KEYS),
        *(pl.col(c).cast(pl.String) for c in TEXTS),
        times.alias("ts"),
        kind,
        *(parse_numbers(raw[c]) for c in ("price", "quantity", "session_value")),
        pl.col("segment").cast(pl.String).str.strip_chars().replace("", None),
    )


def _reason(owner: str, raw: pl.DataFrame) -> pl.Expr:
    """Why a row is no event: the first of these that holds, null if none does."""
    ms = pl.col("ts").dt.epoch("ms")
    faults: list[tuple[pl.Expr, str | pl.Expr]] = [(pl.col(FAULT).is_not_null(), pl.col(FAULT))]
    for key in KEYS:
        blank = pl.col(f"raw__{key}").cast(pl.String).str.strip_chars().replace(MISSING, None).is_null()
        faults += [(pl.col(key).is_null() & ~blank, f"{key} is not a whole number")]
        if key in (owner, "item"):
            faults += [(pl.col(key).is_null(), f"null {key}")]
    faults += [
        (pl.col("raw__type").is_null(), "null event"),
        (pl.col("type").is_null(), "unknown event"),
        (pl.col("raw__ts").is_null(), "null time"),
        (pl.col("ts").is_null(), "unparsable time"),
        ((ms < 0) | (ms >= LAST_TIME), "impossible time (before 1970 or after 2100)"),
    ]
    numbers = {
        "price": pl.col("price") >= 0,
        "quantity": pl.col("quantity") > 0,
        "session_value": pl.col("session_value") >= 0,
    }
    for number, possible in numbers.items():
        raw_text = pl.col(f"raw__{number}").cast(pl.String).str.strip_chars().replace(MISSING, None)
        faults += [(pl.col(number).is_null() & raw_text.is_not_null(), f"unparsable {number}")]
        faults += [(~(possible & pl.col(number).is_finite()), f"impossible {number}")]
    return pl.coalesce(
        pl.when(fault).then(pl.lit(reason) if isinstance(reason, str) else reason) for fault, reason in faults
    )


def _quarantine(bad: pl.DataFrame, path: Path) -> pl.DataFrame:
    return bad.select(
        file=pl.lit(str(path)),
        row="row",
        reason="reason",
        **{c: pl.col(f"raw__{c}").cast(pl.String) for c in RAW_COLUMNS},
    ).cast(QUARANTINE)  # type: ignore[arg-type]
