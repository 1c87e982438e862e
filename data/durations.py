"""Durations in words that the configuration takes: 7d, 24h, 45m, 90s."""

import re
from datetime import timedelta

UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))
DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?", re.ASCII)
LONGEST = timedelta(days=36_500)
"""No log is longer; and a time less such a span is still a time."""


def parse_duration(text: str) -> timedelta:
    """Read a duration such as `45m`, `24h`, `7d` or `1d12h`.

    Raises
    ------
    ValueError
        If it is no duration, longer than `LONGEST`, or not of whole milliseconds.
    """
    found = DURATION.fullmatch(str(text).strip()[:100])
    if not found or not any(found.groups()):
        raise ValueError(f"a duration is written like 45m, 24h, 7d or 1d12h, got {str(text)[:60]!r}.")
    days, hours, minutes, seconds = (float(part or 0) for part in found.groups())
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    if total > LONGEST.total_seconds():
        raise ValueError(f"a duration is {LONGEST.days:,} days at most, got {str(text)[:60]!r}.")
    made = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    if made % timedelta(milliseconds=1):
        raise ValueError(f"a duration is counted in whole milliseconds, got {str(text)[:60]!r}.")
    return made


def write_duration(value: timedelta) -> str:
    """Write a duration the way it is read."""
    rest, text = value.total_seconds(), ""
    for milliseconds, letter in UNITS[:3]:
        whole, rest = divmod(rest, milliseconds // 1_000)
        text += f"{int(whole)}{letter}" if whole else ""
    return text + (f"{rest:g}s" if rest or not text else "")


def rounded_down(span: timedelta) -> timedelta:
    """Whole days, hours, minutes or seconds: of the largest unit that the span holds three times, else ms."""
    unit = _unit(span)[0]
    return span // timedelta(milliseconds=unit) * timedelta(milliseconds=unit)


def in_words(span: timedelta) -> str:
    """A duration, rounded down, as the configuration takes it."""
    unit, letter = _unit(span)
    count = span // timedelta(milliseconds=unit)
    return f"{count / 1_000:g}s" if unit == 1 else f"{count}{letter}"


def _unit(span: timedelta) -> tuple[int, str]:
    fitting = (pair for pair in UNITS if span >= 3 * timedelta(milliseconds=pair[0]))
    return next(fitting, (1, "ms"))
