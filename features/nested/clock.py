"""The hour and the weekday, as points on a circle: 23 and 0, Sunday and Monday are neighbours."""

import math

from features.nested.row_group import Features, row_group
from features.nested.source import Source

PERIODS = {"hour": 24, "weekday": 7}


@row_group(kinds=("hour", "weekday"))
def clock(column: Source) -> Features:
    """Sine and cosine of the hour or weekday (whatever number its first day has), and itself."""
    angle = column.value * (2 * math.pi / PERIODS[column.kind])
    return {"sin": angle.sin(), "cos": angle.cos(), "value": column.value}
