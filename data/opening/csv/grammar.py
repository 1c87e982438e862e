"""What a record of a CSV may look like, as patterns; the kernel's view of it, told line by line."""

import functools
import re
from dataclasses import dataclass
from re import Pattern

END = rb"\r?\n"


@dataclass(frozen=True)
class Grammar:
    """The patterns of one dialect.

    Parameters
    ----------
    enclosed
        A record of fields without quotes, or enclosed in two; those inside doubled. It may span lines.
    escaped
        Likewise, with a backslash before what is meant as it stands, as MySQL and PHP write it.
    lenient
        A record of one line whose fields may hold pairs of quotes, only not at their beginning.
    surplus
        Likewise with any number of fields.
    open
        The beginning of a record whose last field is enclosed and not closed where the text ends.
    open_escaped
        Likewise, with backslashes.
    field
        One field without quotes or enclosed, as a group of what is inside, and what follows it.
    field_escaped
        Likewise, with backslashes.
    """

    enclosed: Pattern[bytes]
    escaped: Pattern[bytes]
    lenient: Pattern[bytes]
    surplus: Pattern[bytes]
    open: Pattern[bytes]
    open_escaped: Pattern[bytes]
    field: Pattern[bytes]
    field_escaped: Pattern[bytes]


@functools.cache
def grammar_of(divider: str, quote: str | None, width: int) -> Grammar:
    """The patterns of records of at most `width` fields."""
    cut = re.escape(divider.encode())
    q = re.escape((quote or "\x00").encode())  # a byte 0 stands in no record: nothing encloses then
    plain = rb"[^%b\n%b\x00]*+" % (q, cut)
    bare = rb"[^%b\n%b\x00]++(?:%b%b%b%b)*+" % (q, cut, q, plain, q, plain)
    inside = rb"[^%b\x00]*+(?:%b%b[^%b\x00]*+)*+" % (q, q, q, q)
    escapes = rb"[^%b\\\x00]*+(?:(?:\\[^\x00]|%b%b)[^%b\\\x00]*+)*+" % (q, q, q, q)

    def record(field: bytes, most: int | None) -> bytes:
        times = b"*+" if most is None else b"{0,%d}+" % (most - 1)
        return rb"(?:%b)(?:%b(?:%b))%b" % (field, cut, field, times)

    def opened(body: bytes) -> bytes:
        whole = rb"(?:%b%b%b|%b)%b" % (q, body, q, plain, cut)
        return rb"(?:%b){0,%d}+%b%b\Z" % (whole, width - 1, q, body)

    one = rb"(?:%b(%b)%b(?=%b|\r?\n)|([^\n%b]*?))(%b|\r?\n)"
    enclosed = rb"%b%b%b|%b" % (q, inside, q, plain)
    lenient = rb"%b%b%b(?=%b|\r?\n)|%b|" % (q, inside, q, cut, bare)
    return Grammar(
        enclosed=re.compile(record(enclosed, width) + END),
        escaped=re.compile(record(rb"%b%b%b|%b" % (q, escapes, q, plain), width) + END),
        lenient=re.compile(record(lenient, width) + END),
        surplus=re.compile(record(lenient, None) + END),
        open=re.compile(opened(inside)),
        open_escaped=re.compile(opened(escapes)),
        field=re.compile(one % (q, inside, q, cut, cut, cut)),
        field_escaped=re.compile(one % (q, escapes, q, cut, cut, cut)),
    )


def fields_of(record: bytes, grammar: Grammar, quote: str | None, *, escaped: bool = False) -> list[bytes | None]:
    """The fields of a record that is one by its grammar; null where nothing stands, not even quotes."""
    pattern = grammar.field_escaped if escaped else grammar.field
    found: list[bytes | None] = []
    for match in pattern.finditer(record):
        inside, bare, after = match.groups()
        found.append(bare or None if inside is None else _meant(inside, (quote or "").encode(), escaped))
        if after.endswith(b"\n"):
            break
    return found


def _meant(inside: bytes, quote: bytes, escaped: bool) -> bytes:
    """What stands between two quotes, as it is meant."""
    if escaped:
        pattern = rb"\\([\\%b])|(%b)%b" % (quote, quote, quote)
        return re.sub(pattern, lambda match: match[1] or match[2], inside)
    return inside.replace(quote * 2, quote)
