"""Which fields are not known."""

from features.nested.kinds import KINDS
from features.nested.row_group import Features, row_group
from features.nested.source import Source


@row_group(kinds=tuple(kind for kind in KINDS if kind != "leave_out"))
def missing(column: Source) -> Features:
    """1 where a field is null, or holds nothing that could be read, before any filling."""
    return {"missing": column.value.is_null()}
