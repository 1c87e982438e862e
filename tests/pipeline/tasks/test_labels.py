"""Labels of a test file's sessions, from a file of their own."""

import polars as pl
import pytest

from data.boundaries import Folds
from data.errors import AisleError
from data.formats import LogFormat
from data.readers.generic import read_generic_labels
from data.sampling import Sampling
from data.schema import Labels
from pipeline.store.task import RawFile
from pipeline.tasks.fold import FoldTables
from pipeline.tasks.labels import LabelTables
from pipeline.tasks.window import Window
from tests.oracle.frames import at


@pytest.fixture
def asked(build):
    """A test file with sessions 3 and 4, and the fold that asks them."""
    log = build.log("log", build.raw("raw", (1, 10, 0, "clicks"), (2, 20, 1, "clicks")))
    test = build.log("test", build.raw("late", (4, 10, 9, "clicks"), (3, 30, 9, "clicks")), known=log)
    fold = build("fold", FoldTables(log, test, Window("test", at(5), None, None, None), Folds(), Sampling(), 1))
    return fold, test


def label(build, asked, *texts):
    files = []
    for number, text in enumerate(texts):
        files.append(RawFile(build.folder / f"{number}.csv"))
        files[-1].path.write_text("session,type,item\n" + text)
    return build("labels", LabelTables(tuple(files), read_generic_labels, LogFormat(), *asked))


def test_keys_become_codes_and_other_sessions_are_counted(build, asked):
    made = label(build, asked, "4,orders,20\n4,clicks,30\n9,clicks,10\n", "3,carts,77\n4,clicks,10\n")
    found = pl.read_parquet(made.path / "labels" / "000.parquet")
    # session 3 is query 0; 77 stands in no catalogue of three, and counts as an item behind it
    assert found.rows() == [(0, "carts", 3), (1, "clicks", 2), (1, "orders", 1)]
    assert Labels.is_valid(found)
    assert build.about["labels"] == {"labels": 3, "of other sessions": 1}


def test_files_of_several_types_go_together(build, asked):
    written = {
        "texts": pl.DataFrame({"session": ["4"], "type": ["orders"], "item": ["20"]}),
        "floats": pl.DataFrame({"session": [3.0], "type": ["carts"], "item": [30.0]}),
    }
    files = []
    for name, frame in written.items():
        files.append(RawFile(build.folder / f"{name}.parquet"))
        frame.write_parquet(files[-1].path)
    made = build("labels", LabelTables(tuple(files), read_generic_labels, LogFormat(), *asked))
    assert pl.read_parquet(made.path / "labels" / "000.parquet").rows() == [(0, "carts", 2), (1, "orders", 1)]


def test_labels_of_lists_are_refused(build, asked):
    file = RawFile(build.folder / "lists.parquet")
    pl.DataFrame({"session": [4], "type": ["orders"], "item": [[20]]}).write_parquet(file.path)
    with pytest.raises(AisleError, match=r"lists\.parquet: `item` holds List\(Int64\) where each row needs one value"):
        build("labels", LabelTables((file,), read_generic_labels, LogFormat(), *asked))


@pytest.mark.parametrize(
    ("text", "message"), [("9,clicks,10\n", "no session of the labels is in the test file"), ("4,looks,10\n", "looks")]
)
def test_labels_that_cannot_be_are_refused(text, message, build, asked):
    with pytest.raises(AisleError, match=message):
        label(build, asked, text)
