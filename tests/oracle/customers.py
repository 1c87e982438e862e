"""The tables of what customers have bought, of literal rows; times are days."""

import polars as pl

from data.customer_schema import CustomerQueries, Ordered, Purchases, Returned
from tests.oracle.frames import at

DAY = 24 * 60


def day(days):
    return at(days * DAY)


def ordered(*rows):
    """ORDERED of (user, day, session, item, pieces, spend); visits are 0."""
    names = ("user", "ts", "session", "item", "pieces", "spend")
    made = [dict(zip(names, row, strict=True)) | {"ts": day(row[1]), "visit": 0} for row in rows]
    return Ordered.validate(pl.DataFrame(made, schema=Ordered.create_empty().schema))


def purchases(*rows):
    """PURCHASES of dictionaries: user, ts (day), value and what differs from one line of one piece."""
    usual = {"visit": 0, "lines": 1, "items": 1, "pieces": 1.0, "back": 0.0}
    made = []
    for number, row in enumerate(rows):
        full = {"session": number} | usual | row
        made.append({"gross": full["value"] + full["back"]} | full | {"ts": day(row["ts"])})
    return Purchases.validate(pl.DataFrame(made, schema=Purchases.create_empty().schema))


def returned(*rows):
    """RETURNED of (user, order day, session, item, day, amount), a piece each."""
    names = ("user", "order_ts", "session", "item", "ts", "amount")
    made = []
    for row in rows:
        full = dict(zip(names, row, strict=True)) | {"visit": 0, "pieces": 1.0}
        made.append(full | {"order_ts": day(full["order_ts"]), "ts": day(full["ts"])})
    return Returned.validate(pl.DataFrame(made, schema=Returned.create_empty().schema))


def customers(origin, *users, segment=None):
    """One question a user, by place, at an origin (day)."""
    made = [
        {"query": query, "user": user, "start_ts": day(origin), "segment": segment} for query, user in enumerate(users)
    ]
    return CustomerQueries.validate(pl.DataFrame(made, schema=CustomerQueries.create_empty().schema))
