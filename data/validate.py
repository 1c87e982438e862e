"""Raw batches into typed rows: what is wrong is set aside with its reason, what a rule drops is counted apart."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import FAULT, NUMBERED, VALUE
from data.formats import IGNORE, LogFormat
from data.readers.reader import RAW_COLUMNS, Reader, SessionRule
from data.refunds import RULE as REFUNDED
from data.schema import TypeEnum
from data.shapes.column_types import as_texts, check_roles, plain_columns
from data.shapes.marks import EVENT_ID, FILE_ROW, ORDER, REFUND_ROW
from data.values.clock import IMPOSSIBLE, Clock, Times, read_times
from data.values.event_names import REFUND, with_floats
from data.values.null_tokens import is_token, left_out, tokens_of
from data.values.numbers import read_numbers
from data.values.raw_keys import no_whole_number, parse_keys
from data.values.row_samples import samples_of
from data.values.samples import Sample
from data.values.time_samples import unit_samples

KEYS = ("session", "user", "item", "category")
TEXTS = ("brand", "text")
NUMBERS = ("price", "quantity", "session_value")
LAST_TIME = 4_102_444_800_000  # 2100-01-01 in ms: later times are a wrong unit, not a visit
MOST_MONEY = 1e11  # of a line, in any currency: larger amounts have no room in sums, and are numbers of something else

QUARANTINE = {
    "file": pl.String,
    "row": pl.UInt64,
    "reason": pl.String,
    **dict.fromkeys(RAW_COLUMNS, pl.String),
}


@dataclass
class Tally:
    """What became of the rows of a log, by reason: those read and exploded were kept, dropped or set aside.

    `exploded` counts the rows beyond the file's: further entries of a list, further flags.
    """

    read: int = 0
    kept: int = 0
    quarantined: Counter[str] = field(default_factory=Counter)
    dropped: Counter[str] = field(default_factory=Counter)
    unknown_events: Counter[str] = field(default_factory=Counter)
    nulled: Counter[str] = field(default_factory=Counter)
    negative_orders: int = 0
    numeric_times: Counter[str] = field(default_factory=Counter, compare=False)
    repeated_hours: int = 0
    samples: dict[str, Sample] = field(default_factory=dict, compare=False)
    exploded: int = 0
    event_names: tuple[str, ...] = field(default=(), compare=False)  # those that are known

    def __add__(self, other: "Tally") -> "Tally":
        """The tally of both."""
        return Tally(
            self.read + other.read,
            self.kept + other.kept,
            self.quarantined + other.quarantined,
            self.dropped + other.dropped,
            self.unknown_events + other.unknown_events,
            self.nulled + other.nulled,
            self.negative_orders + other.negative_orders,
            self.numeric_times + other.numeric_times,
            self.repeated_hours + other.repeated_hours,
            other.samples | self.samples,
            self.exploded + other.exploded,
            other.event_names or self.event_names,
        )


def validate(
    batch: pl.DataFrame,
    path: Path,
    first_row: int,
    reader: Reader,
    log_format: LogFormat,
    sessions: SessionRule,
    most: Mapping[str, float] | None = None,
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
    most
        Numbers above what is named for their column are set aside.

    Returns
    -------
    tuple
        The typed good rows with `row`, the reader's columns of `ORDER` and `EVENT_ID`, `again` (see
        `data.values.repeated_hours`) and, where the format knows of refunds, `REFUND_ROW`: a refund is counted as
        dropped, its type is that of an order, its numbers are 0 or more. The bad rows (file, row, reason, raw values as
        text); the tally.

    Raises
    ------
    AisleError
        If an integer key is beyond 64 bits, a column holds lists or structs, or the configured zone is none.
    """
    owner = "session" if sessions == "column" else "user"
    raw = _complete(batch, path, first_row)
    names = with_floats({**reader.events, **log_format.named_events})
    raw, nulled = _null_tokens(raw, log_format.null_tokens)
    raw, dropped = _drop_by_rule(raw, names, (owner, "item"))
    carried = [name for name in batch.columns if name.startswith(ORDER) or name == EVENT_ID]
    given = raw.select("row", FAULT, *carried, *(pl.col(c).alias(f"raw__{c}") for c in RAW_COLUMNS))
    typed, times = _typed(_without_tokens(raw), path, reader, log_format, names)
    typed = typed.hstack(given).with_columns(again=times.again)
    typed, marks = _with_refunds(typed, names, log_format)
    typed = typed.with_columns(said=_reason(owner, most or {}))
    typed = typed.with_columns(reason=pl.col("said").str.splitn(VALUE, 2).struct.field("field_0"))
    good = typed.filter(pl.col("reason").is_null()).select("row", *RAW_COLUMNS, *carried, "again", *marks)
    bad = typed.filter(pl.col("reason").is_not_null())
    read = rows_read(batch)
    counted = bad.with_columns(pl.col("reason").str.replace(NUMBERED, "a line $2"))
    faults = Counter(counted["reason"].to_list())
    refunds = int(good[REFUND_ROW].sum()) if marks else 0
    dropped += Counter({REFUNDED: refunds} if refunds else {})
    tally = Tally(read, good.height - refunds, faults, dropped, nulled=nulled, exploded=batch.height - read)
    tally.negative_orders = bad.filter((pl.col("type") == "orders") & _negative()).height
    unknown = bad.filter(pl.col("reason") == "unknown event")["raw__type"]
    tally.unknown_events = Counter(unknown.cast(pl.String).to_list())
    tally.event_names = tuple({**reader.events, **log_format.events})
    tally.numeric_times = times.numbers
    tally.repeated_hours = good.height - good["again"].null_count()
    tally.samples = samples_of(counted, path, log_format) | unit_samples(
        raw, times, path, log_format.unit or reader.unit
    )
    return good, _quarantine(bad, path), tally


