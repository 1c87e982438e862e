"""The tables that rooms meet in, declared once."""

import dataframely as dy
import polars as pl

from data.errors import AisleError

TYPES = ("clicks", "carts", "orders")
"""Event types in their fixed order; an objective is one of them."""

TypeEnum = pl.Enum(TYPES)
Timestamp = pl.Datetime("ms", "UTC")

PARTS = ("tune", "fit", "stop")
"""The parts of the valid fold: fusion is tuned on `tune`, rankers fit on `fit` and stop on `stop`."""


class Events(dy.Schema):
    """EVENTS: one row an event, sorted by (session, ts, input order)."""

    session = dy.UInt32(nullable=False)
    item = dy.UInt32(nullable=False)
    ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    type = dy.Enum(TYPES, nullable=False)
    user = dy.UInt32(nullable=True)
    price = dy.Float64(nullable=True, min=0.0)
    quantity = dy.Float64(nullable=True, min_exclusive=0.0)
    category = dy.UInt32(nullable=True)


class Prefixes(dy.Schema):
    """PREFIXES: EVENTS with `query` for `session`, only what is visible at the cut; `position` counts from 0."""

    query = dy.UInt32(nullable=False, primary_key=True)
    position = dy.UInt32(nullable=False, primary_key=True)
    item = dy.UInt32(nullable=False)
    ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    type = dy.Enum(TYPES, nullable=False)
    user = dy.UInt32(nullable=True)
    price = dy.Float64(nullable=True)
    quantity = dy.Float64(nullable=True)
    category = dy.UInt32(nullable=True)


class Queries(dy.Schema):
    """QUERIES: one (session, cut) a row.

    `session_key` holds the shop's own key as text; `part` is null in a fold that is only scored.
    """

    query = dy.UInt32(nullable=False, primary_key=True)
    session = dy.UInt32(nullable=False)
    session_key = dy.String(nullable=False)
    user = dy.UInt32(nullable=True)
    start_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    cut_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    events = dy.UInt16(nullable=False)
    part = dy.Enum(PARTS, nullable=True)


class Labels(dy.Schema):
    """LABELS: what came after the cut; at most one click a query."""

    query = dy.UInt32(nullable=False, primary_key=True)
    type = dy.Enum(TYPES, nullable=False, primary_key=True)
    item = dy.UInt32(nullable=False, primary_key=True)


class Items(dy.Schema):
    """ITEMS: an item's code and the shop's own key and texts, as first seen in the log."""

    item = dy.UInt32(nullable=False, primary_key=True)
    key = dy.String(nullable=False)
    category = dy.UInt32(nullable=True)
    brand = dy.String(nullable=True)
    text = dy.String(nullable=True)
    price = dy.Float64(nullable=True)


class Notes(dy.Schema):
    """NOTES: what a log says of a whole session, beside its events."""

    session = dy.UInt32(nullable=False, primary_key=True)
    session_value = dy.Float64(nullable=True, min=0.0)
    segment = dy.String(nullable=True)


class Refunds(dy.Schema):
    """REFUNDS: what went back of an order line, known from `ts` on; `amount` is null where no price is known."""

    refund = dy.UInt32(nullable=False, primary_key=True)
    session = dy.UInt32(nullable=False)
    item = dy.UInt32(nullable=False)
    order_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    pieces = dy.Float64(nullable=False, min=0.0)
    amount = dy.Float64(nullable=True, min=0.0)


class Closed(dy.Schema):
    """CLOSED: one row a visit, a stretch of a session without a long pause, known from `ts` on, when a pause was over.

    So no later event can change what was known at a moment, though a session may go on after days. `pieces` and
    `value` are the ordered quantity and the value, `orders` the lines of which something is left, all less what had
    gone back when it closed; `items` counts distinct ones.
    """

    session = dy.UInt32(nullable=False, primary_key=True)
    visit = dy.UInt32(nullable=False, primary_key=True)
    user = dy.UInt32(nullable=True)
    segment = dy.String(nullable=True)
    start_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    events = dy.UInt32(nullable=False)
    items = dy.UInt32(nullable=False)
    clicks = dy.UInt32(nullable=False)
    carts = dy.UInt32(nullable=False)
    orders = dy.UInt32(nullable=False)
    pieces = dy.Float64(nullable=False, min=0.0)
    value = dy.Float64(nullable=False, min=0.0)


class Touched(dy.Schema):
    """TOUCHED: one row a (visit, item): what a closed visit did with an item, and what the visit was worth."""

    session = dy.UInt32(nullable=False, primary_key=True)
    visit = dy.UInt32(nullable=False, primary_key=True)
    item = dy.UInt32(nullable=False, primary_key=True)
    user = dy.UInt32(nullable=True)
    ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    clicks = dy.UInt32(nullable=False)
    carts = dy.UInt32(nullable=False)
    orders = dy.UInt32(nullable=False)
    pieces = dy.Float64(nullable=False, min=0.0)
    spend = dy.Float64(nullable=False, min=0.0)
    events = dy.UInt32(nullable=False)
    value = dy.Float64(nullable=False, min=0.0)


