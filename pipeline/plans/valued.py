"""What a working directory holds of values: the scored sessions, customers or rows, as they stand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.errors import AisleError
from data.paths import WORKDIR_MARK
from data.tables import read_json
from pipeline.store.standing_part import Part, mapping, standing
from pipeline.store.task import Artifact

SESSIONS, CUSTOMERS = "sessions", "customers"
RESULTS = {SESSIONS: "value/results", CUSTOMERS: "ltv/results"}
METRICS = {SESSIONS: "value_metrics.json", CUSTOMERS: "ltv_metrics.json"}


@dataclass(frozen=True)
class Valued:
    """Values that stand in a working directory, with all that they were measured by.

    Parameters
    ----------
    output
        The working directory, or a sample's folder in it.
    of
        `sessions` or `customers` (rows of a table among them).
    results
        What was published.
    """

    output: Path
    of: str
    results: Part

    @classmethod
    def found(cls, output: Path, of: str) -> "Valued | None":
        """Those of one kind; null where there are none."""
        results = standing(output, RESULTS[of])
        return None if results is None else cls(output, of, results)

    @property
    def metrics(self) -> Mapping[str, Any]:
        """All measures."""
        return read_json(self.results.artifact.path / METRICS[self.of])

    @property
    def parts(self) -> tuple[str, ...]:
        """Cuts, or origins or splits, in their order."""
        return tuple(mapping(self.results.fields["scored"]))

    def scored(self, part: str) -> tuple[Part, ...]:
        """What was said of a cut, an origin or a split, an artifact a shard or chunk.

        Raises
        ------
        AisleError
            If it is not there any more, or another than was measured.
        """
        told = mapping(self.results.fields["scored"])[part]
        start = "value" if self.of == SESSIONS else "ltv"
        if self.of == CUSTOMERS and self.dated:
            return (self._part(f"{start}/{part}/scored", told[0]["artifact"]),)
        names = [f"{start}/{part}/scored/{number:03d}" for number in range(len(told))]
        return tuple(self._part(name, one["artifact"]) for name, one in zip(names, told, strict=True))

    def truth(self, part: str) -> Artifact | None:
        """The labels of a table's split; null where there are none."""
        told = mapping(self.results.fields["truth"]).get(part)
        return None if told is None else self._part(f"ltv/{part}/truth", told["artifact"]).artifact

    @property
    def dated(self) -> bool:
        """Whether they are a log's customers at origins, and not rows of a table."""
        return bool(self.results.fields["dated"])

    def beside(self, scored: Sequence[Part], name: str, field: str) -> tuple[Artifact, ...]:
        """What scored parts were made from, such as their features; none where that does not stand any more."""
        found = []
        for number, part in enumerate(scored):
            made = standing(self.output, name.format(number=number), part.fields[field]["artifact"])
            if made is None:
                return ()
            found.append(made.artifact)
        return tuple(found)

    def _part(self, name: str, content: str) -> Part:
        made = standing(self.output, name, content)
        if made is None:
            command = "value" if self.of == SESSIONS else "ltv"
            raise AisleError(
                f"{self.output}: `{name}` is not there, or another than was measured; bring it up to date with "
                f"`python -m pipeline.{command}`."
            )
        return made


def root_of(output: Path) -> Path | None:
    """The working directory that a folder is, or lies in; null where it is none."""
    return next((folder for folder in (output, *output.parents) if (folder / WORKDIR_MARK).is_file()), None)
