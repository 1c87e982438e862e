"""A log is read once, laid into its shards as it comes, and never held whole, whatever its keys turn out to be."""

from dataclasses import replace

import polars as pl
import pytest

from data.formats import LogFormat
from data.quality import Quality
from data.readers.otto_jsonl import OTTO_JSONL
from data.sessions import Sessions
from data.tables import scan
from pipeline.store.task import RawFile
from pipeline.tasks import log_parts
from pipeline.tasks.ingest import Ingest
from pipeline.tasks.log import LogTables
from pipeline.tasks.log_parts import LogParts

ROWS = [(f"s{n % 40}", n % 11, n, "clicks" if n % 5 else "orders") for n in range(400)]


def rows_of(log):
    keys = pl.read_parquet(log.path / "keys" / "session.parquet").select("code", key=pl.col("key").cast(pl.String))
    events = scan(log.path / "events").select("session", "item", "ts", "type").collect()
    return sorted(events.join(keys, left_on="session", right_on="code").rows())


def tables_of(log):
    names = [path for path in log.path.rglob("*.parquet") if path.parent.name != "events"]
    return {str(path.relative_to(log.path)): path.read_bytes() for path in names}


@pytest.fixture
def few_at_once(monkeypatch):
    monkeypatch.setattr(log_parts, "AT_ONCE", 50)


def test_every_batch_is_read_once_and_no_more_than_a_shard_is_collected(build, monkeypatch, few_at_once):
    read, collected = [], []

    def counted(path, form):
        for batch in OTTO_JSONL.read(path, form):
            read.append(batch.height)
            yield batch

    def rows(parts, shard, columns=None):
        collected.append((shard, columns is None, len(found := usual(parts, shard, columns))))
        return found

    def times_alone(parts, columns=None):
        assert set(columns) <= {"row", "ts"}
        return usual_scan(parts, columns)

    usual, usual_scan = LogParts.rows, LogParts.scan
    monkeypatch.setattr(LogParts, "rows", rows)
    monkeypatch.setattr(LogParts, "scan", times_alone)
    file = build.folder / "log.jsonl"
    events = ",".join(f'{{"aid":{n % 7},"ts":{1_700_000_000_000 + n},"type":"clicks"}}' for n in range(20))
    file.write_text("".join(f'{{"session":{n},"events":[{events}]}}\n' for n in range(60)))
    how = Ingest(replace(OTTO_JSONL, read=counted), LogFormat(batch_rows=100), Sessions(), Quality(), 8)
    build("log", LogTables((RawFile(file),), None, how, None, "bad-rows.parquet"))
    assert sum(read) == 1_200
    assert len(read) > 3
    whole = [(shard, height) for shard, all_columns, height in collected if all_columns]
    assert [shard for shard, _ in whole] == list(range(8))
    assert sum(height for _, height in whole) == 1_200
    assert max(height for _, height in whole) < 400


@pytest.mark.parametrize("shards", [3, 8])
@pytest.mark.parametrize("batch_rows", [7, 1_000])
def test_shards_and_batches_change_nothing(build, few_at_once, shards, batch_rows):
    raw = build.raw("raw", *ROWS, price=pl.Series([None] * 390 + [1.5] * 10), category=pl.Series(["a", None] * 200))
    one = build.log("one", raw)
    many = build.log("many", raw, shards=shards, batch_rows=batch_rows)
    assert rows_of(many) == rows_of(one)
    assert tables_of(many) == tables_of(one)


@pytest.mark.parametrize("keys", [(lambda n: n, str), (str, lambda n: f"{n}.0"), (str, lambda n: f"x{n}")])
def test_owners_find_their_shard_again_where_files_write_them_in_two_ways(build, few_at_once, keys):
    files = [
        build.raw(f"raw{place}", *((write(n % 30), n % 5, n + 200 * place, "clicks") for n in range(200)))
        for place, write in enumerate(keys)
    ]
    one, many = build.log("one", *files), build.log("many", *files, shards=4)
    assert rows_of(many) == rows_of(one)
    assert tables_of(many) == tables_of(one)
    shards = [pl.read_parquet(file)["session"].unique() for file in sorted((many.path / "events").iterdir())]
    assert pl.concat(shards).is_unique().all()
    assert sum(len(shard) > 0 for shard in shards) > 1