class Reclosed(Closed):
    """RECLOSED: what a visit of CLOSED came to, said anew (`sign` 1) and taken back (-1), as refunds are known at `ts`.

    So sums by `sign` of CLOSED and of these rows up to a moment are what is known at it.
    """

    ts = dy.Datetime(nullable=False, primary_key=True, time_unit="ms", time_zone="UTC")
    sign = dy.Int8(nullable=False, primary_key=True, is_in=[-1, 1])
    close_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")


class Retouched(Touched):
    """RETOUCHED: the same of TOUCHED: all items of a visit of which something went back."""

    ts = dy.Datetime(nullable=False, primary_key=True, time_unit="ms", time_zone="UTC")
    sign = dy.Int8(nullable=False, primary_key=True, is_in=[-1, 1])
    close_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")


class ValueQueries(Queries):
    """QUERIES with the session's segment, as value models ask them."""

    segment = dy.String(nullable=True)


class Neighbours(dy.Schema):
    """NEIGHBOURS: an item's neighbours, best first."""

    item = dy.UInt32(nullable=False, primary_key=True)
    neighbour = dy.UInt32(nullable=False, primary_key=True)
    rank = dy.UInt16(nullable=False, min=1)
    score = dy.Float32(nullable=False)


class Proposals(dy.Schema):
    """What one member proposes: at most k items a query, rank from 1."""

    query = dy.UInt32(nullable=False, primary_key=True)
    item = dy.UInt32(nullable=False, primary_key=True)
    rank = dy.UInt16(nullable=False, min=1)
    score = dy.Float32(nullable=False)


class CandidateKeys(dy.Schema):
    """The fixed columns of CANDIDATES; every member adds `<member>__rank` and `<member>__score`."""

    query = dy.UInt32(nullable=False, primary_key=True)
    item = dy.UInt32(nullable=False, primary_key=True)
    fused__rank = dy.UInt16(nullable=False, min=1)
    fused__score = dy.Float32(nullable=False)


class Ranked(dy.Schema):
    """RANKED: the answer, 20 distinct items (or `top`, if that is more) for every query and trained objective.

    `score` is null where the catalogue's popular items filled the list up; a list is shorter where they end.
    """

    query = dy.UInt32(nullable=False, primary_key=True)
    type = dy.Enum(TYPES, nullable=False, primary_key=True)
    item = dy.UInt32(nullable=False, primary_key=True)
    rank = dy.UInt16(nullable=False, min=1)
    score = dy.Float32(nullable=True)


class Values(dy.Schema):
    """VALUES: what each scored session will be worth; `session` is the shop's own key as text."""

    cut = dy.String(nullable=False, primary_key=True)
    session = dy.String(nullable=False, primary_key=True)
    events = dy.UInt16(nullable=False, primary_key=True)
    cut_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    so_far = dy.Float64(nullable=True)
    purchase_probability = dy.Float64(nullable=True, min=0.0, max=1.0)
    expected_value = dy.Float64(nullable=False)
    rmsle_value = dy.Float64(nullable=False)
    mae_value = dy.Float64(nullable=False)
    low = dy.Float64(nullable=True)
    high = dy.Float64(nullable=True)


WIDE_PATTERNS: dict[str, pl.DataType] = {
    r"__rank$": pl.UInt16(),
    r"__score$": pl.Float32(),
    r"__[a-z0-9_]+$": pl.Float32(),
}
"""Name patterns of a wide table's open columns and their types; the first that matches counts."""


def check_wide(frame: pl.DataFrame, fixed: type[dy.Schema]) -> pl.DataFrame:
    """Validate the fixed columns of a wide table, and all others by their name's pattern.

    Parameters
    ----------
    frame
        A wide table, such as CANDIDATES or FEATURES.
    fixed
        The schema of the columns that always exist.

    Returns
    -------
    pl.DataFrame
        The same rows and columns, in the same order (dataframely alone would drop the open columns).

    Raises
    ------
    AisleError
        If an open column's name or type fits no pattern.
    dataframely.exc.SchemaError, dataframely.exc.ValidationError
        If a fixed column has a wrong type or breaks a rule.
    """
    fixed.validate(frame.select(fixed.column_names()))
    open_columns = frame.drop(fixed.column_names()).schema
    for pattern, dtype in WIDE_PATTERNS.items():
        for name in frame.select(pl.col(rf"^.+{pattern}")).columns:
            found = open_columns.pop(name, dtype)
            if found != dtype:
                raise AisleError(f"column `{name}` must be {dtype}, got {found}.")
    if open_columns:
        raise AisleError(f"columns {sorted(open_columns)} fit no pattern `<member or group>__<name>`.")
    return frame
