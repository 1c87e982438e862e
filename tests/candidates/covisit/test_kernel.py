from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.covisit import kernel as covisit_kernel
from candidates.covisit.log import open_log
from candidates.covisit.member import CoVisit
from candidates.covisit.source import CoVisits
from candidates.source import Fitted, History
from data.schema import TYPES, Events, Neighbours
from tests.oracle import covisit
from tests.oracle.frames import at, events, shuffled

VISITS = st.lists(
    st.tuples(st.integers(0, 6), st.integers(0, 90), st.sampled_from(TYPES)), min_size=1, max_size=12
)  # item, minute, type
LOGS = st.lists(VISITS, min_size=1, max_size=6).map(
    lambda log: [sorted(visits, key=lambda visit: visit[1]) for visits in log]
)
SOME_TYPES = st.lists(st.sampled_from(TYPES), min_size=1, max_size=2, unique=True).map(tuple)
MEMBERS = st.builds(
    CoVisit,
    window=st.integers(1, 100).map(lambda minutes: timedelta(minutes=minutes)),
    recent=st.sampled_from([None, timedelta(minutes=60), timedelta(minutes=80)]),
    last_events=st.integers(1, 13),
    max_gap=st.integers(1, 13),
    gap_power=st.sampled_from([0.0, 0.5, 1.0]),
    half_life=st.sampled_from([None, *(timedelta(minutes=m) for m in (2, 45, 600))]),
    apart_half_life=st.sampled_from([None, timedelta(minutes=7)]),
    forward_only=st.booleans(),
    type_weights=st.sampled_from([None, {"clicks": 0}, {"clicks": 1, "carts": 6.5, "orders": 3}]),
    from_types=st.just(TYPES) | SOME_TYPES,
    to_types=st.just(TYPES) | SOME_TYPES,
    session_share=st.sampled_from(["none", "length", "log"]),
    normalise=st.sampled_from(["raw", "conditional", "cosine", "pmi", "idf"]),
    keep_self=st.booleans(),
    neighbours=st.integers(1, 7),
)
UNTIL = 100


def table(log):
    return events(*((s, *visit) for s, visits in enumerate(log) for visit in visits))


def fit(source, history, until=UNTIL):
    """Each member's table, and the folder's files as they were left."""
    with TemporaryDirectory() as folder:
        fitted = source.fit(History(history.lazy(), at(until)), {}, Path(folder))
        found = {name: Fitted(fitted.folder / name).table("neighbours").collect() for name in source.members}
        files = {str(f.relative_to(folder)): f.read_bytes() for f in Path(folder).rglob("*") if f.is_file()}
        return found, files


@settings(max_examples=60, deadline=None)
@given(log=LOGS, members=st.lists(MEMBERS, min_size=1, max_size=4), threads=st.integers(1, 3))
def test_equals_the_polars_form(log, members, threads):
    source = CoVisits(members={f"m{i}": member for i, member in enumerate(members)}, threads=threads)
    found, files = fit(source, table(log))
    assert files.keys() == {f"m{i}/neighbours.parquet" for i in range(len(members))}
    for member, neighbours in zip(members, found.values(), strict=True):
        Neighbours.validate(neighbours)
        assert neighbours.equals(covisit.neighbours(member, table(log), at(UNTIL)))


def big(sessions=1_000, items=5_000):
    rng = np.random.default_rng(3)
    rows = [(int(i), int(m), TYPES[k]) for i, m, k in rng.integers(0, (items, 5_000, 3), (sessions * 20, 3))]
    return table([sorted(rows[s : s + 20], key=lambda visit: visit[1]) for s in range(0, len(rows), 20)])


def test_small_memory_threads_and_the_sessions_order_do_not_matter(monkeypatch):
    monkeypatch.setattr(covisit_kernel, "GROUP", 1_000)  # rows of a parquet group: several ranges, several groups
    hours = timedelta(hours=17)
    members = {n: CoVisit(normalise=n, window=hours, half_life=hours, neighbours=60) for n in ("cosine", "pmi", "raw")}
    members["cosine"] = CoVisit(window=timedelta(hours=1), forward_only=True, neighbours=5)
    log = big()
    whole, files = fit(CoVisits(members=members, memory_mib=64), log, 6_000)
    assert whole["raw"].height > 10_000
    for name, member in members.items():
        assert whole[name].equals(covisit.neighbours(member, log, at(6_000)))
    for memory_mib, threads in ((1, 1), (1, 3), (64, 4)):
        again = CoVisits(members=members, memory_mib=memory_mib, threads=threads)
        assert fit(again, shuffled(log, "session"), 6_000)[1] == files


def test_log_in_several_chunks(monkeypatch, tmp_path):
    monkeypatch.setattr("candidates.covisit.log.CHUNK", 7)
    history = table([[(i % 5, i, "carts") for i in range(n)] for n in (9, 1, 20, 3)])
    with open_log(history.lazy(), tmp_path / "log") as log:
        assert log.offsets.tolist() == [0, 9, 10, 30, 33]
        assert (log.events & 2**30 - 1).tolist() == history["item"].to_list()
        assert set((log.events >> 30).tolist()) == {1}
        assert log.ts.tolist() == history["ts"].dt.epoch("ms").to_list()
        assert log.items == 5
    assert not (tmp_path / "log").exists()


def test_refuses_codes_of_more_than_30_bits(tmp_path):
    history = events((0, 2**30, 0, "clicks"))
    with pytest.raises(ValueError, match=f"`item` must lie below {2**30}"), open_log(history.lazy(), tmp_path / "log"):
        pass
    assert not (tmp_path / "log").exists()


def test_nothing_in_nothing_out():
    found, _ = fit(CoVisits(), pl.DataFrame(Events.create_empty()))
    assert found["covisit"].is_empty()
    assert found["covisit"].schema == pl.Schema(covisit_kernel.SCHEMA)
    assert fit(CoVisits(), events((0, 1, 0, "clicks")))[0]["covisit"].is_empty()
