"""Prices, quantities and values as the shops write them."""

from dataclasses import dataclass
from itertools import product
from typing import Literal

import polars as pl

Decimal = Literal[".", ","]
Currency = Literal["refuse", "strip"]

OTHER: dict[Decimal, Decimal] = {".": ",", ",": "."}
BLANK = r"[\s\x{a0}\x{2009}\x{202f}]"
APOSTROPHE = r"['\x{2019}]"
DASH = r"[-\x{2013}\x{2014}]"
SIGN = r"(?:\p{L}*\p{Sc}|\p{L}{2,}\.?|R)"  # $, US$, EUR, kr., and South Africa's R; other single letters may be any
MANY = r"(?i)(?:^|\P{L})(?:k|m|mm|bn|mn|mio|mrd|mln|mld|tsd|tys|thousand|mill|million|billion|lakh|crore)(?:\P{L}|$)"


@dataclass(frozen=True)
class Numbers:
    """A column of numbers.

    Parameters
    ----------
    value
        f64; null where there is none to read.
    unreadable
        Where something stands that is no number.
    """

    value: pl.Series
    unreadable: pl.Series


def read_numbers(raw: pl.Series, decimal: Decimal = ".", currency: Currency = "refuse") -> Numbers:
    """Read a column of numbers or texts.

    Texts: digits with a sign, a fraction and an exponent or without; the sign that is no decimal sign, a blank or an
    apostrophe may stand between thousands. A blank text and a float column's NaN are missing ones.

    Parameters
    ----------
    raw
        The column.
    decimal
        The decimal sign of texts.
    currency
        `strip` takes signs and words of currencies, and the brackets of a negative number, off a text.
    """
    if raw.dtype in (pl.Categorical, pl.Enum):
        raw = raw.cast(pl.String)
    if raw.dtype != pl.String:
        if not (raw.dtype.is_numeric() or raw.dtype in (pl.Boolean, pl.Null)):
            return Numbers(pl.Series(raw.name, [None] * len(raw), dtype=pl.Float64), raw.is_not_null())
        value = raw.cast(pl.Float64, strict=False)
        there = raw.is_not_null() & ~raw.is_nan() if raw.dtype.is_float() else raw.is_not_null()
        value = value.fill_nan(None) if raw.dtype.is_float() else value
        return Numbers(value, there & value.is_null())
    text = raw.str.strip_chars()
    value = _plain(text) if decimal == "." else text.cast(pl.Float64, strict=False).clear(len(text))
    rest = (value.is_null() & text.is_not_null() & (text != "")).fill_null(False)
    if rest.any():
        found = _written(text.filter(rest), decimal, currency)
        value = value.scatter(rest.arg_true(), found)
        rest &= value.is_null()
    return Numbers(value, rest)


def mend_of(text: str, decimal: Decimal, currency: Currency) -> str:
    """The settings that would read a text as a number; empty if none do."""
    for other, strip in product((decimal, OTHER[decimal]), (currency, "strip")):
        if _written(pl.Series([text.strip()]), other, strip)[0] is not None:
            sign = "comma" if other == "," else "point"
            looks = " is readable:" if other == decimal else f" looks like a decimal {sign}:"
            sets = [f'`input.format.decimal` to "{other}"'] if other != decimal else []
            sets += ["`input.format.currency` to strip"] if strip != currency else []
            return f"{text!r}{looks} set {' and '.join(sets)}" if sets else ""
    return ""


def _plain(text: pl.Series) -> pl.Series:
    """What is written as programs write it; `inf`, `nan` and what is too large are no numbers."""
    number = text.cast(pl.Float64, strict=False)
    finite = number.is_finite()
    return number if finite.all() else number.set(~finite.fill_null(True), None)


def _written(text: pl.Series, decimal: Decimal, currency: Currency) -> pl.Series:
    """What is written as people write it."""
    if currency == "strip":
        text = _stripped(text)
    point, group = ("\\.", ",") if decimal == "." else (",", "\\.")
    thousands = "|".join(rf"\d{{1,3}}(?:{sign}\d{{3}})+" for sign in (group, BLANK, APOSTROPHE))
    form = rf"^[+-]?(?:(?:\d+|{thousands})(?:{point}\d*)?|{point}\d+)(?:[eE][+-]?\d+)?$"
    minus = text.str.replace("\N{MINUS SIGN}", "-", literal=True)
    digits = minus.set(~minus.str.contains(form).fill_null(False), None).str.replace_all(
        rf"{group}|{BLANK}|{APOSTROPHE}", ""
    )
    return _plain(digits.str.replace(",", ".", literal=True))


def _stripped(text: pl.Series) -> pl.Series:
    """Without what tells the currency; null where a word may multiply."""
    minus = text.str.replace("\N{MINUS SIGN}", "-", literal=True)
    bare = minus.str.replace(r"^\((.*)\)$", "-$1").str.replace(rf"[.,]{DASH}+({BLANK}|$)", "$1")
    bare = bare.str.replace(rf"^([+-]?){BLANK}*{SIGN}{BLANK}*([+-]?){BLANK}*", "$1$2")
    bare = bare.str.replace(rf"(\d[.,]?){BLANK}*{SIGN}$", "$1").str.replace(r"^(\d.*)-$", "-$1")
    return bare.set(minus.str.contains(MANY).fill_null(False), None)
