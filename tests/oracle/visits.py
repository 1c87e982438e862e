"""CLOSED and TOUCHED of literal rows."""

import polars as pl

from data.schema import Closed, Reclosed, Retouched, Touched, ValueQueries
from tests.oracle.frames import at


def closed(*rows):
    """CLOSED of dictionaries: session, ts (minute) and what differs from one click of no value."""
    usual = {"visit": 0, "user": None, "segment": None, "events": 1, "items": 1}
    usual |= {"clicks": 0, "carts": 0, "orders": 0, "pieces": 0.0, "value": 0.0}
    made = [usual | row | {"start_ts": at(row["ts"] - 1), "ts": at(row["ts"])} for row in rows]
    return Closed.validate(pl.DataFrame(made, schema=Closed.create_empty().schema))


def touched(*rows):
    """TOUCHED of dictionaries, likewise."""
    usual = {"visit": 0, "user": None, "events": 1}
    usual |= {"clicks": 0, "carts": 0, "orders": 0, "pieces": 0.0, "spend": 0.0, "value": 0.0}
    made = [usual | row | {"ts": at(row["ts"])} for row in rows]
    return Touched.validate(pl.DataFrame(made, schema=Touched.create_empty().schema))


def amended(visits, news):
    """CLOSED or TOUCHED with their amendments: news of (which of them, minute, what differs from then on)."""
    schema = Retouched if "item" in visits.columns else Reclosed
    rows = [row | {"sign": 1, "close_ts": row["ts"]} for row in visits.to_dicts()]
    entries = [*rows]
    for number, minute, changes in news:
        entries += [rows[number] | {"ts": at(minute), "sign": -1}, rows[number] | changes | {"ts": at(minute)}]
        rows[number] = entries[-1]
    return schema.validate(pl.DataFrame(entries, schema=schema.create_empty().schema))


def asked(*rows):
    """QUERIES of (query, user, start minute, segment), every one asked at its start."""
    made = [
        {
            "query": query,
            "session": 100 + query,
            "session_key": str(query),
            "user": user,
            "start_ts": at(start),
            "cut_ts": at(start),
            "events": 2,
            "part": None,
            "segment": segment,
        }
        for query, user, start, segment in rows
    ]
    return ValueQueries.validate(pl.DataFrame(made, schema=ValueQueries.create_empty().schema))
