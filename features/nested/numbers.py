"""Plain numbers."""

from features.nested.plain import Source
from features.nested.row_group import Features, row_group


@row_group(kinds=("number",))
def numbers(column: Source) -> Features:
    """The number itself."""
    return {"value": column.value}
