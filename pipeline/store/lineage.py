"""What a result came from: artifacts, found by their contents in the manifests of all that was made from them."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from data.manifest import MANIFEST, read_manifest

Manifest = Mapping[str, Any]


def lineage(root: Path, names: list[str]) -> list[Manifest]:
    """The manifests of some artifacts and of all that they were made from, directly or not, sorted by name.

    What stands in the working directory and led to none of them is left out.

    Parameters
    ----------
    root
        The working directory.
    names
        The artifacts' folders below it; those that are not there are passed over.
    """
    every = {told["name"]: told for told in _manifests(root)}
    by_content = {told["content"]: told for told in every.values()}
    waiting, found = [every[name] for name in names if name in every], {}
    while waiting:
        told = waiting.pop()
        if told["name"] not in found:
            found[told["name"]] = told
            waiting += [by_content[content] for content in _needs(told.get("fields")) if content in by_content]
    return [found[name] for name in sorted(found)]


def _manifests(root: Path) -> Iterator[Manifest]:
    for file in sorted(root.rglob(MANIFEST)):
        told = read_manifest(file.parent)
        if told and "name" in told and "content" in told:
            yield told


def _needs(fields: object) -> Iterator[str]:
    """The contents that a manifest's fields name."""
    if isinstance(fields, Mapping):
        if isinstance(fields.get("artifact"), str):
            yield fields["artifact"]
        for held in fields.values():
            yield from _needs(held)
    elif isinstance(fields, list):
        for held in fields:
            yield from _needs(held)
