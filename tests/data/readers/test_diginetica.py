from datetime import UTC, datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.fault import FAULT, VALUE
from data.readers.diginetica import DIGINETICA

WRONG = "unparsable time (eventdate and timeframe)"
VIEWS = """\
session_id;user_id;item_id;timeframe;eventdate
1;NA;81766;526309;2016-05-09
1;NA;31331;0;2016-05-09
2;1051;9654;90000000;2016-05-09
3;1051;9655;late;2016-05-09
4;1051;9656;1000;09.05.2016
5;;9657;;2016-05-09
"""
PURCHASES = """\
sessionId;userId;timeframe;eventdate;ordernumber;itemId
150;18278;17100868;2016-05-06;16421;25911
151;NA;1;2016-05-07;16422;26233
152;5;2;2016-05-08;16423;1
"""
FILES = {"train-item-views.csv": VIEWS, "train-item-views.csv.gz": VIEWS, "train-purchases.csv": PURCHASES}
LACKING = {
    "train-item-views.csv": "session_id;user_id;item_id;eventdate\n1;NA;81766;2016-05-09\n",
    "comma.csv": VIEWS.replace(";", ","),
}


def test_views(write, read):
    expected = pl.DataFrame(
        {
            "session": ["1", "1", "2", "3", "4", "5"],
            "user": [None, None, "1051", "1051", "1051", None],
            "item": ["81766", "31331", "9654", "9655", "9656", "9657"],
            "ts": [
                datetime(2016, 5, 9, 0, 8, 46, 309_000, UTC),
                datetime(2016, 5, 9, tzinfo=UTC),
                datetime(2016, 5, 10, 1, tzinfo=UTC),
                None,
                None,
                None,
            ],
            "type": ["view"] * 6,
            FAULT: [
                None,
                None,
                None,
                *(f"{WRONG}{VALUE}{said}" for said in ("2016-05-09 late", "09.05.2016 1000")),
                None,
            ],
        },
        schema_overrides={"ts": pl.Datetime("ms", "UTC")},
    )
    assert_frame_equal(read(DIGINETICA, write("train-item-views.csv", VIEWS)), expected)


@pytest.mark.parametrize(
    ("timeframe", "date"),
    [("9e30", "2016-05-09"), ("-9e18", "2016-05-09"), ("253402300800000", "2016-05-09"), ("1", "9999-99-99")],
)
def test_a_time_beyond_what_a_date_can_say_is_a_fault(timeframe, date, write, read):
    path = write("train-item-views.csv", f"sessionId;userId;itemId;timeframe;eventdate\n1;2;3;{timeframe};{date}\n")
    views = read(DIGINETICA, path)
    assert views["ts"].to_list() == [None]
    assert views[FAULT].to_list() == [f"{WRONG}{VALUE}{date} {timeframe}"]


def test_purchases(write, read):
    expected = pl.DataFrame(
        {
            "session": ["150", "151", "152"],
            "user": ["18278", None, "5"],
            "item": ["25911", "26233", "1"],
            "ts": [
                datetime(2016, 5, 6, 4, 45, 0, 868_000, UTC),
                datetime(2016, 5, 7, 0, 0, 0, 1_000, UTC),
                datetime(2016, 5, 8, 0, 0, 0, 2_000, UTC),
            ],
            "type": ["purchase"] * 3,
        },
        schema_overrides={"ts": pl.Datetime("ms", "UTC")},
    )
    assert_frame_equal(read(DIGINETICA, write("train-purchases.csv", PURCHASES)), expected)


def test_older_spelling_of_views(write, read):
    older = VIEWS.replace("session_id;user_id;item_id", "sessionId;userId;itemId")
    new, old = write("new.csv", VIEWS), write("old.csv", older)
    assert_frame_equal(read(DIGINETICA, old), read(DIGINETICA, new))


def test_real_sample(sample, read):
    views = read(DIGINETICA, sample("diginetica/train-item-views.csv"))
    assert (views.height, views["session"].n_unique()) == (12_391, 2_986)
    assert views["user"].null_count() == 7_681
    assert views["ts"].null_count() == 0
    assert views.row(0) == ("1", None, "81766", datetime(2016, 5, 9, 0, 8, 46, 309_000, UTC), "view")
