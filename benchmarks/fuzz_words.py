"""Values that have broken readers: times and numbers at the ends, texts that quote, break lines or are none."""

from typing import Any

LAST = 2**63 - 1
TIMES: tuple[str, ...] = (
    "+262142-12-31 00:00:00",
    "0000-00-00",
    "9999-12-31 23:59:59",
    "-0001-01-01",
    "1.7e9",
    "+5",
    "1700000000.5",
)
TIMES += ("20240101", "24-1-1", "2024-02-30 25:61:61", "2024-01-01T00:00:00+99:99", "2024-01-01 00:00:00 Mars/Base")
NUMBERS: tuple[str, ...] = (
    "9" * 400,
    str(2**63),
    str(-(2**63)),
    "1e400",
    "-1e-400",
    "NaN",
    "inf",
    "-0",
    "0x10",
    "1_000",
    "1,5",
    "12.0",
    "٣",
)
TEXTS: tuple[str, ...] = (
    "",
    " ",
    "null",
    "\\N",
    "undefined",
    '"',
    "'",
    '""',
    '"a',
    "a\nb",
    "\r",
    "\t",
    "\x00",
    "\ufeff",
    "é" * 3,
    "\U0001f600",
)
TEXTS += ("x" * 70_000, "[1, 2]", "{", "=1+1", "\u202e", "a;b,c|d", "../../x", "%s{}", "true", "C1")
WORDS = (*TIMES, *NUMBERS, *TEXTS)
VALUES: tuple[Any, ...] = (
    *TIMES,
    *NUMBERS,
    *TEXTS,
    None,
    0,
    -1,
    LAST,
    -LAST - 1,
    2**64,
    1e308,
    float("nan"),
    True,
    [1],
    {"a": 1},
)
