import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from polars.testing import assert_frame_equal
from scipy.sparse import csr_matrix

from candidates.algorithms.factor_training import FoldIn, train_als
from candidates.source import Fitted
from candidates.sources.matrix_factorisation import MatrixFactorisation
from data.schema import Prefixes, Proposals
from tests.oracle.frames import at, events, prefixes, random_events, shuffled

ROOT = Path(__file__).resolve().parents[3]
UNTIL = at(4 * 24 * 60)
ALS = MatrixFactorisation(model="als", factors=8, iterations=10, alpha=10.0, regularization=0.5)
BPR = MatrixFactorisation(model="bpr", factors=8, iterations=100)
BOTH = pytest.mark.parametrize("source", [ALS, BPR], ids=["als", "bpr"])

REFIT = """
import sys
from pathlib import Path
from candidates.sources.matrix_factorisation import MatrixFactorisation
from candidates.source import History
from tests.oracle.frames import at, random_events
for model in ("als", "bpr"):
    folder = Path(sys.argv[1]) / model
    folder.mkdir()
    source = MatrixFactorisation(model=model, factors=8, iterations=5)
    source.fit(History(random_events(1).lazy(), at(4 * 24 * 60)), {}, folder)
"""


def contents(fitted):
    return {file.name: file.read_bytes() for file in fitted.folder.iterdir()}


def placed(folder, vectors):
    """A fitted source of given factors by item."""
    folder.mkdir(exist_ok=True)
    pl.DataFrame({"item": sorted(vectors)}, schema={"item": pl.UInt32}).write_parquet(folder / "items.parquet")
    np.save(folder / "factors.npy", np.array([vectors[item] for item in sorted(vectors)], dtype=np.float32))
    return Fitted(folder)


def proposals(source, asked, fitted, k):
    return source.recall(asked.lazy(), fitted, k)[source.name].collect()


def two_clusters():
    """Sessions of four items each, of 0-5 if the session's number is even, of 10-15 if it is odd."""
    dice = np.random.default_rng(1)
    rows = []
    for session in range(200):
        items = dice.permutation(6)[:4] + 10 * (session % 2)
        rows += [(session, int(item), minute, "clicks") for minute, item in enumerate(items)]
    return events(*rows)


@pytest.mark.parametrize("cosine", [True, False])
@BOTH
def test_proposes_the_cluster_of_the_session(fit, tmp_path, source, cosine):
    source = replace(source, factors=2, cosine=cosine)
    fitted = fit(source, [two_clusters()], UNTIL, tmp_path)
    asked = prefixes((0, 3, 0, "clicks"), (0, 99, 1, "clicks"), (1, 12, 0, "clicks"), (1, 15, 0, "clicks"))
    found = proposals(source, asked, fitted, 6)
    assert {row for row in found.select("query", "item").rows() if row[0] == 0} == {(0, item) for item in range(6)}
    assert {row for row in found.select("query", "item").rows() if row[0] == 1} == {(1, 10 + i) for i in range(6)}


def ridge(factors, confidences, regularization):
    """The session that explains its visits best, in numpy: Hu et al., equation 4."""
    wide = factors.astype(np.float64)
    all_confidences = np.where(confidences > 0, confidences, 1.0)
    left = wide.T @ np.diag(all_confidences) @ wide + regularization * np.eye(wide.shape[1])
    return np.linalg.solve(left, wide.T @ confidences)


@pytest.mark.parametrize("cosine", [True, False])
def test_als_sessions_are_the_closed_form_solution(fit, tmp_path, cosine):
    source = replace(ALS, cosine=cosine)
    fitted = fit(source, [random_events(1)], UNTIL, tmp_path)
    factors = np.load(tmp_path / "factors.npy")
    assert fitted.table("items").collect()["item"].to_list() == list(range(12))
    asked = prefixes((0, 3, 0, "clicks"), (0, 5, 1, "carts"), (0, 3, 2, "clicks"), (4, 7, 0, "clicks"))
    found = proposals(source, asked, fitted, 12)
    compared = factors / np.linalg.norm(factors, axis=1, keepdims=True) if cosine else factors
    confidences = {0: np.zeros(12), 4: np.zeros(12)}
    confidences[0][[3, 5]] = 1 + 10 * np.array([1 + 0.25, 0.5])  # the latest click and the first, two events ago
    confidences[4][7] = 1 + 10
    for query, its in confidences.items():
        scores = compared @ ridge(factors, its, 0.5)
        mine = found.filter(pl.col("query") == query)
        assert mine["item"].to_list() == np.argsort(-scores).tolist()
        np.testing.assert_allclose(mine["score"], np.sort(scores)[::-1], atol=1e-4)


