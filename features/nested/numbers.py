"""Plain numbers."""

from features.nested.row_group import Features, row_group
from features.nested.source import Source


@row_group(kinds=("number",))
def numbers(column: Source) -> Features:
    """The number itself."""
    return {"value": column.value}
