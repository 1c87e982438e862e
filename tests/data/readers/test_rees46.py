import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.formats import IGNORE
from data.readers.rees46 import REES46

CSV = """\
event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde-8bb3-4e00-8c23-a032dfed738c
2019-10-01 00:00:01 UTC,cart,1004237,2053013555631882655,electronics.audio.head_phone,apple,1081.98,535871217,c6bd7419
2019-10-01 00:00:04 UTC,remove_from_cart,5,6,,"l'oreal, paris",-7.94,7,c6bd7419
2019-10-01 00:00:05 UTC,purchase,5,6,,,0.00,7,
"""
FILES = {"2019-Oct.csv": CSV, "2019-Oct.csv.gz": CSV}
LACKING = {"2019-Oct.csv": CSV.replace("user_session", "session_of_user")}


@pytest.mark.parametrize("file", FILES)
def test_events(file, write, read):
    expected = pl.DataFrame(
        {
            "session": ["72d76fde-8bb3-4e00-8c23-a032dfed738c", "c6bd7419", "c6bd7419", None],
            "user": ["541312140", "535871217", "7", "7"],
            "item": ["44600062", "1004237", "5", "5"],
            "ts": [
                "2019-10-01 00:00:00 UTC",
                "2019-10-01 00:00:01 UTC",
                "2019-10-01 00:00:04 UTC",
                "2019-10-01 00:00:05 UTC",
            ],
            "type": ["view", "cart", "remove_from_cart", "purchase"],
            "price": ["35.79", "1081.98", "-7.94", "0.00"],
            "category": ["2103807459595387724", "2053013555631882655", "6", "6"],
            "brand": ["shiseido", "apple", "l'oreal, paris", None],
            "text": [None, "electronics audio head phone", None, None],
        }
    )
    assert_frame_equal(read(REES46, write(file, CSV)), expected)


def test_removals_are_ignored():
    assert REES46.events["remove_from_cart"] == IGNORE
