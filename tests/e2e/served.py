"""Recommenders of small runs beside what the runs have said: the same rows, to the last bit."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal


def exact(found, expected):
    """The same rows, and every float the same bits."""
    assert_frame_equal(found, expected, check_exact=True)
    for name in found.columns:
        if found[name].dtype.is_float():
            mine, theirs = (frame[name].fill_null(float("nan")).to_numpy() for frame in (found, expected))
            assert np.array_equal(mine.view(np.uint8), theirs.view(np.uint8)), name


def shown(log, asked):
    """The first events of each session, as many as are asked about, in the log's rows; `log` has text keys."""
    place = pl.int_range(pl.len()).over("session", order_by=["ts", "row"])
    rows = log.with_row_index("row").with_columns(place=place).join(asked, on="session", how="inner")
    return rows.filter(pl.col("place") < pl.col("events")).sort("row").drop("row", "place", "events")


def asked_in(table):
    """(session, events) of every query of a table."""
    return table.select("session", "events").unique(maintain_order=True)


def one_by_one(answer, events, asked):
    """Every session asked alone."""
    of_session = events.partition_by("session", as_dict=True)
    return pl.concat([answer(of_session[key,]) for key in asked["session"]])


def in_order(table):
    """Sessions in the order of their keys, each one's rows as they come."""
    return table.sort("session", "events", maintain_order=True)


def in_a_run(*commands):
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(Path(__file__).parents[2])
        for command in commands:
            assert command() == 0
