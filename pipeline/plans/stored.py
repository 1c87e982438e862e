"""A stored lifetime model of a table, asked about more rows, chunk by chunk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from data.labelled.chunks import chunk_count
from data.labelled.config import Labelled
from data.labelled.index import Index
from data.labelled.roles import Declared
from data.opening.paths import Found
from data.partitions.window import Window
from data.sound import need, opening
from data.warned import read_warnings
from pipeline.plans.place import Place
from pipeline.plans.stored_file import LEARN, read_stored, stored_parts
from pipeline.saying import say_warnings
from pipeline.settings.building import build
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.labelled import LabelledIndex
from pipeline.tasks.labelled_lifetimes import ScoredChunk, values_lost
from pipeline.tasks.stored_lifetimes import KIND, OF_TABLE, PARTS, STORED
from value.lifetime.rows import horizon_name


class Scored(NamedTuple):
    """What a model says of a table's rows, and what looked wrong in them.

    Attributes
    ----------
    chunks
        An artifact a chunk, in the rows' order.
    warnings
        As they stand in ltv_metrics.json.
    """

    chunks: tuple[Artifact, ...]
    warnings: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Stored:
    """What `StoredLifetimes` has written, opened."""

    described: Artifact
    model: Artifact
    index: Artifact
    table: Labelled
    declared: Declared
    segments: tuple[str, ...]
    submitted: tuple[str, str]

    @property
    def horizons(self) -> tuple[str, ...]:
        """The horizons' names, shortest first."""
        return tuple(map(horizon_name, self.table.horizons))

    @classmethod
    def open(cls, workdir: Path) -> "Stored":
        """Open a working directory's model.

        Raises
        ------
        AisleError
            If it has none, or it is damaged.
        """
        kept = read_stored(workdir)
        with opening(workdir / STORED, LEARN):
            need(kept[KIND] == OF_TABLE, "it is of no table")
            table = build(Labelled, kept["table"])
            declared = Declared(tuple(kept["declared"]["names"]), kept["declared"]["others"])
            output, horizon = kept["submitted"]
            segments = tuple(kept["segments"])
        made = stored_parts(kept, PARTS, workdir)
        return cls(**made, table=table, declared=declared, segments=segments, submitted=(output, horizon))

    def scored(self, found: Found, place: Place, name: str, size: int, gates: Sequence[RawFile] = ()) -> Scored:
        """What the model says of a table's rows; what looks wrong in them is said, as when the model was learnt.

        Chunks that stand already are not made again.
        """
        table, everything = self.table.layout, Window()
        task = LabelledIndex.of(found, table, everything, self.declared, labelled=False, known=self.index)
        index = place.make(f"ltv/{name}/index", task)
        warned = say_warnings(read_warnings(index.path), ())
        files, asked = task.files, (self.described, self.model, self.segments, tuple(gates))
        chunks = range(chunk_count(Index.load(index.path), size))
        made = place.make_shards(
            f"ltv/{name}/scored", [ScoredChunk(index, files, table, size, n, *asked) for n in chunks]
        )
        warned += say_warnings([lost.plain() for lost in values_lost(made, index)], warned)
        return Scored(made, tuple(warned))
