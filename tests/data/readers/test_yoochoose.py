import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.fault import FAULT
from data.readers.yoochoose import YOOCHOOSE

CLICKS = """\
1,2014-04-07T10:51:09.277Z,214536502,0
1,2014-04-07T10:54:09.868Z,214536500,S
2,2014-04-07T13:56:37.614Z,214662742,2089042520
2,2014-04-07T13:57:19.373Z,214662743,
"""
BUYS = """\
420374,2014-04-06T18:44:58.314Z,214537888,12462,1
420374,2014-04-06T18:44:58.325Z,214537850,10471,2
489758,2014-04-06T09:59:52.422Z,214826955,0,0
489759,2014-04-06T09:59:52.476Z,214826715,x,
"""
FILES = {"yoochoose-clicks.dat": CLICKS, "yoochoose-buys.dat": BUYS, "yoochoose-buys.dat.gz": BUYS}
LACKING = {"yoochoose-clicks.dat": "1,2014-04-07T10:51:09.277Z,214536502\n"}


def test_clicks(write, read):
    expected = pl.DataFrame(
        {
            "session": ["1", "1", "2", "2"],
            "ts": [
                "2014-04-07T10:51:09.277Z",
                "2014-04-07T10:54:09.868Z",
                "2014-04-07T13:56:37.614Z",
                "2014-04-07T13:57:19.373Z",
            ],
            "item": ["214536502", "214536500", "214662742", "214662743"],
            "type": ["click"] * 4,
            "category": [None, "S", "2089042520", None],
        }
    )
    assert_frame_equal(read(YOOCHOOSE, write("yoochoose-clicks.dat", CLICKS)), expected)


def test_zero_price_and_quantity_of_a_buy_are_unknown(write, read):
    expected = pl.DataFrame(
        {
            "session": ["420374", "420374", "489758", "489759"],
            "ts": [
                "2014-04-06T18:44:58.314Z",
                "2014-04-06T18:44:58.325Z",
                "2014-04-06T09:59:52.422Z",
                "2014-04-06T09:59:52.476Z",
            ],
            "item": ["214537888", "214537850", "214826955", "214826715"],
            "type": ["buy"] * 4,
            "price": ["12462", "10471", None, "x"],
            "quantity": ["1", "2", None, None],
        }
    )
    assert_frame_equal(read(YOOCHOOSE, write("yoochoose-buys.dat", BUYS)), expected)


def test_one_line_is_a_file(write, read):
    path = write("yoochoose-clicks.dat", "1,2014-04-07T10:51:09.277Z,214536502,5")
    assert read(YOOCHOOSE, path).row(0) == ("1", "2014-04-07T10:51:09.277Z", "214536502", "click", "5")


def test_other_numbers_of_columns(write, read):
    with pytest.raises(AisleError, match="the first line has 3 fields; YooChoose's clicks have"):
        read(YOOCHOOSE, write("clicks.dat", LACKING["yoochoose-clicks.dat"]))


def test_a_buy_among_clicks_is_a_fault_that_names_its_line(write, read):
    rows = read(YOOCHOOSE, write("clicks.dat", CLICKS + BUYS))
    assert rows[FAULT].to_list()[4] == "line 5 has more fields than the header"
