"""Times as the shops write them, read into UTC milliseconds, each by itself."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import polars as pl

from data.errors import AisleError
from data.formats import LogFormat, Unit
from data.schema import Timestamp
from data.values.repeated_hours import second_reading
from data.values.time_range import within_range
from data.values.time_texts import NUMBER, read_layouts
from data.values.time_units import to_ms, told_units

START = datetime(1970, 1, 1)
IMPOSSIBLE = "impossible time (before 1970 or after 2100)"
NOT_SHOWN = "time does not exist in the zone's clock"
ZONELESS = "time names no zone"
UNITLESS = "time is a number of no unit"


@dataclass(frozen=True)
class Clock:
    """How a log tells its times.

    Parameters
    ----------
    unit
        What numeric times count since `epoch`; null: numbers are no times.
    timezone
        The zone of times that name none; null: such are no times.
    epoch
        When numbers begin (UTC).
    layout
        How texts are written (see `data.values.time_texts.read_layouts`).
    """

    unit: Unit | None = None
    timezone: str | None = None
    epoch: datetime = START
    layout: str | None = None

    @classmethod
    def of(cls, log_format: LogFormat, unit: Unit | None, timezone: str | None) -> "Clock":
        """The configured one, or what the format itself says where the configuration says nothing."""
        return cls(log_format.unit or unit, log_format.timezone or timezone, log_format.epoch, log_format.time_format)

    @property
    def epoch_ms(self) -> int:
        """The epoch in ms since 1970."""
        aware = self.epoch if self.epoch.tzinfo else self.epoch.replace(tzinfo=UTC)
        return (aware - START.replace(tzinfo=UTC)) // timedelta(milliseconds=1)

    @property
    def told_by_size(self) -> bool:
        """Whether the size of numbers tells what they count: not on a clock of its own start, or of long units."""
        return self.epoch_ms == 0 and self.unit not in ("min", "h", "d")


@dataclass(frozen=True)
class Times:
    """A column of times.

    Parameters
    ----------
    ts
        Datetime[ms, UTC]; null where there is none, and where it has a fault.
    again
        The later moment of times that the zone's clock shows twice, `ts` being the earlier; null elsewhere.
    fault
        Why a time that is there cannot be taken, null elsewhere and where it is no time at all.
    numbers
        How many times are numbers above 0, and by unit how many tell it by their size.
    first
        By unit, where the first of them stands.
    """

    ts: pl.Series
    again: pl.Series
    fault: pl.Series
    numbers: Counter[str] = field(default_factory=Counter)
    first: dict[Unit, int] = field(default_factory=dict)


def read_times(raw: pl.Series, clock: Clock) -> Times:
    """Read a column of times, whatever form it has.

    Parameters
    ----------
    raw
        Numbers, texts (ISO 8601, RFC 2822 or of the clock's layout; or numbers as text) or Datetimes.
    clock
        What is not said by the times themselves.

    Raises
    ------
    AisleError
        If the clock's zone or layout is none.
    """
    times = _Reading(raw, clock)
    if raw.dtype.is_integer() and clock.layout:
        raw = raw.cast(pl.String)  # 20240131
    if raw.dtype == pl.String:
        times.take_texts(raw.str.strip_chars())
    elif isinstance(raw.dtype, pl.Datetime) and raw.dtype.time_zone is not None:
        times.ts = within_range(raw).dt.convert_time_zone("UTC").cast(Timestamp)
    elif isinstance(raw.dtype, pl.Datetime) or raw.dtype == pl.Date:
        times.take_shown(within_range(raw).cast(pl.Datetime("ms")))
    elif raw.dtype.is_numeric():
        times.take_numbers(raw)
    return Times(times.ts, times.again, times.fault, times.numbers, times.first)


class _Reading:
    """A column while it is read."""

    def __init__(self, raw: pl.Series, clock: Clock) -> None:
        def nothing(name: str, dtype: pl.DataType | type[pl.DataType]) -> pl.Series:
            return pl.Series(name, [None], dtype=dtype).new_from_index(0, len(raw))

        self.clock = clock
        self.ts, self.again = nothing(raw.name, Timestamp), nothing("again", Timestamp)
        self.fault = nothing("fault", pl.String)
        self.numbers: Counter[str] = Counter()
        self.first: dict[Unit, int] = {}

    def take_texts(self, text: pl.Series) -> None:
        """Texts: numbers, unless a layout is given, and times."""
        numeric = None if self.clock.layout else text.str.contains(NUMBER).fill_null(False)
        if numeric is not None and numeric.any():
            point = text.str.contains(".", literal=True).fill_null(False)
            for of, dtype in ((numeric & ~point, pl.Int64), (numeric & point, pl.Float64)):
                if of.any():
                    self.take_numbers(text.set(~of, None).cast(dtype, strict=False), of)
            text = text.set(numeric, None)
        if text.null_count() < len(text):
            moments, shown = read_layouts(text, self.clock.layout)
            self._take(moments)
            if shown.null_count() < len(shown):
                self.take_shown(shown)

    def take_numbers(self, number: pl.Series, there: pl.Series | None = None) -> None:
        """Numbers of the clock's unit; `there` says which rows have one, where some are too large to be held."""
        there = number.is_not_null() if there is None else there
        if self.clock.unit is None:
            self._blame(there, UNITLESS)
            return
        ms = to_ms(number, self.clock.unit, self.clock.epoch_ms)
        self._blame(there & ms.is_null() & (~number.is_nan() if number.dtype.is_float() else True), IMPOSSIBLE)
        self._take(ms.cast(Timestamp))
        if self.clock.told_by_size:
            size = number.cast(pl.Float64, strict=False)
            self.numbers["numbers"] += int(((size > 0) & size.is_finite()).sum())
            for unit, fits in told_units(size).items():
                self.numbers[unit] += int(fits.sum())
                where = int(fits.arg_true()[0])
                self.first[unit] = min(where, self.first.get(unit, where))

    def take_shown(self, shown: pl.Series) -> None:
        """What a clock shows in the configured zone."""
        zone = self.clock.timezone
        if not zone:
            self._blame(shown.is_not_null(), ZONELESS)
            return
        try:
            zoned = shown.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        except pl.exceptions.ComputeError:
            raise AisleError(
                f"`input.format.timezone` {zone!r} is not a zone; use a name such as Europe/Berlin."
            ) from None
        times = zoned.dt.convert_time_zone("UTC").cast(Timestamp)
        if times.null_count() > shown.null_count():
            self._blame(shown.is_not_null() & times.is_null(), NOT_SHOWN)
        self.again = second_reading(shown, times, zone)
        self._take(times)

    def _take(self, times: pl.Series) -> None:
        if self.ts.null_count() < len(times):
            times = times.zip_with(times.is_not_null(), self.ts)
        self.ts = times.alias(self.ts.name)

    def _blame(self, rows: pl.Series, fault: str) -> None:
        if rows.any():
            self.fault = self.fault.set(rows, fault)
