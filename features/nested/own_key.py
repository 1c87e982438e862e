"""What a field says of the row's own app, category or country, which its sums and means throw away."""

import polars as pl

from features.nested.maps import total
from features.nested.row_group import Features, row_group
from features.nested.source import Source, own_name
from features.nested.times import recency


@row_group(kinds=("map", "histogram", "pairs", "times", "list"))
def own_key(column: Source) -> Features:
    """The value of a map or of pairs at the row's own key, its share of a histogram or of the whole, and since when.

    Of several entries of one key the first counts. `own` is null where the key has no entry, or is not known; `has_own`
    tells whether it has one, and shares are 0 where it has none. With several keys a column, all but the first have its
    name in theirs.
    """
    made: Features = {}
    for place, name in enumerate(column.own):
        ending = f"_{name}" if place else ""
        made |= {f"{feature}{ending}": value for feature, value in _at_key(column, pl.col(own_name(name))).items()}
    return made


def _at_key(column: Source, key: pl.Expr) -> Features:
    if column.kind == "list":
        return {"has_own": pl.when(key.is_not_null()).then(column.value.list.contains(key))}
    own = column.value.map.get(key)
    has = pl.when(key.is_not_null()).then(column.value.map.contains_key(key))
    if column.kind == "times":
        return {"own": own, "own_recency": recency(own), "has_own": has}
    whole = total(column.values)
    share = pl.when(has & (whole > 0)).then(own / whole).when(has.is_not_null() & (whole > 0)).then(0.0)
    if column.kind == "histogram":
        return {"own_share": share}
    return {"own": own, "own_share": share, "has_own": has}
