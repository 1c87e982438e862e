"""A table of rows with labels by horizon, as tasks: from a folder of hours to rows of their own."""

import json
import shutil
from dataclasses import replace

import polars as pl
import pytest

from data.errors import AisleError, BadInputError
from data.labelled.chunks import chunks
from data.labelled.config import Labelled
from data.labelled.index import Index
from data.labelled.roles import Declared
from data.opening.paths import named_files
from data.partitions.window import Window
from data.synthetic.inapp import InAppLog, write_inapp
from data.synthetic.inapp.dirt import FAULTS
from pipeline.store.store import Store
from pipeline.store.task import RawFile
from pipeline.tasks.labelled import LabelledIndex, LabelledRows
from pipeline.tasks.labelled_lifetimes import LabelTable

TABLE = Labelled(
    labels={"7": "iap_revenue_d7", "14": "iap_revenue_d14", "28": "iap_revenue_d28"},
    outcomes=("buyer_d*", "buy_d*", "registration", "retention*"),
    max_parts_aside=0.2,
    max_quarantine=0.02,
)
DECLARED = Declared(("country", "release_msrp", "iap_revenue_usd_*", "num_buys_*", "cpm", "rwd_prank", "last_buy*"))


@pytest.fixture(scope="module")
def log(tmp_path_factory):
    """A log with every fault in it: of each hour the last of two parts has one."""
    folder = tmp_path_factory.mktemp("labelled") / "log"
    write_inapp(InAppLog(rows=2_000, hours=10, test_rows=600, test_hours=10, dirt=True, seed=4), folder)
    return folder


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path / "work", lambda line: None)


def index_task(log, side="train", window=None, table=TABLE, known=None):
    found = named_files(str(log / side), side)
    return LabelledIndex.of(found, table, window or Window(), DECLARED, labelled=side == "train", known=known)


def made(store, task, name="index"):
    artifact = store.make(name, task)
    return artifact, json.loads((artifact.path / "summary.json").read_text())


def test_counts_add_up_whatever_is_wrong(log, store):
    task = index_task(log)
    index, looked = made(store, task)
    rows, summary = made(store, LabelledRows(index, task.files, TABLE), "rows")
    assert {one["why"].split(" (")[0] for one in summary["parts_aside"]} == {
        "it lacks `iap_revenue_d7`",
        "not a whole parquet file",
        "it has no byte",
    }
    assert looked["parts"] + len(summary["parts_aside"]) == 20
    assert looked["rows"] == looked["read"] + sum(looked["left"].values())
    assert looked["read"] == summary["kept"] + sum(summary["quarantined"].values()) + summary["damaged"]
    bad = range(hour_rows(log, FAULTS.index("bad rows")))
    assert looked["left"] == {"no key": len(bad[2::50])}
    assert summary["quarantined"] == {
        "`iap_revenue_d7` is not finite": len(bad[4::50]),
        "`iap_revenue_d28` is below 0": len(bad[5::50]),
        "`iap_revenue_d14` is below `iap_revenue_d7`": len(bad[6::50]),
    }
    texts = range(hour_rows(log, FAULTS.index("texts")))
    assert summary["nulled"] == {"release_msrp": {"no number": len(texts[2::50])}}
    table = pl.read_parquet(rows.path / "rows" / "*.parquet")
    assert table.height == summary["kept"] == table["row_id"].n_unique()
    listed = pl.read_parquet(rows.path / "quarantine.parquet")
    assert listed.height == sum(summary["quarantined"].values())
    assert listed["part"].n_unique() == 1
    columns = pl.read_csv(rows.path / "columns.csv")
    assert columns.height == 84 + 1  # and what one part alone has
    assert columns.filter(pl.col("became").str.contains("never a feature")).height == 17
    missing = dict(columns.select("name", "missing").iter_rows())
    assert missing["cpm"] == pytest.approx(table["cpm"].null_count() / table.height, abs=1e-6)
    warned = [one["check"] for one in json.loads((index.path / "warnings.json").read_text())]
    assert warned == ["parts_aside", "rows_aside", "undeclared_columns"]


def hour_rows(log, fault):
    """The rows of the part that has a fault."""
    hour = f"datetime=2025-10-01-{fault:02d}-00"
    return pl.scan_parquet(next((log / "train" / hour).glob("part-00001*"))).select(pl.len()).collect().item()


def test_rows_to_score_in_chunks_have_the_types_of_those_learnt_from(log, store):
    index, _ = made(store, index_task(log))
    asked, summary = made(store, index_task(log, "test", known=index), "asked")
    found = Index.load(asked.path)
    whole = pl.concat(list(chunks(found, TABLE, 10_000)))
    assert whole.height == summary["read"] == found.rows
    assert pl.concat(list(chunks(found, TABLE, 37))).equals(whole)
    assert whole.schema == pl.Schema(
        {"row_id": pl.String, "datetime": pl.Datetime("ms")} | dict(Index.load(index.path).schema)
    )


def test_what_lies_outside_the_window_changes_nothing(log, store, tmp_path):
    window = Window("2025-10-01-00-00", "2025-10-01-02-00")
    task = index_task(log, window=window)
    first, summary = made(store, task)
    assert summary["parts"] == 6
    other = replace(TABLE, test=Window(first="2025-10-05-00-00"), train=Window(last="2025-10-01-01-00"))
    again = store.make("index", index_task(log, window=window, table=other))
    assert not first.fresh
    assert again.fresh


