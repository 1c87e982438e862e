import polars as pl
import pytest
from polars.testing import assert_frame_equal

from data.errors import AisleError
from data.readers.retailrocket import RETAILROCKET

CSV = """\
timestamp,visitorid,event,itemid,transactionid
1433221332117,257597,view,355908,
1433224214164,992329,addtocart,248676,
1433222276276,599528,transaction,356475,4000
1433222276276,599528,transaction,15335,4000
"""
FILES = {"events.csv": CSV, "events.csv.gz": CSV}
LACKING = {"events.csv": "timestamp,event,itemid,transactionid\n1433221332117,view,355908,\n"}


@pytest.mark.parametrize("file", FILES)
def test_events(file, write, read):
    expected = pl.DataFrame(
        {
            "user": ["257597", "992329", "599528", "599528"],
            "item": ["355908", "248676", "356475", "15335"],
            "ts": ["1433221332117", "1433224214164", "1433222276276", "1433222276276"],
            "type": ["view", "addtocart", "transaction", "transaction"],
        }
    )
    assert_frame_equal(read(RETAILROCKET, write(file, CSV)), expected)


def test_header_in_another_case(write, read):
    path = write("events.csv", "Timestamp,VisitorID,Event,ItemID\n1433221332117,257597,view,355908\n")
    assert read(RETAILROCKET, path).row(0) == ("257597", "355908", "1433221332117", "view")


def test_missing_column_names_the_columns(write, read):
    with pytest.raises(AisleError, match=r"column `visitorid` is missing; .* RetailRocket's events.csv has timestamp"):
        read(RETAILROCKET, write("events.csv", LACKING["events.csv"]))


def test_sessions_come_from_gaps():
    assert (RETAILROCKET.sessions, RETAILROCKET.unit) == ("gap", "ms")
