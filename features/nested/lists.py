"""Lists of ids."""

from features.nested.row_group import Features, row_group
from features.nested.source import Source


@row_group(kinds=("list",), zeros=("length", "distinct"))
def lists(column: Source) -> Features:
    """How many ids a list has, and how many different ones."""
    return {"length": column.value.list.len(), "distinct": column.value.list.n_unique()}
