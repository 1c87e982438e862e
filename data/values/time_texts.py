"""Times that are texts: each is read by the first way of writing that fits it, whatever stands beside it."""

import re
import warnings

import polars as pl

from data.errors import AisleError
from data.schema import Timestamp
from data.values.time_range import within_range

COMMON = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f%#z", "%Y-%m-%dT%H:%M:%S%.f")
RARER = (
    *("%Y-%m-%d", "%Y-%m-%d %H:%M:%S%.f UTC", "%Y-%m-%dT%H:%M:%S%.f UTC", "%Y-%m-%d %H:%M", "%Y-%m-%dT%H:%M"),
    *("%Y-%m-%d %H:%M%#z", "%Y-%m-%dT%H:%M%#z", "%Y-%m-%d %H:%M UTC", "%Y-%m-%dT%H:%M UTC"),
)
MAIL = ("%a, %d %b %Y %H:%M:%S GMT", "%a, %d %b %Y %H:%M:%S %z")  # RFC 2822, as servers and mails write times
NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"
"""Digits, with a sign and a fraction or without. An exponent is none: who writes 1.7008e9 has lost digits."""
FIRST_YEAR, END_YEAR = 1970, 2100
SUGGESTED = (
    *("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p"),
    *("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y", "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y"),
    *("%d-%m-%Y %H:%M:%S", "%d-%m-%Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%d/%b/%Y:%H:%M:%S %z"),
    *("%d-%b-%Y %H:%M:%S", "%d %b %Y %H:%M:%S", "%d %b %Y", "%b %d, %Y %I:%M:%S %p", "%b %d, %Y", "%d-%b-%y"),
    *("%a %b %d %H:%M:%S %Y", "%Y%m%dT%H%M%S", "%Y%m%d%H%M%S", "%Y%m%d", "%Y-%m-%d %I:%M:%S %p"),
    *("%Y-%m-%d %H:%M:%S,%f", "%d.%m.%y %H:%M:%S", "%d.%m.%y %H:%M", "%d.%m.%y", "%m/%d/%y %H:%M", "%d/%m/%y %H:%M"),
)


def read_layouts(text: pl.Series, layout: str | None) -> tuple[pl.Series, pl.Series]:
    """Texts as moments, and as what a clock shows where they name no zone.

    Parameters
    ----------
    text
        Without blanks around.
    layout
        How they are written, in strftime's signs; null: ISO 8601 with or without fraction and zone, or RFC 2822.

    Returns
    -------
    tuple
        Datetime[ms, UTC] of those with a zone; Datetime[ms] of those without; each null elsewhere.

    Raises
    ------
    AisleError
        If `layout` cannot be read by.
    """
    moments = pl.Series(text.name, [None], dtype=Timestamp).new_from_index(0, len(text))
    shown = pl.Series(text.name, [None], dtype=pl.Datetime("ms")).new_from_index(0, len(text))
    rest = text.is_not_null().arg_true()
    for form in [layout] if layout else _likely_first(text):
        if rest.is_empty():
            break
        zoned, whole = names_zone(form), len(rest) == len(text)
        found = _parse(text if whole else text.gather(rest), form, zoned)
        if found.null_count() < len(found):
            into = moments if zoned else shown
            into = found if whole else into.scatter(rest, found)
            moments, shown = (into, shown) if zoned else (moments, into)
            rest = rest.filter(found.is_null())
    return moments, shown


def names_zone(layout: str) -> bool:
    """Whether times of this layout say their zone: by an offset, or by a word that means UTC."""
    by_sign = re.search(r"%([:#]*z|[Zs+])", layout.replace("%%", "")) is not None
    return by_sign or layout.rstrip().endswith(("GMT", "UTC", "Z"))


def _likely_first(text: pl.Series) -> list[str]:
    """The known layouts, none of which reads another's texts, the one before all others that reads the first text."""
    layouts = [*COMMON, *RARER, *MAIL]
    first = text.drop_nulls().head(1)
    fits = next((form for form in layouts if len(first) and _fits(first, form)), layouts[0])
    return [fits, *(form for form in layouts if form != fits)]


def suggestion(text: str) -> str:
    """The setting that would read a text as a time; empty if no common layout does."""
    times = {form: _parse(pl.Series([text.strip()]), form, names_zone(form))[0] for form in SUGGESTED}
    fitting = [form for form, time in times.items() if time is not None and FIRST_YEAR <= time.year < END_YEAR][:2]
    return f"set `input.format.time_format` to {' or '.join(map(repr, fitting))}" if fitting else ""


def _fits(text: pl.Series, layout: str) -> bool:
    return _parse(text, layout, names_zone(layout))[0] is not None


def _parse(text: pl.Series, layout: str, zoned: bool) -> pl.Series:
    """Datetimes of one layout, which Python's and Polars' strftime both may have written."""
    if layout.endswith((",%f", ",%f%z", ",%f %z")):  # a fraction after a comma
        text, layout = text.str.replace(r",(\d)", ".$1"), layout.replace(",%f", ".%f")
    if "%Z" in layout:  # of names, those of UTC alone are one zone wherever they are read
        text, layout = text.str.replace(r"\b(UTC|GMT|Z)\b", "UTC"), layout.replace("%Z", "UTC")
    layout = layout.replace(".%f", "%.f")
    try:
        with warnings.catch_warnings(action="ignore"):  # of signs that Polars would read otherwise
            times = text.str.to_datetime(layout, time_unit="ms", time_zone="UTC" if zoned else None, strict=False)
    except pl.exceptions.PolarsError as error:
        reason = str(error).splitlines()[0]
        raise AisleError(f"`input.format.time_format` {layout!r} cannot be read by ({reason}).") from None
    return within_range(times)
