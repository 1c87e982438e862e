"""The plainest numbers that fields of several values give: what other models are shown beside ours."""

from features.nested.maps import total
from features.nested.row_group import Features, row_group
from features.nested.source import Source


@row_group(kinds=("map", "histogram", "pairs", "times"))
def plain_maps(column: Source) -> Features:
    """Count, sum, mean and maximum of a map's values (of times: of days before the row's moment)."""
    values = column.values
    return {
        "count": values.list.len(),
        "sum": total(values),
        "mean": values.list.mean(),
        "max": values.list.max(),
    }


@row_group(kinds=("list",))
def plain_lists(column: Source) -> Features:
    """A list's length."""
    return {"length": column.value.list.len()}


@row_group(kinds=("number", "hour", "weekday", "time"))
def plain_numbers(column: Source) -> Features:
    """A number itself; of a time, days before the row's moment."""
    return {"value": column.value}
