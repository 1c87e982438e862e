"""Clean rows read without expressions: what the rules for all logs say of them."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.errors import AisleError
from serving import rows as served
from serving.quick import NotClean
from tests.serving.test_reading import FORMAT, NUMBERS, TEXTS, reader, rows_of

PRICES = st.none() | st.floats(0, 1e6)
PIECES = st.none() | st.integers(1, 9)
TIMES = {
    "ms": lambda ms: pl.Series(ms).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC"),
    "us": lambda ms: (pl.Series(ms) * 1000 + 999).cast(pl.Datetime("us")).dt.replace_time_zone("UTC"),
    "ns": lambda ms: (pl.Series(ms) * 1_000_000 + 7).cast(pl.Datetime("ns")).dt.replace_time_zone("UTC"),
    "elsewhere": lambda ms: (
        pl.Series(ms).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC").dt.convert_time_zone("Asia/Tokyo")
    ),
    "without a zone": lambda ms: pl.Series(ms).cast(pl.Datetime("us")),
    "numbers": pl.Series,
    "texts": lambda ms: pl.Series(ms).cast(pl.Datetime("ms")).dt.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"),
    "numbers as texts": lambda ms: pl.Series(ms).cast(pl.String),
}


@st.composite
def clean_frames(draw):
    rows = draw(st.integers(1, 8))

    def column(values):
        return draw(st.lists(values, min_size=rows, max_size=rows))

    texts = draw(st.booleans())
    item = st.sampled_from(("i1", "i2", "new", "i3") if texts else (10, 20, 11, 30))
    user = st.none() | st.sampled_from(("u7", "u8", "u9") if texts else (7, 8, 9))
    frame = {
        "session": pl.Series(column(st.sampled_from(("a", "b", "") if texts else (1, 2, 3)))),
        "item": pl.Series(column(item)),
        "ts": draw(st.sampled_from(list(TIMES.values())))(column(st.integers(1_700_000_000_000, 1_700_000_000_003))),
        "type": pl.Series(column(st.sampled_from(("clicks", "carts", "orders", "wish")))),
    }
    optional = {
        "user": lambda: pl.Series(column(user), dtype=pl.String if texts else pl.Int64),
        "price": lambda: pl.Series(column(PRICES), dtype=pl.Float64),
        "quantity": lambda: pl.Series(column(PIECES), dtype=draw(st.sampled_from([pl.Int64, pl.Float32, pl.Float64]))),
        "category": lambda: pl.Series(column(st.none() | st.sampled_from(("hats", "boats"))), dtype=pl.String),
    }
    frame |= {name: make() for name, make in optional.items() if draw(st.booleans())}
    made = pl.DataFrame(frame)
    repeated = draw(st.lists(st.integers(0, rows - 1), max_size=3))
    return TEXTS if texts else NUMBERS, pl.concat([made, made[repeated]])


@settings(max_examples=150, deadline=None)
@given(world=clean_frames(), drop=st.booleans())
def test_the_quick_way_reads_what_the_rules_for_all_logs_read(world, drop):
    known, frame = world
    form = replace(FORMAT, events={"wish": "ignore"}, unit="ms", timezone="Europe/Berlin")
    one = reader(known, format=form, drop_duplicates=drop)
    raw = one._named(frame)
    if "" in frame.filter(pl.col("type") != "wish")["session"].to_list():
        with pytest.raises(AisleError, match="null session"):
            one(frame)
        return
    quick, slow = one._plain_rows(raw), served.rows_of(one._sorted(one._known(one._typed(raw))))
    assert quick.number.tolist() == slow.number.tolist()
    for name in ("ts_ms", "type", "price", "quantity"):
        mine, theirs = getattr(quick, name), getattr(slow, name)
        assert mine.dtype == theirs.dtype, name
        assert np.array_equal(mine, theirs, equal_nan=mine.dtype.kind == "f"), name
    for name in ("session", "item", "user", "category", "segment"):
        assert _listed(getattr(quick, name), len(quick.number)) == _listed(getattr(slow, name), len(slow.number)), name


def _listed(keys, rows):
    return [None] * rows if keys is None else keys.to_list()


@pytest.mark.parametrize(
    "change",
    [
        {"session": pl.lit(" a")},
        {"item": pl.lit("i1 ")},
        {"item": pl.lit("")},
        {"item": pl.lit(None, pl.String)},
        {"user": pl.lit("\tu7")},
        {"price": pl.lit("3")},
        {"price": pl.lit(-1)},
        {"quantity": pl.lit(float("inf"))},
        {"type": pl.lit("stares")},
        {"session": pl.lit("a").cast(pl.Categorical)},
        {"segment": pl.lit("de")},
        {"dropped": pl.lit("cancelled")},
    ],
)
def test_what_is_not_clean_is_left_to_the_rules_for_all_logs(change):
    with pytest.raises(NotClean):
        reader(TEXTS)._plain_rows(rows_of([("a", "i1", 0)]).with_columns(**change))
