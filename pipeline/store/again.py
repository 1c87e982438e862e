"""What is built again though it is current: from a stage of the run on."""

import re
from dataclasses import dataclass

from data.errors import AisleError
from data.nearest import did_you_mean

STAGES = {
    "log": r"shop|(test/)?log(-.*)?|test/leaks",
    "folds": r"(valid|test)/(fold|labels|filters|rules|served/questions)",
    "sources": r"(valid|test)/(learnt|sources)/.*",
    "candidates": r"(valid|test)/(fusion|popular|fillers|pairs|similar|recall|shown.*|(candidates|history|served)/.*)",
    "training": r"valid/(training|actions.*)",
    "models": r"models/.*",
    "ranked": r"test/(ranked/.*|answers|actions.*)|serving/.*",
    "metrics": r".*",
}
"""The stages of a run in their order, and the products of each below a sample's folder; the last has all others."""
SAMPLE = re.compile(r"^samples/[^/]+/")


@dataclass(frozen=True)
class Again:
    """Which products are built again.

    Parameters
    ----------
    first
        The stage from which on they are; null for none.

    Raises
    ------
    AisleError
        If there is no such stage.
    """

    first: str | None = None

    def __post_init__(self) -> None:
        if self.first is not None and self.first not in STAGES:
            near = did_you_mean(self.first, list(STAGES)) or "."
            raise AisleError(f"`--from` takes a stage, one of {', '.join(STAGES)}, got {self.first!r}{near}")

    def __call__(self, name: str) -> bool:
        """Whether the product of this name is."""
        names = list(STAGES)
        return self.first is not None and names.index(stage_of(name)) >= names.index(self.first)


def stage_of(name: str) -> str:
    """The stage of STAGES that a product belongs to."""
    below = SAMPLE.sub("", name)
    return next(stage for stage, products in STAGES.items() if re.fullmatch(products, below))


def again_of(arguments: list[str]) -> tuple[Again, list[str]]:
    """What a command line asks for by `--force` or `--from STAGE`, the more of both, and the rest of it.

    Raises
    ------
    AisleError
        If it is no stage.
    """
    rest, first, forced = [], None, False
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--force":
            forced = True
        elif argument == "--from" or argument.startswith("--from="):
            first = argument.partition("=")[2] if "=" in argument else next(waiting, "")
        else:
            rest.append(argument)
    again = Again(first)
    return Again(next(iter(STAGES))) if forced else again, rest
