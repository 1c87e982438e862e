"""What others reach on the same log: implicit's kNN and ALS, RecTools' two stages, a contest notebook's co-visitation.

Run after `python -m benchmarks.scale --fraction 0.01`: `python -m benchmarks.peers --run artifacts/scale/0.01/run`.
Every peer learns from the EVENTS of that run, answers the same test sessions with 20 items, and is measured by the
same recall@20, each in a process of its own. Seconds are of the clock, CPU seconds those of all threads, to learn and
to answer together. Reading the log is not counted for any of them; our row is what that run's manifests say without it.
RecTools needs releases that disagree with ours, so it runs in an environment of its own (`benchmarks.peer_apart`), and
is left out where there is none.
"""

import argparse
import json
import resource
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy import sparse

from benchmarks.given import RUN, run_with
from benchmarks.peer_apart import APART, answered_apart, environment_missing
from benchmarks.scale import machine, stages
from benchmarks.timed import timed
from data.schema import TYPES
from data.tables import read_json, scan
from evaluation.recall import recall_at
from pipeline.store.processes import fresh_processes

TOP, AT_ONCE = 20, 10_000
LAST, WITHIN, KEPT = 30, 86_400_000, 20  # a session's latest events, ms between both, neighbours an item
WEIGHTS = {"clicks": 1, "carts": 6, "orders": 3}


def main() -> int:
    """Every peer in a process of its own; the table, and the same as peers.json beside the run."""
    names = [*PEERS, APART]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--run", type=run_with("test/metrics"), required=True, help=RUN)
    parser.add_argument("--peers", nargs="*", choices=names, default=names)
    asked = parser.parse_args()
    rows = [_ours(asked.run)]
    for name in _possible(asked.peers):
        with fresh_processes(1) as pool:
            rows.append(pool.submit(_measured, name, asked.run).result())
        print(rows[-1], file=sys.stderr, flush=True)
    (asked.run.parent / "peers.json").write_text(json.dumps(rows, indent=1) + "\n")
    print(machine())
    print(as_markdown(rows))
    return 0


def _possible(names: list[str]) -> list[str]:
    missing = environment_missing() if APART in names else None
    if missing:
        print(missing, file=sys.stderr, flush=True)
    return [name for name in names if name != APART or not missing]


def as_markdown(rows: list[dict[str, Any]]) -> str:
    """The table for docs.

    Parameters
    ----------
    rows
        A mapping a peer: name, learn and answer (seconds), cpu (seconds), peak_mib, recall (a fraction a type, total).
    """
    names = ["", "seconds to learn", "to answer", "CPU seconds", "peak MiB", *TYPES, "total"]
    lines = [f"| {' | '.join(names)} |", "|---" * len(names) + "|"]
    for row in rows:
        taken = [f"{row[name]:,.0f}" for name in ("learn", "answer", "cpu", "peak_mib")]
        recall = [f"{row['recall'][name]:.4f}" for name in (*TYPES, "total")]
        lines.append(f"| {' | '.join([row['name'], *taken, *recall])} |")
    return "\n".join(lines)


def _ours(run: Path) -> dict[str, Any]:
    table = stages(run)
    log = pl.col("stage").is_in(["log", "log-order", "test/log", "valid/fold", "test/fold", "test/leaks"])
    asked = pl.col("stage").is_in(["test/candidates", "test/ranked", "test/answers"])
    measured = pl.col("stage").str.contains("recall|metrics|report")
    seconds = table.select(
        learn=pl.col("seconds").filter(~log & ~asked & ~measured).sum().round(1),
        answer=pl.col("seconds").filter(asked).sum().round(1),
        cpu=pl.col("cpu_seconds").filter(~log & ~measured).sum().round(1),
        peak_mib=pl.col("peak_mib").filter(~log).max(),
    )
    recall = read_json(run / "metrics.json")["ranking"]["ranked"][f"recall@{TOP}"]
    return {"name": "Aisle, both stages", **seconds.to_dicts()[0], "recall": recall}


def _measured(name: str, run: Path) -> dict[str, Any]:
    lists, taken = answered_apart(run) if name == APART else _answered(name, run)
    labels = next(folder for folder in (run / "test/labels", run / "test/fold") if (folder / "labels").is_dir())
    recall = recall_at(lists.lazy(), scan(labels / "labels"), TOP)
    return {"name": name, **taken, "recall": recall}


