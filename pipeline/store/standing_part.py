"""Artifacts as they stand in a working directory, found by their manifests and not by a configuration."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from data.errors import AisleError
from data.manifest import MANIFEST, fault_in, read_manifest
from pipeline.store.task import Artifact


class Part(NamedTuple):
    """An artifact, and the fields of the task that made it, as its manifest tells them."""

    artifact: Artifact
    fields: Mapping[str, Any]


def standing(output: Path, name: str, content: str | None = None) -> Part | None:
    """An artifact that is there and whole; null where there is none, or another than is asked for.

    Parameters
    ----------
    output
        The folder that artifacts are named in: a working directory, or a sample's folder in it.
    name
        Such as `value/results`.
    content
        The hash of its files; null for any.

    Raises
    ------
    AisleError
        If it is damaged.
    """
    path = output / name
    told = read_manifest(path)
    if told == {} or (told is not None and content not in (None, told["content"])):
        return None
    fault = MANIFEST if told is None else fault_in(path, told)
    if told is None or fault:
        raise AisleError(f"{path}: is damaged ({fault}); the command that built it builds it again.")
    return Part(Artifact(path, told["content"]), told["fields"])


def mapping(told: Any) -> dict[str, Any]:  # noqa: ANN401 - of json
    """A mapping as manifests write it: pairs in order."""
    return dict(told)
