"""A stored lifetime model of a table, asked about more rows, chunk by chunk."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from data.errors import AisleError
from data.labelled.chunks import chunk_count
from data.labelled.config import Labelled, Window
from data.labelled.index import Index
from data.labelled.roles import Declared
from data.opening.paths import Found
from data.sound import opening
from data.tables import read_json
from pipeline.plans.place import Place
from pipeline.settings.building import build
from pipeline.store.task import Artifact, RawFile
from pipeline.tasks.labelled import LabelledIndex
from pipeline.tasks.labelled_lifetimes import ScoredChunk
from pipeline.tasks.stored_lifetimes import PARTS, STORED
from serving.whole import refuse_damage


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

    @classmethod
    def open(cls, workdir: Path) -> "Stored":
        """Open a working directory's model.

        Raises
        ------
        AisleError
            If it has none, or it is damaged.
        """
        file = workdir / STORED
        if not file.exists():
            raise AisleError(
                f"{workdir}: has no stored lifetime model of a table ({STORED}); learn one there first with "
                "`python -m pipeline.ltv`."
            )
        with opening(file):
            kept = read_json(file)
            parts, contents = kept["parts"], kept["contents"]
            made = {name: Artifact((workdir / parts[name]).resolve(), contents[name]) for name in PARTS}
            table = build(Labelled, kept["table"])
            declared = Declared(tuple(kept["declared"]["names"]), kept["declared"]["others"])
            output, horizon = kept["submitted"]
        refuse_damage({parts[name]: contents[name] for name in PARTS}, workdir)
        return cls(
            **made, table=table, declared=declared, segments=tuple(kept["segments"]), submitted=(output, horizon)
        )

    def scored(
        self, found: Found, place: Place, name: str, size: int, gates: Sequence[RawFile] = ()
    ) -> tuple[Artifact, ...]:
        """What the model says of a table's rows, an artifact a chunk; those that stand already are not made again."""
        table, everything = self.table.layout, Window()
        task = LabelledIndex.of(found, table, everything, self.declared, labelled=False, known=self.index)
        index = place.make(f"ltv/{name}/index", task)
        files, asked = task.files, (self.described, self.model, self.segments, tuple(gates))
        chunks = range(chunk_count(Index.load(index.path), size))
        return place.make_shards(
            f"ltv/{name}/scored", [ScoredChunk(index, files, table, size, n, *asked) for n in chunks]
        )
