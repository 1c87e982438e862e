"""Memory follows a shard and what is configured, not the log: rows are counted, never seconds or bytes."""

import traceback
from collections import Counter
from pathlib import Path

import polars as pl
import pytest

from pipeline import run
from pipeline.store.code import ROOT
from pipeline.tasks import answers, candidates, orders_measured, recall
from tests.e2e.conftest import SMALL_MODELS

TIMES = 5  # the longer log by the shorter one; its shards too
PORTIONS = (
    (answers, "QUERIES_AT_ONCE"),
    (orders_measured, "QUERIES_AT_ONCE"),
    (candidates, "QUERIES_AT_ONCE"),
    (recall, "MOST_QUERIES"),
)
KNOWN = {
    "fold.py": "the questions of all shards are held at once: some 60 bytes each",
    "stray_times.py": "a row a minute of the log's span",
    "money.py": "order lines, a few in a hundred events: one that holds most of the money is looked for",
    "answers.py": "so are QUERIES, for the order of the published lists",
}
"""Where a longer log may be collected as a longer frame, and why that is borne."""
FLAGS = (
    "--input.format.columns.user", "null",
    "--input.synthetic.items", "80", "--similar", "0",
    "--folds.most_queries", "60", "--candidates.tune_queries", "20", "--rankers.size.train_queries", "20",
    "--rankers.size.min_positive_queries", "5", "--rankers.model.boosting.rounds", "3",
    "--candidates.sources.session_neighbours.max_sessions", "50",
)  # fmt: skip


class Collected:
    """Counts what Polars brings into memory: rows, by the place in our code that asks for them."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.rows: Counter[str] = Counter()
        self.read: Counter[str] = Counter()
        for owner, name in ((pl.LazyFrame, "collect"), (pl, "read_parquet")):
            patch.setattr(owner, name, self._counting(getattr(owner, name)))

    def _counting(self, plain):
        def counted(*given, **how):
            frame = plain(*given, **how)
            if isinstance(frame, pl.DataFrame):
                place = _place()
                self.rows[place] = max(self.rows[place], frame.height)
            if given and isinstance(given[0], str | Path) and "events" in Path(given[0]).parts:
                self.read[str(given[0])] += 1
            return frame

        return counted


def _place():
    """The file of ours that asked, without the general ones that only pass on."""
    general = {"tables.py", "test_bounded.py", "even_pieces.py"}
    own = [Path(call.filename) for call in traceback.extract_stack() if call.filename.startswith(str(ROOT))]
    return next((file.name for file in reversed(own) if ".venv" not in file.parts and file.name not in general), "")


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    """What is collected for a log, and for one of five times its sessions in five times its shards."""
    found = {}
    for times in (1, TIMES):
        folder = tmp_path_factory.mktemp("bounded")
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(ROOT)
            for module, name in PORTIONS:
                patch.setattr(module, name, 20)
            seen = Collected(patch)
            flags = ["--input.synthetic.sessions", str(300 * times), "--shards", str(2 * times)]
            assert (
                run.main(
                    ["--config", "configs/dev.yaml", *SMALL_MODELS, *FLAGS, *flags, "--workdir", str(folder / "work")]
                )
                == 0
            )
        events = pl.scan_parquet(folder / "work" / "log" / "events" / "*.parquet").select(pl.len()).collect().item()
        found[times] = seen, events
    return found


def test_a_longer_log_in_more_shards_is_not_collected_as_longer_frames(collected):
    (short, few), (long, many) = collected[1], collected[TIMES]
    assert many > 4 * few
    grown = {place: rows for place, rows in long.rows.items() if rows > 2.5 * short.rows[place] + 50}
    grown = {place: (short.rows[place], rows) for place, rows in grown.items()}
    assert set(grown) <= set(KNOWN), sorted(grown.items())
