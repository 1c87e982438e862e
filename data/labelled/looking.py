"""Look through a table before it is read: which parts can be, how many of their rows are, what type columns have."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from data.errors import AisleError
from data.fault import FAULT
from data.labelled.choice import NOT_SAMPLED, OUTSIDE, Choice
from data.labelled.config import Labelled
from data.labelled.counting import counted
from data.labelled.index import Index
from data.labelled.opened import Opened, open_part
from data.labelled.roles import Declared, Role, roles_of
from data.labelled.types import common, family_of
from data.numbered import are
from data.opening.arrow_types import why_unreadable
from data.opening.unread import shown
from data.partitions.choosing import Chosen
from data.partitions.drawing import Filling, bound_of
from data.partitions.parts import NO_ROW, Aside
from data.partitions.window import Window

Types = Mapping[str, Sequence[tuple[pl.DataType, int]]]
NAMED = 3  # parts that a message names
REPEATS = "repeated"


@dataclass(frozen=True)
class Looked:
    """What came of looking through.

    Parameters
    ----------
    index
        What is read.
    aside
        Parts that are not, and why.
    rows
        Rows of the parts that are.
    left
        How many of them are not read, by reason.
    absent
        By column of features, how many parts lack it.
    """

    index: Index
    aside: tuple[Aside, ...]
    rows: int
    left: Counter[str]
    absent: Mapping[str, int]


def look_through(
    chosen: Chosen,
    table: Labelled,
    window: Window,
    declared: Declared,
    staged: Path,
    known: Index | None = None,
    *,
    labelled: bool,
) -> Looked:
    """Look through a window's parts.

    Parameters
    ----------
    chosen
        The parts.
    table, window, declared
        How they are laid out, how many rows are read, which columns may be features.
    staged
        A folder for the rows of texts; beside it one for the places of rows whose key has come before.
    known
        The table that was learnt from, where these rows are to be scored: columns have its types, and those that it
        lacks are left out. Of a repeated key the first row stays. Of rows that are learnt from it is the first whose
        labels can be believed, which is told when they are read.
    labelled
        Whether a part without a label is set aside.

    Raises
    ------
    AisleError
        If more parts or rows are bad than the settings allow, or no row is left.
    """
    aside, parts, owner = list(chosen.aside), [], table.drawn_by(window)
    for number, part in enumerate(chosen.parts):
        found = open_part(part, table, staged / f"{number:05d}.parquet")
        why = found if isinstance(found, Aside) else _lacking(found, table, owner, labelled=labelled)
        parts.extend([found] if isinstance(found, Opened) and why is None else [])
        aside.extend([] if why is None else [why])
    first, last = table.bounds(window)
    bound = bound_of(window.sample)
    choice = Choice(table.key, table.time, table.time_format, first, last, bound, owner)
    if window.max_rows is not None:
        choice = replace(choice, bound=_bound(parts, choice, table, window.max_rows))
    repeats = None if known is None else staged.parent / REPEATS
    indexed, left, damaged = counted(parts, choice, table, repeats)
    aside += damaged
    judge_parts(aside, len(chosen.parts) + len(chosen.aside), table)
    judge_rows(left, sum(part.opened.rows for part in indexed), table)
    roles, schema = _columns([part.opened for part in indexed], table, declared, known)
    index = Index(tuple(indexed), choice, schema, roles)
    lacking = {name: sum(name not in part.opened.types for part in indexed) for name in schema}
    absent = {name: count for name, count in lacking.items() if count}
    return Looked(index, tuple(aside), sum(part.opened.rows for part in indexed), left, absent)


def judge_parts(aside: Sequence[Aside], parts: int, table: Labelled) -> None:
    """Stop where too many parts cannot be read, or none can; one without rows is whole, and lacks nothing.

    Raises
    ------
    AisleError
        Naming some.
    """
    bad = [one for one in aside if one.why != NO_ROW]
    if len(bad) <= table.max_parts_aside * parts and len(aside) < parts:
        return
    named = bad or aside
    told = "; ".join(f"{shown(one.path)}: {one.why}" for one in named[:NAMED])
    more = f", and {len(named) - NAMED:,} more" if len(named) > NAMED else ""
    if not bad:
        raise AisleError(f"{are(len(aside), 'part', of=parts)} without a row: {told}{more}; give parts with rows.")
    over = len(bad) > table.max_parts_aside * parts
    limit = f", over `max_parts_aside` {table.max_parts_aside:.2%}" if over else ", and none is left"
    mend = f"mend or fetch {'it' if len(bad) == 1 else 'them'} again{', or raise the limit' if over else ''}"
    raise AisleError(f"{are(len(bad), 'part', of=parts)} set aside{limit}: {told}{more}; {mend}.")


def judge_rows(left: Mapping[str, int], rows: int, table: Labelled) -> None:
    """Stop where too many rows are bad, or none is left.

    Raises
    ------
    AisleError
        With the reasons.
    """
    bad = {reason: count for reason, count in left.items() if reason not in (OUTSIDE, NOT_SAMPLED)}
    inside = rows - left.get(OUTSIDE, 0)
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in Counter(bad).most_common(5))
    if sum(bad.values()) > table.max_quarantine * inside:
        raise AisleError(
            f"{are(sum(bad.values()), 'row', of=inside)} bad ({reasons}), over `max_quarantine` "
            f"{table.max_quarantine:.2%}; mend the table, or raise the limit."
        )
    if sum(left.values()) >= rows:
        told = ", ".join(f"{reason} {count:,}" for reason, count in Counter(left).most_common(5))
        raise AisleError(f"none of {rows:,} rows is read ({told}); move the window, or raise `sample`.")


def _lacking(part: Opened, table: Labelled, owner: str | None, *, labelled: bool) -> Aside | None:
    """Why a part cannot be used, by its columns."""
    told = [name for name in (table.time, owner) if name is not None]
    needed = [table.key, *told, *(table.horizons.values() if labelled else ())]
    lost = [name for name in needed if name not in part.types]
    if lost:
        return Aside(part.part.path, f"it lacks {', '.join(f'`{name}`' for name in lost)}")
    kind = part.types[table.key]
    if (why := why_unreadable(kind)) is not None:
        return Aside(part.part.path, f"`{table.key}` cannot be read ({why})")
    if kind.is_nested() or family_of(kind) in (None, "time"):
        return Aside(part.part.path, f"`{table.key}` holds {kind}, which is no key")
    return None


def _bound(parts: Sequence[Opened], choice: Choice, table: Labelled, most: int) -> int | None:
    """Below what the rows of the `most` smallest hashes lie."""
    filling = Filling(most)
    for part in parts:
        try:
            for rows in part.batches(table.batch_rows, [*choice.reads, FAULT]):
                kept = rows.filter(choice(rows)[0])
                filling.add(choice.drawn(kept).to_numpy())
        except AisleError:
            continue  # its rows are found to be damaged again when they are counted
    bound = filling.bound()
    return choice.bound if bound is None else bound


def _columns(
    parts: Sequence[Opened], table: Labelled, declared: Declared, known: Index | None
) -> tuple[dict[str, Role], pl.Schema]:
    """What each column is there for, and the one type of each that may be a feature."""
    types: dict[str, list[tuple[pl.DataType, int]]] = {}
    for part in parts:
        for name, dtype in part.types.items():
            types.setdefault(name, []).append((dtype, part.rows))
    roles = roles_of({name: [dtype for dtype, _ in some] for name, some in types.items()}, table, declared)
    roles.setdefault(table.moment, "moment")  # a folder's
    if known is not None:
        return _as_known(roles, known), known.schema
    schema = pl.Schema()
    for name in [name for name, role in roles.items() if role == "feature"]:
        one = common(types[name])
        if one is None:
            roles[name] = "unreadable"
        else:
            schema[name] = one
    if not schema:
        raise AisleError(
            f"none of {len(roles):,} columns may be a feature: all are keys, labels, outcomes or undeclared; "
            "declare some, or set `others: use`."
        )
    return roles, schema


def _as_known(roles: Mapping[str, Role], known: Index) -> dict[str, Role]:
    """Roles of a table's columns, of which only those are features that another table had."""
    return {
        name: "feature" if name in known.schema else ("undeclared" if role == "feature" else role)
        for name, role in roles.items()
    }
