"""What every group of rows says of itself: a part of docs/features.md, made from the declarations."""

from features.local.rows import LocalGroup
from features.nested.kinds import KINDS
from features.nested.row_group import RowGroup
from features.nested.source import Source
from features.rows.registry import PLAIN_GROUPS, ROW_GROUPS, Group

HEAD = """# Features of rows

`ROW_GROUPS` (features/rows/registry.py) describe the rows of a labelled table, such as an in-app log's, by the kind of
each column; `configs/features/inapp.yaml` names kinds, own keys and groups. Columns are f32, named
`<column>__<feature>`; null where unknown, but for those marked 0. What is constant on the taught rows, or the same as
an earlier feature, is left out.
"""
PLAIN = """# Features of plain models

`PLAIN_GROUPS`, what plain models get that are shown beside ours: {shared} of the groups above, and
"""


def row_catalogue() -> str:
    """The part, in markdown."""
    plain = [group for group in PLAIN_GROUPS if group not in ROW_GROUPS]
    shared = ", ".join(f"`{group.name}`" for group in PLAIN_GROUPS if group in ROW_GROUPS)
    return "\n".join([HEAD, *map(_entry, ROW_GROUPS), PLAIN.format(shared=shared), *map(_entry, plain)])


def _entry(group: Group) -> str:
    return _local_entry(group) if isinstance(group, LocalGroup) else _row_entry(group)


def _row_entry(group: RowGroup) -> str:
    first, _, rest = (group.function.__doc__ or "").strip().partition("\n")
    details = " ".join(rest.split())
    names = dict.fromkeys(name for kind in KINDS for name in group(Source("column", kind, own=("key",))))
    told = [name.removeprefix("column__") for name in names]
    marked = [f"`{name}`{' (0)' if name in group.zeros else ''}" for name in told]
    facts = [f"- Of columns that are: {', '.join(group.kinds)}", f"- Features ({len(told)}): {', '.join(marked)}"]
    return "\n".join([f"## {group.name}\n", first, "", *([details, ""] if details else []), *facts, ""])


def _local_entry(group: LocalGroup) -> str:
    return f"## {group.name}\n\n{group.about}\n"