def rows_read(batch: pl.DataFrame) -> int:
    """How many rows of its file a raw batch has."""
    return int(batch[FILE_ROW][-1]) + 1 if FILE_ROW in batch.columns and batch.height else batch.height


def _complete(batch: pl.DataFrame, path: Path, first_row: int) -> pl.DataFrame:
    batch = plain_columns(batch, path)
    check_roles(batch, path)
    if "type" in batch.columns and batch.schema["type"].is_float():
        batch = batch.with_columns(as_texts(batch["type"]))
    if batch.schema.get("type") == pl.String:
        batch = batch.with_columns(pl.col("type").str.strip_chars())
    absent = [pl.lit(None).alias(c) for c in (*RAW_COLUMNS, "dropped", FAULT) if c not in batch.columns]
    place = pl.col(FILE_ROW) if FILE_ROW in batch.columns else pl.int_range(pl.len())
    rows = (first_row + place.cast(pl.UInt64)).alias("row")
    return batch.with_columns(*absent, rows)


def _null_tokens(raw: pl.DataFrame, words: str) -> tuple[pl.DataFrame, Counter[str]]:
    """Mark by `token__<column>` what says that there is none."""
    tokens = tokens_of(words)
    found = {column: is_token(raw[column], tokens) for column in (*KEYS, *NUMBERS)}
    marked = {column: rows for column, rows in found.items() if rows is not None}
    nulled = Counter({column: int(rows.sum()) for column, rows in marked.items()})
    return raw.with_columns(rows.alias(f"token__{column}") for column, rows in marked.items()), nulled


def _without_tokens(raw: pl.DataFrame) -> pl.DataFrame:
    marked = [c for c in (*KEYS, *NUMBERS) if f"token__{c}" in raw.columns]
    return raw.with_columns(pl.when(~pl.col(f"token__{c}")).then(c).alias(c) for c in marked) if marked else raw


def _drop_by_rule(
    raw: pl.DataFrame, names: dict[str, str], needed: tuple[str, ...]
) -> tuple[pl.DataFrame, Counter[str]]:
    ignored = [name for name, kind in names.items() if kind == IGNORE]
    event = pl.col("type").cast(pl.String)
    unnamed = [pl.when(f"token__{c}").then(pl.lit(left_out(c))) for c in needed if f"token__{c}" in raw.columns]
    named = pl.coalesce(
        pl.col("dropped").cast(pl.String),
        pl.when(event.is_in(ignored)).then(pl.format("event {} is ignored", event)),
        *unnamed,
    )
    raw = raw.with_columns(dropped=pl.when(pl.col(FAULT).is_null()).then(named))  # no rule is about what is unreadable
    return raw.filter(pl.col("dropped").is_null()), Counter(raw["dropped"].drop_nulls().to_list())


