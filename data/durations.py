"""Durations in words that the configuration takes: 7d, 24h, 45m, 90s."""

from datetime import timedelta

UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "m"), (1_000, "s"))


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
