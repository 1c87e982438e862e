"""RecTools' two-stage model on a run's tables; run by `benchmarks.peers` in an environment of its own.

Sessions are RecTools' users. Three of its generators propose (item kNN, ALS, what is popular this week), CatBoost
reranks. The reranker learns from EVENTS alone: sessions that begin in their last week are cut at a random event. Then
the generators learn once more, from EVENTS and the test prefixes together, since RecTools answers users that it knows.
"""

import argparse
import json
import resource
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from catboost import CatBoostClassifier
from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from pyarrow import parquet
from rectools.dataset import Dataset, Interactions
from rectools.dataset.identifiers import ExternalIds
from rectools.model_selection import Splitter
from rectools.models import ImplicitALSWrapperModel, ImplicitItemKNNWrapperModel, PopularModel
from rectools.models.ranking import (
    CandidateFeatureCollector,
    CandidateGenerator,
    CandidateRankingModel,
    CatBoostReranker,
    PerUserNegativeSampler,
)

from benchmarks.rectools_frames import WEEK, as_interactions, asked, liked, seen, shown_and_hidden, told_of
from benchmarks.timed import timed

Fold = dict[str, Any] | None
TOP, AT_ONCE, THREADS, SEED = 20, 10_000, 2, 1
NEIGHBOURS, FACTORS, ROUNDS = 50, 64, 10  # as the peers that are implicit alone
NEGATIVES = 20


def main() -> int:
    """Learn, answer, and leave lists.parquet and taken.json in the folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="a working directory of benchmarks.scale")
    parser.add_argument("--out", type=Path, required=True, help="an empty folder")
    asking = parser.parse_args()
    warnings.simplefilter("ignore")
    events = _read(asking.run / "log" / "events", "session", "item", "ts", "type")
    prefixes = _read(asking.run / "test/fold/prefixes", "query", "position", "item", "ts", "type")
    taken = {"cpu": 0.0}
    rows = as_interactions(events, prefixes.sort_values(["query", "position"]))
    lists = two_stages(rows, asked(events), taken)
    lists.to_parquet(asking.out / "lists.parquet", index=False)
    taken["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    (asking.out / "taken.json").write_text(json.dumps(taken) + "\n")
    return 0


def _read(folder: Path, *columns: str) -> pd.DataFrame:
    table = parquet.read_table(folder, columns=list(columns))
    signed = table["type"].cast(pa.dictionary(pa.int8(), pa.string()))  # pandas has no unsigned categories
    return table.set_column(table.column_names.index("type"), "type", signed).to_pandas()


def two_stages(rows: pd.DataFrame, first: int, taken: dict[str, float]) -> pd.DataFrame:
    """Lists of all queries with a prefix: query, item, rank.

    Parameters
    ----------
    rows
        `as_interactions`.
    first
        The user that query 0 is.
    taken
        What it takes is told here: learn and answer (seconds), and added to what stands as cpu (seconds).
    """
    with timed("learn", taken):
        everything = Dataset.construct(rows, keep_extra_cols=True)
        model = _model()
        known = Dataset.construct(rows[rows["user_id"] < first], keep_extra_cols=True)
        model.fit(known, refit_candidate_generators=False)
        for generator in model.cand_gen_dict.values():
            generator.fit(everything, for_train=False)
    with timed("answer", taken):
        users = np.unique(rows["user_id"])
        users = users[users >= first]
        portions = [users[at : at + AT_ONCE] for at in range(0, len(users), AT_ONCE)]
        lists = pd.concat([model.recommend(some, everything, TOP, filter_viewed=False) for some in portions])
    told = {"query": lists["user_id"] - first, "item": lists["item_id"], "rank": lists["rank"]}
    return pd.DataFrame(told).astype({"query": "uint32", "item": "uint32", "rank": "uint16"})


def _model() -> CandidateRankingModel:
    als = AlternatingLeastSquares(factors=FACTORS, iterations=ROUNDS, num_threads=THREADS, random_state=SEED)
    models = {
        ImplicitItemKNNWrapperModel(CosineRecommender(K=NEIGHBOURS, num_threads=THREADS)): 60,
        ImplicitALSWrapperModel(als): 40,
        PopularModel(period=WEEK): 20,
    }
    trees = CatBoostClassifier(thread_count=THREADS, random_seed=SEED, verbose=False, allow_writing_files=False)
    return CandidateRankingModel(
        [CandidateGenerator(one, number, keep_ranks=True, keep_scores=True) for one, number in models.items()],
        SessionSplitter(),
        CatBoostReranker(trees),
        PerUserNegativeSampler(NEGATIVES, random_state=SEED),
        Described(),
    )


class SessionSplitter(Splitter):  # type: ignore[misc]
    """The one fold that the reranker learns from: sessions of the last week, cut as test sessions are."""

    def __init__(self) -> None:
        super().__init__(filter_cold_users=False, filter_cold_items=True, filter_already_seen=False)

    def _split_without_filter(
        self, interactions: Interactions, collect_fold_stats: bool = False
    ) -> Iterator[tuple[np.ndarray, np.ndarray, Fold]]:
        yield *shown_and_hidden(interactions.df, WEEK, SEED), {}


class Described(CandidateFeatureCollector):  # type: ignore[misc]
    """What stands in the visible interactions of a session, of an item and of both."""

    def _get_user_features(self, users: ExternalIds, dataset: Dataset, fold_info: Fold) -> pd.DataFrame:
        rows = dataset.get_raw_interactions(include_extra_cols=True)
        return told_of(rows[rows["user_id"].isin(users)])

    def _get_item_features(self, items: ExternalIds, dataset: Dataset, fold_info: Fold) -> pd.DataFrame:
        return liked(dataset.get_raw_interactions(include_extra_cols=True))

    def _get_user_item_features(self, useritem: pd.DataFrame, dataset: Dataset, fold_info: Fold) -> pd.DataFrame:
        rows = dataset.get_raw_interactions(include_extra_cols=True)
        return seen(rows[rows["user_id"].isin(useritem["user_id"].unique())])


if __name__ == "__main__":
    sys.exit(main())
