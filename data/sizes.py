"""Sizes in words that the configuration takes: 16GiB, 800MiB."""

import re

UNITS = {"KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)\s*([KMGT]i?B)", re.ASCII | re.IGNORECASE)
NAMES = {name.lower(): name for name in UNITS}


def parse_size(text: str) -> int:
    """Read a size such as `16GiB` or `1.5 GB` as bytes.

    Raises
    ------
    ValueError
        If it is none.
    """
    found = SIZE.fullmatch(text.strip()[:40])
    if not found:
        raise ValueError(f"a size is written like 16GiB or 800MiB, got {text[:40]!r}.")
    return int(float(found[1]) * UNITS[NAMES[found[2].lower()]])


def write_size(held: float) -> str:
    """Write bytes for people: `1.5 GiB`."""
    for unit in ("TiB", "GiB", "MiB"):
        if held >= UNITS[unit]:
            return f"{held / UNITS[unit]:,.1f} {unit}"
    return f"{held / UNITS['MiB']:,.1f} MiB"
