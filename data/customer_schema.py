"""The tables of what customers have bought, as models of their future read them."""

import dataframely as dy


class Ordered(dy.Schema):
    """ORDERED: one row an order line of a customer, sorted by (user, ts, session, visit, item).

    `visit` counts the stretches of a session without a long pause; `spend` is what the line came to, whatever went back
    of it later.
    """

    user = dy.UInt32(nullable=False)
    ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    session = dy.UInt32(nullable=False)
    visit = dy.UInt32(nullable=False)
    item = dy.UInt32(nullable=False)
    pieces = dy.Float64(nullable=False, min=0.0)
    spend = dy.Float64(nullable=False, min=0.0)


class Returned(dy.Schema):
    """RETURNED: one row what a refund took of a customer's order, known from `ts` on, sorted like ORDERED."""

    user = dy.UInt32(nullable=False)
    order_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    session = dy.UInt32(nullable=False)
    visit = dy.UInt32(nullable=False)
    item = dy.UInt32(nullable=False)
    ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    pieces = dy.Float64(nullable=False, min=0.0)
    amount = dy.Float64(nullable=False, min=0.0)


class Purchases(dy.Schema):
    """PURCHASES: one row a visit that has ordered, as far as it had when it was looked at.

    `ts` is its first order; `lines` and `items` count its order lines and distinct items; `gross` is what they came to,
    `back` what had gone back of it, `value` what was left.
    """

    user = dy.UInt32(nullable=False, primary_key=True)
    session = dy.UInt32(nullable=False, primary_key=True)
    visit = dy.UInt32(nullable=False, primary_key=True)
    ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    lines = dy.UInt32(nullable=False, min=1)
    items = dy.UInt32(nullable=False, min=1)
    pieces = dy.Float64(nullable=False, min=0.0)
    gross = dy.Float64(nullable=False, min=0.0)
    back = dy.Float64(nullable=False, min=0.0)
    value = dy.Float64(nullable=False, min=0.0)


class Paced(dy.Schema):
    """PACED: what was left of each purchase before a moment, and how long ago it was on the shop's own clock.

    `shop_age` counts days of that clock, which last as long as they bring money (see `value.lifetime.btyd.clock`).
    """

    user = dy.UInt32(nullable=False)
    value = dy.Float64(nullable=False, min=0.0)
    shop_age = dy.Float64(nullable=False, min=0.0)


class CustomerQueries(dy.Schema):
    """Customers at one moment, their origin `start_ts`; sorted by user."""

    query = dy.UInt32(nullable=False, primary_key=True)
    user = dy.UInt32(nullable=False)
    start_ts = dy.Datetime(nullable=False, time_unit="ms", time_zone="UTC")
    segment = dy.String(nullable=True)
