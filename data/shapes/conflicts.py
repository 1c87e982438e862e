"""Settings of a log's layout that cannot both hold."""

from typing import TYPE_CHECKING

from data.schema import TYPES
from data.values.event_names import REFUND

if TYPE_CHECKING:
    from data.formats import LogFormat


def conflict_of(layout: "LogFormat") -> str | None:
    """The first conflict, in one line with its mend; null if there is none."""
    return _of_types(layout) or _of_order(layout) or _of_reader(layout)


def _of_types(layout: "LogFormat") -> str | None:
    """A row's type comes from one place."""
    told = {
        "columns.type": layout.columns.type is not None,
        "every_row": layout.every_row is not None,
        "flags": bool(layout.flags),
    }
    given = [f"`input.format.{name}`" for name, holds in told.items() if holds]
    if len(given) > 1:
        return f"{' and '.join(given)} each say what a row is; leave all but one out (null)."
    if layout.events and (told["every_row"] or told["flags"]):
        return f"`input.format.events` maps the names in `columns.type`; beside {given[0]} leave it out."
    wrong = sorted({flag.type for flag in layout.flags.values() if flag.type not in (*TYPES, REFUND)})
    return f"`input.format.flags` maps to {wrong}; use one of {[*TYPES, REFUND]}." if wrong else None


def _of_order(layout: "LogFormat") -> str | None:
    if layout.columns.ts is None and layout.columns.order is None and layout.reader == "generic":
        return "`input.format.columns.ts` is null: name the column of times, or one that orders events as `order`."
    timed = [name for name, flag in layout.flags.items() if flag.ts is not None]
    if timed and layout.columns.ts is None:
        return f"`input.format.flags` names times of `{timed[0]}`, and `columns.ts` is null: name the rows' times too."
    return None


def _of_reader(layout: "LogFormat") -> str | None:
    """What only the generic reader does."""
    told = {
        "joins": bool(layout.joins),
        "flags": bool(layout.flags),
        "every_row": layout.every_row is not None,
        "columns.order": layout.columns.order is not None,
        "columns.event_id": layout.columns.event_id is not None,
    }
    given = [name for name, holds in told.items() if holds]
    if layout.reader == "generic" or not given:
        return None
    return f"`input.format.{given[0]}` is read by the reader `generic` only; got the reader `{layout.reader}`."
