"""What is said of a table of rows: parts and rows that were set aside, and columns that nobody declared."""

from collections.abc import Mapping, Sequence

from data.labelled.choice import NOT_SAMPLED, OUTSIDE
from data.labelled.index import Index
from data.labelled.looking import NAMED
from data.labelled.reading import Odd
from data.labelled.roles import Declared, absent
from data.numbered import are
from data.opening.unread import shown
from data.partitions.parts import Aside
from data.shortened import sample, some
from data.warned import Warned

NAMED_VALUES = 5  # columns and reasons that a line names


def parts_aside(aside: Sequence[Aside], parts: int, what: str = "") -> list[Warned]:
    """Files that are not read, the first of them named; `what` says what they hold."""
    if not aside:
        return []
    named = "; ".join(f"{shown(one.path)}: {one.why}" for one in aside[:NAMED])
    more = f"; and {len(aside) - NAMED:,} more" if len(aside) > NAMED else ""
    said = f"{are(len(aside), 'part', of=parts, what=what)} set aside: {named}{more}; summary.json names all of them."
    return [Warned("parts_aside", said, {"parts": len(aside)})]


def rows_aside(left: Mapping[str, int], rows: int, where: str, what: str = "") -> list[Warned]:
    """Rows that are not read for what they lack or hold; `what` says what they are for."""
    bad = {reason: count for reason, count in left.items() if reason not in (OUTSIDE, NOT_SAMPLED)}
    if not bad:
        return []
    reasons = ", ".join(
        f"{reason} {count:,}" for reason, count in sorted(bad.items(), key=lambda one: (-one[1], one[0]))[:5]
    )
    count = sum(bad.values())
    said = f"{are(count, 'row', of=rows, what=what)} set aside ({reasons}){where}."
    return [Warned("rows_aside", said, {"rows": sum(bad.values())})]


def values_aside(odd: Odd, rows: int) -> list[Warned]:
    """Values of rows to score that cannot be used, by column and reason, those that most are first."""
    told = [(count, name, reason) for name, reasons in odd.items() for reason, count in reasons.items() if count]
    if not told:
        return []
    told.sort(key=lambda one: (-one[0], *one[1:]))
    count, columns = sum(one[0] for one in told), len({one[1] for one in told})
    named = "; ".join(f"`{sample(name)}` {reason} {many:,}" for many, name, reason in told[:NAMED_VALUES])
    more = f"; and {len(told) - NAMED_VALUES:,} more reasons" if len(told) > NAMED_VALUES else ""
    where = f"in {columns:,} column{'' if columns == 1 else 's'} of {rows:,} rows to score"
    what = "it counts" if count == 1 else "they count"
    said = f"{are(count, 'value')} set aside, {where} ({named}{more}); {what} as unknown."
    return [Warned("values_aside", said, {"values": count, "columns": columns})]


def columns_left(index: Index, declared: Declared, known: Index | None) -> list[Warned]:
    """Columns that nobody declared, declared ones that are not there, and those that only the taught rows have."""
    found = []
    if (others := index.with_role("undeclared")) and known is None:
        said = f"{are(len(others), 'column')} left out, since nobody declared {'it' if len(others) == 1 else 'them'}: "
        said += f"{some(others)}; name {'it' if len(others) == 1 else 'them'}, or set `others: use`."
        found.append(Warned("undeclared_columns", said, {"columns": len(others)}))
    if (lost := absent(index.roles, declared)) and known is None:
        said = f"{are(len(lost), 'declared column')} in no part: {some(lost)}."
        found.append(Warned("absent_columns", said, {"columns": len(lost)}))
    if known is not None and (lost := [name for name in known.schema if name not in index.roles]):
        what = " that was learnt from" if len(lost) == 1 else " that were learnt from"
        said = f"{are(len(lost), 'column', what=what)} in no part: {some(lost)}; all of it counts as unknown."
        found.append(Warned("columns_not_scored", said, {"columns": len(lost)}))
    return found
