"""What lifetime value builds of a table of rows with labels: described, learnt, scored chunk by chunk, judged."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from data.errors import AisleError
from data.labelled.chunks import chunk_count
from data.labelled.index import Index
from data.listed import listed
from data.opening.paths import Found
from data.partitions.window import Window
from data.warned import read_warnings
from pipeline.plans.place import Place
from pipeline.saying import say_warnings
from pipeline.settings.config import Config, files_in, found_files, input_file
from pipeline.settings.labelled_table import LabelledTable
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.generated_table import GeneratedInApp
from pipeline.tasks.labelled import LabelledIndex, LabelledRows
from pipeline.tasks.labelled_lifetimes import DescribedRows, LabelTable, ScoredChunk, TruthOfRows, values_lost
from pipeline.tasks.lifetime import LearntLifetimes
from pipeline.tasks.plain_peers import PlainPeers
from value.lifetime.gate_files import GATES


class Indexed(NamedTuple):
    """A `LabelledIndex` that was built, and the files that it is of."""

    made: Artifact
    files: tuple[RawFile, ...]


class LabelledLifetimes:
    """Builds a labelled table's model and what it says, each artifact once and only when asked for.

    Parameters
    ----------
    config
        The configuration.
    table
        Its table.
    place
        Where artifacts lie.
    """

    def __init__(self, config: Config, table: LabelledTable, place: Place) -> None:
        self.config = config
        self.table = table
        self.place = place
        self.looked: list[Mapping[str, Any]] = []
        self._indexed: dict[str, Indexed] = {}

    @cached_property
    def train_index(self) -> Indexed:
        """The rows that are learnt from, as they were looked through."""
        return self._index("train", self._train, self.table.layout.train, labelled=True)

    @cached_property
    def rows(self) -> Artifact:
        """Those rows with their labels."""
        return self._rows("train", self.train_index)

    @cached_property
    def described(self) -> Artifact:
        """The same described, and the describer."""
        task = DescribedRows(self.rows, self.table.layout.layout, self.table.features, self.table.group)
        return self.place.make("ltv/described", task)

    @cached_property
    def model(self) -> Artifact:
        """What was learnt of them."""
        learning = self.config.ltv.learning
        return self.place.make("ltv/model", LearntLifetimes((self.described,), self.table.horizons, learning, "ltv"))

    @cached_property
    def peers(self) -> Artifact | None:
        """Plain models of the same rows; null where none are asked for."""
        if not self.table.peers:
            return None
        plain = self.table.features.plain
        trees = self.config.ltv.learning.model.methods.boosting
        task = PlainPeers(self.rows, self.table.layout.layout, plain, self.table.group, trees)
        return self.place.make("ltv/peers", task)

    @cached_property
    def scored(self) -> Mapping[str, tuple[Artifact, ...]]:
        """What it says of the rows of each split that there is, chunk by chunk."""
        found = {}
        if self.table.layout.valid is not None:
            found["valid"] = self._scored("valid", self._valid(self.table.layout.valid))
        if self._test is not None:
            index = self._index("test", self._test, self.table.layout.test, labelled=False)
            found["test"] = self._scored("test", index)
        if not found:
            raise AisleError("nothing is to be scored: give rows with --test DIR, or set `ltv.table.layout.valid`.")
        return found

    @cached_property
    def truth(self) -> Mapping[str, Artifact]:
        """What is known of the scored rows, by split."""
        found, layout = {}, self.table.layout.layout
        if (valid := self.table.layout.valid) is not None:
            rows = self._rows("valid", self._valid(valid))
            found["valid"] = self.place.make("ltv/valid/truth", TruthOfRows(rows, layout))
        if (labels := self._labels) is not None:
            found["test"] = self._told(self.place.make("ltv/test/truth", LabelTable(RawFile(labels), layout)))
        return found

    @property
    def named(self) -> tuple[str, ...]:
        """The splits whose truth stands in a file of labels of its own."""
        return () if self._labels is None else ("test",)

    @property
    def warnings(self) -> tuple[Mapping[str, Any], ...]:
        """What looked wrong."""
        return tuple(self.looked)

    @property
    def gates(self) -> tuple[RawFile, ...]:
        """Edited gates' files."""
        return files_in(self.config.ltv.gates, GATES, "ltv.gates")

    @cached_property
    def _generated(self) -> Path | None:
        if self.config.train is not None or self.table.synthetic is None:
            return None
        return self.place.make("ltv/generated", GeneratedInApp(self.table.synthetic)).path / "log"

    @cached_property
    def _train(self) -> Found:
        return found_files(self.config.train or str(self._made("train")), "train")

    @cached_property
    def _test(self) -> Found | None:
        if self.config.test is not None:
            return found_files(self.config.test, "test")
        made = self._made("test")
        return None if made is None or not made.exists() else found_files(str(made), "test")

    @cached_property
    def _labels(self) -> Path | None:
        if self.config.labels is not None:
            return input_file(self.config.labels, "labels")
        made = self._made("labels.parquet")
        return None if made is None or not made.exists() else made

    def _made(self, name: str) -> Path | None:
        return None if self._generated is None else self._generated / name

    def _valid(self, window: Window) -> Indexed:
        return self._index("valid", self._train, window, labelled=True)

    def _index(self, split: str, found: Found, window: Window, *, labelled: bool) -> Indexed:
        """The rows of a window as they were looked through, which is done once a split."""
        if split not in self._indexed:
            known = None if split == "train" else self.train_index.made
            layout, declared = self.table.layout, self.table.declared
            task = LabelledIndex.of(found, layout, window, declared, labelled=labelled, known=known)
            self._heed([one.plain() for one in task.outside])
            self._indexed[split] = Indexed(self._told(self.place.make(f"ltv/{split}/index", task)), task.files)
        return self._indexed[split]

    def _rows(self, split: str, index: Indexed) -> Artifact:
        task = LabelledRows(index.made, index.files, self.table.layout.layout)
        return self._told(self.place.make(f"ltv/{split}/rows", task))

    def _scored(self, split: str, index: Indexed) -> tuple[Artifact, ...]:
        size = self.config.ltv.chunk_size
        layout, segments = self.table.layout.layout, tuple(listed(self.table.segments))
        asked = self.described, self.model, segments, self.gates, self.peers
        chunks = range(chunk_count(Index.load(index.made.path), size))
        made = self.place.make_shards(
            f"ltv/{split}/scored", [ScoredChunk(index.made, index.files, layout, size, n, *asked) for n in chunks]
        )
        self._heed([warned.plain() for warned in values_lost(made, index.made)])
        return made

    def _told(self, made: Artifact) -> Artifact:
        self._heed(read_warnings(made.path))
        return made

    def _heed(self, found: Sequence[Mapping[str, Any]]) -> None:
        self.looked += say_warnings(found, self.looked)
