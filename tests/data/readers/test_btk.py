import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.formats import IGNORE
from data.readers.btk import BTK

TRAIN = """\
event_time,event_type,product_id,category_id,user_id,user_session,session_value
2025-06-19 10:23:07+00:00,ADD_CART,PROD_000199,CAT_00006,USER_097562,SESSION_158779,90.29
2025-06-15 07:47:27+00:00,VIEW,PROD_000123,CAT_00024,USER_006535,SESSION_029987,16.39
2025-06-15 07:48:00+00:00,REMOVE_CART,PROD_000123,CAT_00024,USER_006535,SESSION_029987,16.39
"""
TEST = """\
event_time,event_type,product_id,category_id,user_id,user_session
2025-06-28 17:54:26,BUY,PROD_002927,,USER_099160,SESSION_000140
2025-06-28 17:55:26,VIEW,PROD_002928,CAT_1,USER_099160,SESSION_000140
2025-06-28 17:56:26,VIEW,PROD_002929,CAT_1,USER_099160,SESSION_000140
"""
FILES = {"train.csv": TRAIN, "test.csv": TEST, "test.csv.gz": TEST}
LACKING = {"train.csv": TRAIN.replace("product_id", "product")}


def test_train(write, read):
    expected = pl.DataFrame(
        {
            "session": ["SESSION_158779", "SESSION_029987", "SESSION_029987"],
            "user": ["USER_097562", "USER_006535", "USER_006535"],
            "item": ["PROD_000199", "PROD_000123", "PROD_000123"],
            "ts": ["2025-06-19 10:23:07+00:00", "2025-06-15 07:47:27+00:00", "2025-06-15 07:48:00+00:00"],
            "type": ["ADD_CART", "VIEW", "REMOVE_CART"],
            "category": ["CAT_00006", "CAT_00024", "CAT_00024"],
            "session_value": ["90.29", "16.39", "16.39"],
        }
    )
    assert_frame_equal(read(BTK, write("train.csv", TRAIN)), expected)


@pytest.mark.parametrize("file", ["test.csv", "test.csv.gz"])
def test_test_file_without_zone_and_value(file, write, read):
    expected = pl.DataFrame(
        {
            "session": ["SESSION_000140"] * 3,
            "user": ["USER_099160"] * 3,
            "item": ["PROD_002927", "PROD_002928", "PROD_002929"],
            "ts": ["2025-06-28 17:54:26", "2025-06-28 17:55:26", "2025-06-28 17:56:26"],
            "type": ["BUY", "VIEW", "VIEW"],
            "category": [None, "CAT_1", "CAT_1"],
        }
    )
    assert_frame_equal(read(BTK, write(file, TEST)), expected)


def test_naive_times_are_utc_and_removals_ignored():
    assert (BTK.timezone, BTK.events["REMOVE_CART"]) == ("UTC", IGNORE)
