"""One setting's text into its value, or why it is none."""

import re
import typing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from data.durations import parse_duration
from data.nearest import did_you_mean
from pipeline.settings.wording import shown

MOST = 2_000_000_000
"""Below what libraries count by (2^31), and more than any log needs."""
LARGEST = 1e15
"""Numbers up to it keep their cents, and their squares are numbers too."""
YEARS = (1700, 2250)
"""Times with these years can be counted in nanoseconds, and moved by the longest duration."""
WHOLE = re.compile(r"[+-]?(\d[\d_]*|0x[0-9a-fA-F]+)", re.ASCII)
TRUTHS = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
EMPTY = (
    "null_tokens",
    "separator",
    "names",
    "searched",
    "categories",
    "leave_out",
    "anchor",
    "segments",
    "extend",
    "meta_features",
)
"""Texts that may be empty, by their last name; a separator says its own rule."""
BELOW_ZERO = ("search_k",)
"""Whole numbers that may be negative, by their last name."""


def parse_leaf(text: str, kind: Any, name: str) -> Any:  # noqa: ANN401 - of each setting's own type
    """Read a value.

    Parameters
    ----------
    text
        As it was written.
    kind
        The setting's type.
    name
        The setting's last name.

    Raises
    ------
    ValueError
        Saying what is taken and what was given, without the setting's name.
    """
    if typing.get_origin(kind) is typing.Literal:
        return _choice(text, typing.get_args(kind))
    if kind is int:
        return _whole(text, name)
    if kind is str and not text.strip() and name not in EMPTY:
        raise ValueError("is empty; give a text, or leave the setting out")
    return READ[kind](text)


def allowed(kind: Any) -> str:  # noqa: ANN401 - a type
    """What a setting of this type takes, in words."""
    if typing.get_origin(kind) is typing.Literal:
        return f"one of {', '.join(typing.get_args(kind))}"
    return WORDS[kind]


def _choice(text: str, choices: tuple[str, ...]) -> str:
    if text not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}, got {shown(text)}{did_you_mean(text, choices)}")
    return text


def _text(text: str) -> str:
    if "\0" in text:
        raise ValueError(f"holds the character NUL, got {shown(text)}; leave it out")
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(f"is not UTF-8, got {shown(text)}") from None
    return text


def _truth(text: str) -> bool:
    if text.lower() not in TRUTHS:
        raise ValueError(f"must be true or false, got {shown(text)}")
    return TRUTHS[text.lower()]


def _whole(text: str, name: str) -> int:
    if not WHOLE.fullmatch(text[:40]):
        raise ValueError(f"must be a whole number such as 20, got {shown(text)}")
    plain = text.replace("_", "")
    number = int(plain[:40], 16 if "x" in plain else 10)
    if abs(number) > MOST or len(plain) > 40:
        raise ValueError(f"must be a whole number up to {MOST:,}, got {shown(text)}")
    if number < 0 and name not in BELOW_ZERO:
        raise ValueError(f"must be a whole number of 0 or more, got {shown(text)}")
    return number


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise ValueError(f"must be a number such as 0.5, got {shown(text)}") from None
    if not abs(number) <= LARGEST:  # nan too
        raise ValueError(f"must be a finite number up to {LARGEST:g}, got {shown(text)}")
    return number


def _duration(text: str) -> timedelta:
    return parse_duration(text)


def _time(text: str) -> datetime:
    """A moment as UTC without a zone."""
    try:
        time = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise ValueError(f"must be a time such as 2025-03-31 or 2025-03-31T18:00, got {shown(text)}") from None
    if not YEARS[0] < time.year < YEARS[1]:
        raise ValueError(f"must be a time between the years {YEARS[0]} and {YEARS[1]}, got {shown(text)}")
    return time.astimezone(UTC).replace(tzinfo=None) if time.tzinfo else time


READ: dict[type, Callable[[str], Any]] = {
    str: _text,
    bool: _truth,
    float: _number,
    timedelta: _duration,
    datetime: _time,
}
WORDS = {
    str: "a text",
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    timedelta: "a duration such as 45m, 24h, 7d or 1d12h",
    datetime: "a time such as 2025-03-31T18:00",
}
