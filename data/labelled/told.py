"""What is said of a table of rows: parts and rows that were set aside, and columns that nobody declared."""

from collections.abc import Mapping, Sequence

from data.labelled.choice import NOT_SAMPLED, OUTSIDE
from data.labelled.index import Index
from data.labelled.looking import NAMED
from data.labelled.parts import Aside
from data.labelled.roles import Declared, absent
from data.opening.unread import shown
from data.shortened import some
from data.warned import Warned


def parts_aside(aside: Sequence[Aside], parts: int) -> list[Warned]:
    """Files that are not read, the first of them named."""
    if not aside:
        return []
    named = "; ".join(f"{shown(one.path)}: {one.why}" for one in aside[:NAMED])
    more = f"; and {len(aside) - NAMED:,} more" if len(aside) > NAMED else ""
    said = f"{len(aside):,} of {parts:,} parts are set aside: {named}{more}; summary.json names all of them."
    return [Warned("parts_aside", said, {"parts": len(aside)})]


def rows_aside(left: Mapping[str, int], rows: int, where: str) -> list[Warned]:
    """Rows that are not read for what they lack or hold."""
    bad = {reason: count for reason, count in left.items() if reason not in (OUTSIDE, NOT_SAMPLED)}
    if not bad:
        return []
    reasons = ", ".join(
        f"{reason} {count:,}" for reason, count in sorted(bad.items(), key=lambda one: (-one[1], one[0]))[:5]
    )
    said = f"{sum(bad.values()):,} of {rows:,} rows are set aside ({reasons}){where}."
    return [Warned("rows_aside", said, {"rows": sum(bad.values())})]


def columns_left(index: Index, declared: Declared, known: Index | None) -> list[Warned]:
    """Columns that nobody declared, declared ones that are not there, and those that only the taught rows have."""
    found = []
    if (others := index.with_role("undeclared")) and known is None:
        said = f"{len(others)} columns are left out, since nobody declared them: {some(others)}"
        said += "; name them, or set `others: use`."
        found.append(Warned("undeclared_columns", said, {"columns": len(others)}))
    if (lost := absent(index.roles, declared)) and known is None:
        said = f"{len(lost)} declared columns are in no part: {some(lost)}."
        found.append(Warned("absent_columns", said, {"columns": len(lost)}))
    if known is not None and (lost := [name for name in known.schema if name not in index.roles]):
        said = f"{len(lost)} columns that were learnt from are in no part: {some(lost)}; they count as unknown."
        found.append(Warned("columns_not_scored", said, {"columns": len(lost)}))
    return found