def _typed(
    raw: pl.DataFrame, path: Path, reader: Reader, log_format: LogFormat, names: dict[str, str]
) -> tuple[pl.DataFrame, Times]:
    """The rows' columns of RAW_COLUMNS as they are kept, and `fault__<column>` where one cannot be read."""
    types = {name: "orders" if kind == REFUND else kind for name, kind in names.items() if kind != IGNORE}
    kind = pl.col("type").cast(pl.String).replace_strict(types, default=None, return_dtype=pl.String).cast(TypeEnum)
    try:
        times = read_times(raw["ts"], Clock.of(log_format, reader.unit, reader.timezone))
    except AisleError as error:
        raise AisleError(f"{path}: {error}") from None
    numbers = {c: read_numbers(raw[c], log_format.decimal, log_format.currency) for c in NUMBERS}
    keys = {c: parse_keys(raw[c], c in reader.integer_keys, path, raw["row"]) for c in KEYS}
    typed = raw.select(
        *keys.values(),
        *(pl.col(c).cast(pl.String) for c in TEXTS),
        times.ts.alias("ts"),
        kind,
        *(number.value.alias(c) for c, number in numbers.items()),
        pl.col("segment").cast(pl.String).str.strip_chars().replace("", None),
        times.fault.alias("fault__ts"),
        *(no_whole_number(raw[c], parsed).alias(f"fault__{c}") for c, parsed in keys.items()),
        *(number.unreadable.alias(f"fault__{c}") for c, number in numbers.items()),
    )
    return typed, times


def _with_refunds(typed: pl.DataFrame, names: dict[str, str], log_format: LogFormat) -> tuple[pl.DataFrame, list[str]]:
    """The rows with `REFUND_ROW` and numbers without a sign, and that column's name, if there can be refunds."""
    called = [name for name, kind in names.items() if kind == REFUND]
    if not called and log_format.negative != "refund":
        return typed, []
    refund = pl.col("raw__type").cast(pl.String).is_in(called)
    if log_format.negative == "refund":
        refund |= (pl.col("type") == "orders") & _negative()
    marked = typed.with_columns(refund.fill_null(False).alias(REFUND_ROW))
    unsigned = (pl.when(REFUND_ROW).then(pl.col(c).abs()).otherwise(c).alias(c) for c in ("price", "quantity"))
    return marked.with_columns(unsigned), [REFUND_ROW]


def _negative() -> pl.Expr:
    return pl.any_horizontal(pl.col("price") < 0, pl.col("quantity") < 0).fill_null(False)


def _reason(owner: str, most: Mapping[str, float]) -> pl.Expr:
    """Why a row is no event: the first of these that holds, null if none does."""
    faults: list[tuple[pl.Expr, str | pl.Expr]] = [(pl.col(FAULT).is_not_null(), pl.col(FAULT))]
    for key in KEYS:
        faults += [(pl.col(f"fault__{key}"), f"{key} is not a whole number")]
        if key in (owner, "item"):
            faults += [(pl.col(key).is_null(), f"null {key}")]
    faults += [(pl.col("raw__type").is_null(), "null event"), (pl.col("type").is_null(), "unknown event")]
    faults += _time_faults() + _number_faults(most)
    return pl.coalesce(
        pl.when(fault).then(pl.lit(reason) if isinstance(reason, str) else reason) for fault, reason in faults
    )


def _time_faults() -> list[tuple[pl.Expr, str | pl.Expr]]:
    ms = pl.col("ts").dt.epoch("ms")
    return [
        (pl.col("raw__ts").is_null(), "null time"),
        (pl.col("fault__ts").is_not_null(), pl.col("fault__ts")),
        (pl.col("ts").is_null(), "unparsable time"),
        ((ms < 0) | (ms >= LAST_TIME), IMPOSSIBLE),
    ]


def _number_faults(most: Mapping[str, float]) -> list[tuple[pl.Expr, str | pl.Expr]]:
    possible = {
        "price": pl.col("price").is_between(0, MOST_MONEY),
        "quantity": (pl.col("quantity") > 0) & (pl.col("quantity") <= MOST_MONEY),
        "session_value": pl.col("session_value").is_between(0, MOST_MONEY),
    }
    faults: list[tuple[pl.Expr, str | pl.Expr]] = []
    for number, right in possible.items():
        faults += [(pl.col(f"fault__{number}"), f"unparsable {number}")]
        faults += [(~right, f"impossible {number}")]
    faults += [(pl.col("price") * pl.col("quantity") > MOST_MONEY, "impossible quantity for its price")]
    return faults + [(pl.col(number) > limit, f"{number} above max_{number}") for number, limit in most.items()]


def _quarantine(bad: pl.DataFrame, path: Path) -> pl.DataFrame:
    return bad.select(
        file=pl.lit(str(path)),
        row="row",
        reason="reason",
        **{c: pl.col(f"raw__{c}").cast(pl.String) for c in RAW_COLUMNS},
    ).cast(QUARANTINE)  # type: ignore[arg-type]
