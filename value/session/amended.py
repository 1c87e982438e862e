"""What closed visits came to, said anew when money goes back: nothing that was known before changes."""

from pathlib import Path

import polars as pl

from data.tables import scan
from data.visits import with_visits
from value.session.net import net_orders
from value.session.targets import (
    OF_ITEM,
    OF_VISIT,
    VISIT,
    Targets,
    closed_visits,
    event_values,
    sums_of,
)

AMENDED = {"closed": "reclosed", "touched": "retouched"}
"""What amends a table of visits, and its folder beside that of the table; only logs with refunds have it."""


def amended_visits(
    events: pl.LazyFrame, items: pl.LazyFrame, notes: pl.LazyFrame, targets: Targets, back: pl.LazyFrame
) -> dict[str, pl.LazyFrame]:
    """CLOSED, TOUCHED, RECLOSED and RETOUCHED by their names.

    A visit of CLOSED is worth what had not gone back when it closed. Each later moment at which something of it goes
    back gives two rows with that moment's `ts`: its last row again with `sign` -1, and what is left with `sign` 1.

    Parameters
    ----------
    events, items, notes, targets
        See `value.session.targets.closed_visits`.
    back
        REFUNDS.
    """
    visited = with_visits(events, targets.closes_after)
    known = _of_visits(back, visited, targets).collect().lazy()
    early, late = pl.col("ts") <= pl.col("close_ts"), pl.col("ts") > pl.col("close_ts")
    net = net_orders(events, items, known.filter(early), ("session",))
    closed, touched = (table.lazy() for table in pl.collect_all(closed_visits(net, items, notes, targets)))
    moments = known.filter(late).select(*VISIT, known="ts").unique().collect().lazy()
    gone = known.join(moments, on=VISIT).filter(pl.col("ts") <= pl.col("known"))
    repeated = visited.join(moments.sort(*VISIT, "known"), on=VISIT, maintain_order="left_right")
    again = net_orders(repeated, items, gone, ("session", "known"))
    valued = event_values(again, items, targets).collect().lazy()  # once, though much is made of it
    kept = closed.join(moments.select(VISIT).unique(), on=VISIT, how="semi").with_columns(close_ts="ts")
    anew = _anew(kept, valued.group_by(*VISIT, "known").agg(**sums_of("pieces", "value")), VISIT)
    if targets.kind == "label":  # as the log says it, whatever goes back
        anew = anew.drop("value").join(kept.select(*VISIT, "value"), on=VISIT, validate="m:1")
    worth = anew.select(*VISIT, "ts", "value")
    kept_items = touched.join(kept.select(*VISIT, "close_ts"), on=VISIT, validate="m:1")
    of_items = valued.group_by(*VISIT, "known", "item").agg(**sums_of("pieces", "spend"))
    items_anew = _anew(kept_items, of_items, (*VISIT, "item")).drop("value")
    items_anew = items_anew.join(worth, on=(*VISIT, "ts"), validate="m:1")
    return {
        "closed": closed,
        "touched": touched,
        "reclosed": _entries(kept, anew, VISIT, OF_VISIT),
        "retouched": _entries(kept_items, items_anew, (*VISIT, "item"), OF_ITEM),
    }


def visits_known(folder: Path) -> dict[str, pl.LazyFrame]:
    """CLOSED and TOUCHED with what amends them, where the log has refunds: then with `sign` and `close_ts`."""
    return {name: _with_amended(scan(folder / name), folder / amended) for name, amended in AMENDED.items()}


def _with_amended(visits: pl.LazyFrame, amended: Path) -> pl.LazyFrame:
    if not amended.exists():
        return visits
    return pl.concat([visits.with_columns(sign=pl.lit(1, pl.Int8), close_ts="ts"), scan(amended)], how="diagonal")


def _of_visits(back: pl.LazyFrame, visited: pl.LazyFrame, targets: Targets) -> pl.LazyFrame:
    """REFUNDS with the visit of their order, and when it closed."""
    orders = visited.filter(pl.col("type") == "orders").select("session", "visit", "item", order_ts="ts").unique()
    closes = visited.group_by(VISIT).agg(close_ts=pl.col("ts").max() + targets.closes_after)
    line = ("session", "item", "order_ts")
    return back.join(orders, on=line, validate="m:1").join(closes, on=VISIT, validate="m:1")


def _anew(kept: pl.LazyFrame, sums: pl.LazyFrame, keys: tuple[str, ...]) -> pl.LazyFrame:
    """Rows of visits with other sums, known from `known` on."""
    summed = [name for name in sums.collect_schema().names() if name not in (*keys, "known")]
    rows = kept.drop("ts", *summed).join(sums, on=keys, validate="1:m")
    return rows.rename({"known": "ts"})


def _entries(kept: pl.LazyFrame, anew: pl.LazyFrame, keys: tuple[str, ...], columns: tuple[str, ...]) -> pl.LazyFrame:
    """What is said anew, and each row before it once more, to be taken back at the same moment."""
    names = [*keys, *columns, "close_ts"]
    rows = pl.concat([kept.select(names), anew.select(names)]).sort(*keys, "ts")
    until = pl.col("ts").shift(-1).over(keys)
    taken = rows.with_columns(ts=until, sign=pl.lit(-1, pl.Int8)).filter(pl.col("ts").is_not_null())
    said = anew.select(names).with_columns(sign=pl.lit(1, pl.Int8))
    return pl.concat([taken, said]).select(*keys, *columns, "sign", "close_ts").sort(*keys, "ts", "sign")
