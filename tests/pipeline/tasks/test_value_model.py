import polars as pl

from pipeline.tasks.value_model import FEW_ROWS, _capped


def rows(**sessions):
    made = [(int(name[1:]), events) for name, count in sessions.items() for events in range(1, count + 1)]
    return pl.DataFrame(made, schema={"session": pl.UInt32, "events": pl.UInt16}, orient="row")


def test_ordinary_sessions_keep_their_rows_in_their_order():
    table = rows(**{f"s{n}": 20 for n in range(10)})
    assert _capped(table) is table
    assert _capped(table.clear()).is_empty()


def test_one_session_is_no_market():
    table = rows(s0=300, **{f"s{n}": 4 for n in range(1, 101)})
    capped = _capped(table)
    assert capped.filter(pl.col("session") == 0).height == FEW_ROWS
    assert capped.filter(pl.col("session") > 0).equals(table.filter(pl.col("session") > 0))
    assert _capped(table.reverse()).sort("session", "events").equals(capped)
