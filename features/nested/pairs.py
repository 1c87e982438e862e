"""Lists of pairs of a key and a number, such as apps and the minutes spent in them."""

from features.nested.maps import total
from features.nested.row_group import Features, row_group
from features.nested.source import Source


@row_group(kinds=("pairs",), zeros=("total", "count"))
def pairs(column: Source) -> Features:
    """Total, mean, peak and number of a list's numbers; mean and peak are null of an empty list."""
    values = column.values
    return {
        "total": total(values),
        "mean": values.list.mean(),
        "peak": values.list.max(),
        "count": values.list.len(),
    }