def test_batches_change_no_byte_of_rows(log, store):
    contents = []
    for rows in (50_000, 23):
        table = replace(TABLE, batch_rows=rows)
        task = index_task(log, table=table, window=Window(last="2025-10-01-05-00"))
        index = store.make(f"index{rows}", task)
        made_rows = store.make(f"rows{rows}", LabelledRows(index, task.files, table))
        contents.append(pl.read_parquet(made_rows.path / "rows" / "*.parquet"))
    assert contents[0].equals(contents[1])


def test_too_many_bad_rows_stop_and_are_kept_to_be_looked_at(log, store):
    hour = f"2025-10-01-{FAULTS.index('bad rows'):02d}-00"
    task = index_task(log, window=Window(hour, hour), table=replace(TABLE, max_quarantine=0.05))
    index = store.make("index", task)
    with pytest.raises(
        BadInputError, match=r"rows are bad .*over `max_quarantine` 1\.00%.*; see quarantine\.parquet\."
    ):
        store.make("rows", LabelledRows(index, task.files, replace(TABLE, max_quarantine=0.01)))
    assert pl.read_parquet(store.root / "quarantine.parquet").height > 0


def test_a_cap_on_rows_and_partitions(log, store):
    window = Window(max_rows=100, max_partitions=2)
    task = index_task(log, window=window, table=replace(TABLE, max_parts_aside=0.5))
    index, summary = made(store, task)
    assert summary["parts"] + len(summary["parts_aside"]) == 4
    assert summary["read"] == 100
    assert Index.load(index.path).rows == 100


def test_shares_of_folders_and_files_are_told(log):
    task = index_task(log, window=Window(last="2025-10-01-07-00", share_of_partitions=0.6, max_parts=1))
    (told,) = task.outside
    assert len(task.files) + len(task.empty) == 20 - told.counts["files"]
    assert 1 <= 10 - told.counts["partitions"] < 8
    assert told.said.startswith(
        f"{told.counts['files']} of 20 files of `train` are not read (outside the window 4, not in `share_of"
    )


def test_a_partition_outside_the_window_builds_nothing_again(log, store, tmp_path):
    shutil.copytree(log, tmp_path / "log")
    window = Window("2025-10-01-00-00", "2025-10-01-02-00", max_partitions=9)
    before, summary = made(store, index_task(tmp_path / "log", window=window))
    assert summary["window"]["partitions"] == 3
    assert (summary["window"]["first"], summary["window"]["last"]) == ("2025-10-01-00-00", "2025-10-01-02-00")
    later = tmp_path / "log" / "train" / "datetime=2025-11-01-00-00"
    later.mkdir()
    (later / "part-0.parquet").write_bytes(b"no parquet")
    task = index_task(tmp_path / "log", window=window)
    assert task.outside[0].counts["of_partitions"] == 11
    assert store.make("index", task).fresh
    assert task.window == Window(window.first, window.last)
    assert not before.fresh


def test_a_sample_of_owners_takes_all_of_their_rows_or_none(log, store):
    every, _ = made(store, index_task(log), "every")
    rows = pl.concat(list(chunks(Index.load(every.path), TABLE, 10_000)))
    countries = rows["country"].value_counts()
    table = replace(TABLE, owner="country")
    for window in (Window(sample=0.5), Window(max_rows=600)):
        some, summary = made(store, index_task(log, window=window, table=table), f"some{window.sample}")
        kept = pl.concat(list(chunks(Index.load(some.path), table, 10_000)))["country"].value_counts()
        whole = kept.join(countries, on="country", suffix="_every", nulls_equal=True).drop_nulls()
        assert 0 < whole.height < countries.height
        assert (whole["count"] == whole["count_every"]).all()
        assert summary["read"] <= (window.max_rows or len(rows))


def test_no_file_in_the_window(log):
    with pytest.raises(AisleError, match="none of 20 files lies between 2026-01-01-00-00 and the last"):
        index_task(log, window=Window(first="2026-01-01-00-00"))


def test_labels_of_a_table_beside_the_rows(store, tmp_path):
    (tmp_path / "labels.csv").write_text(
        "row_id,iap_revenue_d7,iap_revenue_d14\n007,1,2\n8,0,0\n9,2,1\n,1,1\n007,3,3\n"
    )
    truth = store.make("truth", LabelTable(RawFile(tmp_path / "labels.csv"), TABLE))
    assert pl.read_parquet(truth.path / "truth.parquet").rows(named=True) == [
        {"key": "007", "target__d7": 1.0, "target__d14": 2.0, "target__d28": None},
        {"key": "8", "target__d7": 0.0, "target__d14": 0.0, "target__d28": None},
    ]
    (warned,) = json.loads((truth.path / "warnings.json").read_text())
    assert warned["rows"] == 3
    assert warned["said"] == (
        "3 of 5 rows of the table of labels are set aside (`iap_revenue_d14` is below `iap_revenue_d7` 1, no key 1, "
        "repeated key 1)."
    )
