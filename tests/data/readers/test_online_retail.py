from datetime import datetime

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.readers.online_retail import ONLINE_RETAIL

CSV = """\
Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country
489434,85048,15CM CHRISTMAS GLASS BALL 20 LIGHTS,12,2009-12-01 07:45:00,6.95,13085.0,United Kingdom
489434,79323P,"RECORD FRAME 7"" SINGLE, PINK",48,2009-12-01 07:45:00,2.1,,United Kingdom
C489449,22087,PAPER BUNTING,-12,2009-12-01 10:33:00,2.95,16321.0,Australia
489464,21733,85123a mixed,-96,2009-12-01 10:52:00,0.0,,United Kingdom
489521,21646,,50,2009-12-01 11:44:00,0.0,,United Kingdom
489522,M,Manual,x,2009-12-01 11:45:00,1.0,1,United Kingdom
"""
PARQUET = pl.DataFrame(
    {
        "InvoiceNo": ["489434", "C489449", "A506401"],
        "StockCode": ["85048", "22087", "B"],
        "Description": ["GLASS BALL", "PAPER BUNTING", None],
        "Quantity": [12, -12, 1],
        "InvoiceDate": [datetime(2009, 12, 1, 7, 45), datetime(2009, 12, 1, 10, 33), datetime(2010, 4, 29, 13, 36)],
        "UnitPrice": [6.95, 2.95, -53594.36],
        "CustomerID": [13085, 16321, None],
        "Country": ["United Kingdom", "Australia", "United Kingdom"],
    }
)
FILES = {"online_retail_ii.csv": CSV, "online_retail_ii.csv.gz": CSV, "online_retail.parquet": PARQUET}
LACKING = {
    "online_retail_ii.csv": CSV.replace("Invoice,", "Number,"),
    "online_retail.parquet": PARQUET.drop("UnitPrice"),
}


def test_csv(write, read):
    expected = pl.DataFrame(
        {
            "session": ["489434", "489434", "C489449", "489464", "489521", "489522"],
            "user": ["13085", None, "16321", None, None, "1"],
            "item": ["85048", "79323P", "22087", "21733", "21646", "M"],
            "ts": [
                "2009-12-01 07:45:00",
                "2009-12-01 07:45:00",
                "2009-12-01 10:33:00",
                "2009-12-01 10:52:00",
                "2009-12-01 11:44:00",
                "2009-12-01 11:45:00",
            ],
            "price": ["6.95", "2.1", "2.95", "0.0", "0.0", "1.0"],
            "quantity": ["12", "48", "-12", "-96", "50", "x"],
            "text": [
                "15CM CHRISTMAS GLASS BALL 20 LIGHTS",
                'RECORD FRAME 7" SINGLE, PINK',
                "PAPER BUNTING",
                "85123a mixed",
                None,
                "Manual",
            ],
            "segment": ["United Kingdom", "United Kingdom", "Australia", *["United Kingdom"] * 3],
            "type": ["orders"] * 6,
            "dropped": [None, None, "cancelled invoice", "quantity not above 0", "price not above 0", None],
        }
    )
    assert_frame_equal(read(ONLINE_RETAIL, write("online_retail_ii.csv", CSV)), expected)


@pytest.mark.parametrize("customer", [pl.Int64, pl.Float64])
def test_parquet(customer, write, read):
    expected = pl.DataFrame(
        {
            "session": ["489434", "C489449", "A506401"],
            "user": [13085, 16321, None],
            "item": ["85048", "22087", "B"],
            "ts": PARQUET["InvoiceDate"],
            "price": [6.95, 2.95, -53594.36],
            "quantity": [12, -12, 1],
            "text": ["GLASS BALL", "PAPER BUNTING", None],
            "segment": ["United Kingdom", "Australia", "United Kingdom"],
            "type": ["orders"] * 3,
            "dropped": [None, "cancelled invoice", "price not above 0"],
        }
    )
    path = write("online_retail.parquet", PARQUET.cast({"CustomerID": customer}))
    assert_frame_equal(read(ONLINE_RETAIL, path), expected)


def test_cancelled_lines_are_refunds_by_setting(write, read):
    more = "C489450,22087,PAPER,12,2009-12-01 10:40:00,2.95,16321.0,Australia\n"
    more += "C489451,22087,PAPER,-1,2009-12-01 10:41:00,0,16321.0,Australia\n"
    lines = read(ONLINE_RETAIL, write("online_retail_ii.csv", CSV + more), negative="refund")
    gone = ["quantity not above 0", "price not above 0", None, "cancelled invoice", "cancelled invoice"]
    assert lines["dropped"].to_list() == [None, None, None, *gone]


def test_files_without_countries_have_no_segments(write, read):
    lines = read(ONLINE_RETAIL, write("online_retail.parquet", PARQUET.drop("Country")))
    assert "segment" not in lines.columns


def test_month_first_dates_become_iso(write, read):
    path = write(
        "data.csv",
        "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
        "536365,85123A,HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom\n"
        "536366,85123A,HEART,6,12/31/2010 18:05,2.55,17850,United Kingdom\n"
        "536367,85123A,HEART,6,31.12.2010,2.55,17850,United Kingdom\n",
    )
    assert read(ONLINE_RETAIL, path)["ts"].to_list() == ["2010-12-01 08:26:00", "2010-12-31 18:05:00", "31.12.2010"]


def test_real_sample(sample, read):
    lines = read(ONLINE_RETAIL, sample("online_retail/online_retail_ii.parquet"))
    assert lines.height == 1_044_847
    assert lines.select(pl.col("session", "user").drop_nulls().n_unique()).row(0) == (53_628, 5_942)
    dropped = dict(lines.group_by("dropped").len().iter_rows())
    assert dropped["cancelled invoice"] == 19_165
    kept = lines.filter(pl.col("dropped").is_null())
    assert kept.filter((pl.col("quantity") <= 0) | (pl.col("price") <= 0)).is_empty()
    assert lines["user"].null_count() == 235_287


def test_cancelled_lines_of_the_real_sample(sample, read):
    lines = read(ONLINE_RETAIL, sample("online_retail/online_retail_ii.parquet"), negative="refund")
    dropped = dict(lines.group_by("dropped").len().iter_rows())
    assert dropped == {
        None: 1_019_653 + 19_164,
        "cancelled invoice": 1,  # of one piece that was sold
        "quantity not above 0": 3_393,
        "price not above 0": 2_636,
    }
