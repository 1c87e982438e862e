import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candidates.source import Fitted, History
from candidates.sources import chain as chain_module
from candidates.sources.chain import Chain
from data.schema import Neighbours
from tests.oracle.frames import at, events, prefixes

EDGES = st.dictionaries(
    st.tuples(st.integers(0, 5), st.integers(0, 5)), st.integers(1, 8).map(float), min_size=1, max_size=20
)


def base_of(edges, folder):
    """A fitted source whose neighbour table holds these edges, best first."""
    rows = sorted(((i, j, -w) for (i, j), w in edges.items()), key=lambda row: (row[0], row[2], row[1]))
    table = pl.DataFrame(rows, schema={"item": pl.UInt32, "neighbour": pl.UInt32, "score": pl.Float32}, orient="row")
    table = table.with_columns(
        rank=pl.int_range(1, pl.len() + 1).over("item").cast(pl.UInt16), score=-pl.col("score")
    ).select(Neighbours.column_names())
    folder.mkdir(parents=True, exist_ok=True)
    table.write_parquet(folder / "neighbours.parquet")
    return Fitted(folder)


def walked(source, edges, folder):
    history = History(events((0, 1, 0, "clicks")).lazy(), at(10))
    into = folder / "chain"
    into.mkdir(exist_ok=True)
    fitted = source.fit(history, {"covisit": base_of(edges, folder / "base")}, into)
    return {row[:2]: row[3] for row in fitted.table("neighbours").collect().rows()}


def onward(now, edges, beam):
    """One step by hand: the beam's neighbours by their share."""
    found = {}
    for (start, through), so_far in now.items():
        best = sorted(((w, -j) for (i, j), w in edges.items() if i == through), reverse=True)[:beam]
        total = sum(w for w, _ in best)
        for w, j in best:
            found[start, -j] = found.get((start, -j), 0.0) + so_far * w / total
    return found


def test_two_steps_by_hand(tmp_path):
    edges = {(1, 2): 3.0, (1, 3): 1.0, (2, 4): 1.0, (3, 4): 1.0, (3, 1): 1.0}
    found = walked(Chain(), edges, tmp_path)
    assert found[1, 4] == pytest.approx(0.75 + 0.25 * 0.5)
    assert found[1, 1] == pytest.approx(0.25 * 0.5)
    assert (1, 2) not in found


@settings(max_examples=40, deadline=None)
@given(EDGES, st.integers(1, 3), st.sampled_from([1, 2, 50_000]))
def test_equals_walking_by_hand(tmp_path_factory, edges, beam, block):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(chain_module, "ITEMS_AT_ONCE", block)
        found = walked(Chain(beam=beam, neighbours=50), edges, tmp_path_factory.mktemp("walk"))
    one = onward({(i, i): 1.0 for i, _ in edges}, edges, beam)
    assert found == pytest.approx(onward(one, edges, beam), abs=1e-5)


def test_three_steps_go_further(tmp_path):
    edges = {(1, 2): 1.0, (2, 3): 1.0, (3, 4): 1.0}
    assert walked(Chain(hops=3), edges, tmp_path) == {(1, 4): pytest.approx(1.0)}


def test_a_chain_names_its_base():
    assert Chain(base="near").needs == ("near",)


def test_recall_is_what_is_reached(tmp_path):
    into = tmp_path / "chain"
    into.mkdir()
    base = base_of({(1, 2): 1.0, (2, 3): 1.0}, tmp_path / "base")
    fitted = Chain().fit(History(events((0, 1, 0, "clicks")).lazy(), at(10)), {"covisit": base}, into)
    proposals = Chain().recall(prefixes((0, 1, 0, "clicks")).lazy(), fitted, 5)["chain"].collect()
    assert proposals["item"].to_list() == [3]


@pytest.mark.parametrize(("setting", "message"), [({"hops": 4}, "`hops` must be 2 or 3"), ({"beam": 0}, "`beam`")])
def test_wrong_settings(setting, message):
    with pytest.raises(ValueError, match=message):
        Chain(**setting)