def _answered(name: str, run: Path) -> tuple[pl.DataFrame, dict[str, float]]:
    events = scan(run / "log" / "events").select("session", "item", "ts", "type").collect()
    prefixes = scan(run / "test/fold" / "prefixes").select("query", "position", "item", "ts", "type").collect()
    taken = {"cpu": 0.0}
    lists = PEERS[name](events, prefixes, taken)
    return lists, {**taken, "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def _matrix(rows: pl.DataFrame, owner: str, shape: tuple[int, int]) -> sparse.csr_matrix:
    ones = np.ones(rows.height, np.float32)
    return sparse.csr_matrix((ones, (rows[owner].to_numpy(), rows["item"].to_numpy())), shape=shape)


def _by_implicit(make: Callable[[], Any], recalculate: bool) -> "Peer":
    def peer(events: pl.DataFrame, prefixes: pl.DataFrame, taken: dict[str, float]) -> pl.DataFrame:
        items = int(max(events["item"].max(), prefixes["item"].max())) + 1  # type: ignore[type-var,arg-type]
        learnt = events.with_columns(pl.col("session").rank("dense") - 1)
        seen = _matrix(learnt, "session", (int(learnt["session"].max()) + 1, items))  # type: ignore[arg-type]
        model = make()
        with timed("learn", taken):
            model.fit(seen, show_progress=False)
        queries = int(prefixes["query"].max()) + 1  # type: ignore[arg-type]
        asked = _matrix(prefixes, "query", (queries, items))
        with timed("answer", taken):
            found = []
            for first in range(0, queries, AT_ONCE):
                some = np.arange(first, min(first + AT_ONCE, queries))
                how = {"recalculate_user": True} if recalculate else {}
                best, _ = model.recommend(some, asked[some], N=TOP, filter_already_liked_items=False, **how)
                found.append(_lists(some, best))
            return pl.concat(found)

    return peer


def _lists(queries: np.ndarray, best: np.ndarray) -> pl.DataFrame:
    query = np.repeat(queries.astype(np.uint32), best.shape[1])
    rank = np.tile(np.arange(1, best.shape[1] + 1, dtype=np.uint16), len(queries))
    table = pl.DataFrame({"query": query, "item": best.ravel().astype(np.int64), "rank": rank})
    return table.filter(pl.col("item") >= 0).with_columns(pl.col("item").cast(pl.UInt32))


def _notebook(events: pl.DataFrame, prefixes: pl.DataFrame, taken: dict[str, float]) -> pl.DataFrame:
    """A merge of each session's latest events with themselves, weighted by type; then each session's own and theirs."""
    with timed("learn", taken):
        near = _covisits(events)
    with timed("answer", taken):
        rows = []
        for query, items, types in prefixes.sort("query", "position").group_by("query", maintain_order=True).agg(
            "item", pl.col("type").cast(pl.String)
        ).iter_rows():  # fmt: skip
            own: dict[int, float] = {}
            for age, (item, kind) in enumerate(zip(reversed(items), reversed(types), strict=True)):
                own[item] = own.get(item, 0.0) + WEIGHTS[kind] / (1 + age)
            best = sorted(own, key=own.__getitem__, reverse=True)[:TOP]
            if len(best) < TOP:
                votes = Counter(n for item in dict.fromkeys(reversed(items)) for n in near.get(item, ()))
                best += [item for item, _ in votes.most_common(2 * TOP) if item not in own][: TOP - len(best)]
            rows.append((query, best))
    lists = pl.DataFrame(rows, schema={"query": pl.UInt32, "item": pl.List(pl.UInt32)}, orient="row")
    exploded = lists.explode("item").drop_nulls()
    return exploded.with_columns(rank=(pl.int_range(pl.len()).over("query") + 1).cast(pl.UInt16))


def _covisits(events: pl.DataFrame) -> dict[int, list[int]]:
    import pandas as pd  # noqa: PLC0415 - the peer's own

    weights = {name: WEIGHTS[name] for name in TYPES}
    frame = events.with_columns(
        pl.col("ts").dt.epoch("ms"), weight=pl.col("type").cast(pl.String).replace_strict(weights)
    ).select("session", "item", "ts", "weight").to_pandas()  # fmt: skip
    frame = frame.sort_values(["session", "ts"], ascending=[True, False])
    frame = frame[frame.groupby("session").cumcount() < LAST]
    parts = []
    for _, some in frame.groupby(frame["session"] // 50_000):
        pairs = some.merge(some, on="session")
        near = (pairs["ts_x"] - pairs["ts_y"]).abs() < WITHIN
        pairs = pairs[near & (pairs["item_x"] != pairs["item_y"])]
        pairs = pairs.drop_duplicates(["session", "item_x", "item_y"])
        parts.append(pairs.groupby(["item_x", "item_y"])["weight_y"].sum())
    summed = pd.concat(parts).groupby(level=[0, 1]).sum().reset_index()
    summed = summed.sort_values(["item_x", "weight_y"], ascending=[True, False])
    best = summed[summed.groupby("item_x").cumcount() < KEPT]
    found: dict[int, list[int]] = best.groupby("item_x")["item_y"].apply(list).to_dict()
    return found


def _knn() -> Any:  # noqa: ANN401 - implicit has no types
    from implicit.nearest_neighbours import CosineRecommender  # noqa: PLC0415

    return CosineRecommender(K=50, num_threads=2)


def _als() -> Any:  # noqa: ANN401
    from implicit.cpu.als import AlternatingLeastSquares  # noqa: PLC0415

    return AlternatingLeastSquares(factors=64, iterations=10, num_threads=2, random_state=1)


Peer = Callable[[pl.DataFrame, pl.DataFrame, dict[str, float]], pl.DataFrame]
PEERS: dict[str, Peer] = {
    "implicit, item kNN": _by_implicit(_knn, recalculate=False),
    "implicit, ALS": _by_implicit(_als, recalculate=True),
    "notebook's co-visitation": _notebook,
}


if __name__ == "__main__":
    sys.exit(main())