def test_folding_in_gives_a_trained_model_s_sessions():
    """With the items' factors held, as `recalculate_user` of the model that trained them, one by one or all at once."""
    from implicit.cpu.als import AlternatingLeastSquares
    from threadpoolctl import threadpool_limits

    dice = np.random.default_rng(1)
    visits = csr_matrix(np.where(dice.random((30, 20)) < 0.2, 11, 0).astype(np.float32))
    factors = train_als(visits, ALS)
    with threadpool_limits(1, "blas"):
        trained = AlternatingLeastSquares(8, 0.5, 1.0, iterations=10, num_threads=1, random_state=1)
        trained.fit(visits, show_progress=False)
        expected = trained.recalculate_user(np.arange(30), visits)
    np.testing.assert_array_equal(factors, trained.item_factors)
    np.testing.assert_array_equal(FoldIn(factors, ALS)(visits), expected)
    alone = [FoldIn(factors, ALS)(visits[row]) for row in range(30)]
    np.testing.assert_array_equal(np.concatenate(alone), expected)


PLACES = {2: [1, 0], 5: [0, 4], 7: [-1, 0], 9: [0.6, 0.8]}


@pytest.mark.parametrize(
    ("cosine", "expected"),
    [
        (True, [(3, 2, 1, 0.8), (3, 9, 2, 0.64), (3, 5, 3, 0.2), (3, 7, 4, -0.8)]),  # from (.8, .2)
        (False, [(3, 5, 1, 3.2), (3, 9, 2, 1.12), (3, 2, 3, 0.8), (3, 7, 4, -0.8)]),  # from (.8, .8)
    ],
)
def test_bpr_compares_with_the_mean_of_the_session(tmp_path, cosine, expected):
    source = replace(BPR, factors=2, decay=0.5, cosine=cosine)
    asked = prefixes((3, 5, 0, "clicks"), (3, 88, 1, "clicks"), (3, 2, 2, "clicks"), (4, 88, 0, "clicks"))
    # a quarter of 5 and all of 2, over 1.25; nobody knows 88
    found = proposals(source, asked, placed(tmp_path, PLACES), 9).rows()
    assert found == [(*row[:3], pytest.approx(row[3], abs=1e-6)) for row in expected]


def test_only_the_latest_events_count(fit, tmp_path):
    source = MatrixFactorisation(model="bpr", factors=2, last_events=1)
    fitted = placed(tmp_path, {2: [1, 0], 5: [0, 1]})
    found = proposals(source, prefixes((0, 5, 0, "clicks"), (0, 2, 1, "clicks")), fitted, 9)
    assert found.rows() == [(0, 2, 1, 1.0), (0, 5, 2, 0.0)]


@BOTH
def test_rare_items_and_those_without_company_have_no_factors(fit, tmp_path, source):
    rare = events(
        *((900, 50, 0, "clicks"), (900, 1, 1, "clicks"), (900, 51, 2, "clicks"), (900, 51, 3, "clicks")),  # 50 is rare
        *((901, 52, 0, "clicks"), (901, 52, 1, "clicks"), (902, 52, 1, "clicks")),  # 52 has no company
    )
    fitted = fit(source, [random_events(1), rare], UNTIL, tmp_path)
    assert fitted.table("items").collect()["item"].to_list() == [*range(12), 51]


def test_types_that_weigh_nothing_are_no_visits(fit, tmp_path):
    source = MatrixFactorisation(factors=2, iterations=1, min_count=1, type_weights={"carts": 2.0})
    history = events((0, 1, 0, "carts"), (0, 2, 1, "carts"), (0, 3, 2, "clicks"), (1, 4, 2, "carts"))
    fitted = fit(source, [history], UNTIL, tmp_path)
    assert fitted.table("items").collect()["item"].to_list() == [1, 2]
    asked = prefixes((0, 1, 0, "clicks"), (1, 1, 0, "carts"))
    assert proposals(source, asked, fitted, 9)["query"].unique().to_list() == [1]


def test_confidence_is_alpha_times_the_type_s_weight(fit, tmp_path):
    one, two, three = (
        MatrixFactorisation(model="als", iterations=2, factors=4, alpha=alpha, type_weights=weights)
        for alpha, weights in [
            (10.0, {"clicks": 1.0, "carts": 3.0}),
            (5.0, {"clicks": 2.0, "carts": 6.0}),
            (10.0, {"clicks": 1.0, "carts": 2.0}),
        ]
    )
    written = [contents(fit(s, [random_events(1)], UNTIL, tmp_path / str(i))) for i, s in enumerate((one, two, three))]
    assert written[0] == written[1] != written[2]


@BOTH
@pytest.mark.parametrize("k", [1, 4, 100])
def test_proposals_keep_the_contract(fit, tmp_path, source, k):
    asked = prefixes((0, 3, 5, "clicks"), (0, 4, 6, "carts"), (1, 99, 6, "clicks"), (2, 5, 1, "clicks"))
    found = proposals(source, asked, fit(source, [random_events(1)], UNTIL, tmp_path), k)
    Proposals.validate(found)
    assert found.group_by("query").len().sort("query").rows() == [(0, min(k, 12)), (2, min(k, 12))]
    assert_frame_equal(found, found.sort(["query", "score", "item"], descending=[False, True, False]))


def test_same_bytes_in_any_process_and_order(fit, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    environment = os.environ | {"PYTHONHASHSEED": "1", "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "-c", REFIT, str(folder)], check=True, env=environment, cwd=ROOT)
    for model in ("als", "bpr"):
        source = MatrixFactorisation(model=model, factors=8, iterations=5)
        one = contents(fit(source, [random_events(1)], UNTIL, tmp_path / f"{model} one"))
        two = contents(fit(source, [shuffled(random_events(1), "session")], UNTIL, tmp_path / f"{model} two"))
        assert one == two == contents(Fitted(folder / model))
        assert set(one) == {"items.parquet", "factors.npy"}


def test_als_is_the_same_with_several_threads(fit, tmp_path):
    one, two = (
        contents(fit(MatrixFactorisation(model="als", threads=n), [random_events(1)], UNTIL, tmp_path / str(n)))
        for n in (1, 2)
    )
    assert one == two


@BOTH
def test_seed_matters(fit, tmp_path, source):
    other = MatrixFactorisation(model=source.model, factors=8, iterations=source.iterations, seed=2)
    one, two = (contents(fit(s, [random_events(1)], UNTIL, tmp_path / str(s.seed))) for s in (source, other))
    assert one != two


@BOTH
@pytest.mark.parametrize(
    "history",
    [(), ((0, 1, 0, "clicks"), (0, 2, 1, "clicks")), ((0, 1, 0, "clicks"), (0, 1, 1, "clicks"))],
    ids=["nothing", "all rare", "one item"],
)
def test_nothing_to_learn_proposes_nothing(fit, tmp_path, source, history):
    fitted = fit(source, [events(*history)], UNTIL, tmp_path)
    assert fitted.table("items").collect().is_empty()
    found = proposals(source, prefixes((0, 1, 0, "clicks")), fitted, 5)
    Proposals.validate(found)
    assert found.is_empty()


@BOTH
def test_nothing_asked_gives_nothing(fit, tmp_path, source):
    fitted = fit(source, [random_events(1)], UNTIL, tmp_path)
    found = proposals(source, pl.DataFrame(Prefixes.create_empty()), fitted, 5)
    Proposals.validate(found)
    assert found.is_empty()


@pytest.mark.parametrize("name", ["factors", "iterations", "min_count", "last_events", "threads"])
def test_refuses_counts_below_one(name):
    with pytest.raises(ValueError, match=f"`{name}` must be at least 1, got 0."):
        MatrixFactorisation(**{name: 0})


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("model", "svd", "`model` must be als or bpr, got 'svd'"),
        ("regularization", 0.0, "`regularization` must be a number above 0, got 0.0"),
        ("alpha", float("nan"), "`alpha` must be a number above 0, got nan"),
        ("learning_rate", float("inf"), "`learning_rate` must be a number above 0, got inf"),
        ("decay", 0.0, "`decay` must lie above 0 and at most at 1, got 0.0"),
        ("seed", -1, "`seed` must lie from 0 to"),
        ("type_weights", {"likes": 1.0}, "`type_weights` must give"),
    ],
)
def test_refuses_what_makes_no_sense(name, value, message):
    with pytest.raises(ValueError, match=message):
        MatrixFactorisation(**{name: value})
