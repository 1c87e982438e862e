"""Why a product would be built again: what it was made from, beside what it would be made from now, in words."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from data.shortened import sample

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """One difference.

    Parameters
    ----------
    said
        In words.
    need
        The content of the product that it would be made from now, where that is the difference; else null.
    """

    said: str
    need: str | None = None


def changes(manifest: Facts, made: Facts, modules: Mapping[str, str], names: Mapping[str, str]) -> list[Change]:
    """What differs between a product's manifest and what it would be made from now; empty where nothing does.

    Parameters
    ----------
    manifest
        Of the product that stands.
    made
        As `pipeline.store.identity.made_from` gives it.
    modules
        As `modules_of` gives them.
    names
        What products are called, by their content.
    """
    now = json.loads(json.dumps(made, default=str))
    found = [Change(f"{manifest.get('task')} made it, {now['task']} makes it")] if _other(manifest, now, "task") else []
    found += _Differences(names).between("", manifest.get("fields"), now["fields"])
    if _other(manifest, now, "code"):
        found.append(Change(_code_said(manifest.get("modules"), modules)))
    return [*found, *_of_versions(manifest.get("versions") or {}, now["versions"])]


def _other(manifest: Facts, now: Facts, name: str) -> bool:
    return bool(manifest.get(name) != now[name])


def _code_said(before: Mapping[str, str] | None, now: Mapping[str, str]) -> str:
    if before is None:
        return "its code has changed"
    changed = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
    return f"code has changed: {shown}" if changed else "its code has changed"


def _of_versions(before: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Change]:
    for library in sorted({*before, *now}):
        if before.get(library) != now.get(library):
            said = [held.get(library, "not used") for held in (before, now)]
            yield Change(f"{library} was {said[0]}, is {said[1]}")


@dataclass(frozen=True)
class _Differences:
    """Walks two trees of plain values, as `pipeline.store.identity.plain` makes them."""

    names: Mapping[str, str]

    def between(self, path: str, before: Any, now: Any) -> Iterator[Change]:  # noqa: ANN401 - plain values
        if before == now:
            return
        held, given = _named(before), _named(now)
        if isinstance(now, Mapping) and "artifact" in now:
            name = self.names.get(now["artifact"], path)
            yield Change(f"`{name}` is another", need=now["artifact"])
        elif isinstance(now, Mapping) and "file" in now:
            yield Change(_file_said(before, now["file"]))
        elif held is not None and given is not None and held.get("") == given.get(""):
            for name in dict.fromkeys([*held, *given]):
                yield from self._entry(f"{path}.{name}" if path else name, name, held, given)
        elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
            for number, (one, other) in enumerate(zip(before, now, strict=True)):
                yield from self.between(f"{path}[{number}]", one, other)
        elif isinstance(before, list) and isinstance(now, list):
            yield from _of_lists(path, before, now)
        else:
            yield Change(f"`{path}` was {_shown(before)}, is {_shown(now)}")

    def _entry(self, path: str, name: str, before: Facts, now: Facts) -> Iterator[Change]:
        if name not in before:
            yield Change(f"`{path}` is new")
        elif name not in now:
            yield Change(f"`{path}` is gone")
        else:
            yield from self.between(path, before[name], now[name])


def _named(value: Any) -> dict[str, Any] | None:  # noqa: ANN401 - plain values
    """A dataclass or a mapping by its names; null for anything else."""
    if isinstance(value, Mapping):
        return dict(value)
    pairs = isinstance(value, list) and value and all(isinstance(p, list) and len(p) == 2 for p in value)
    return {str(pair[0]): pair[1] for pair in value} if pairs else None


def _of_lists(path: str, before: list[Any], now: list[Any]) -> Iterator[Change]:
    """What differs between lists of different lengths: files by their paths, other things by their number."""
    was, is_now = ({one["file"]["path"] for one in held if "file" in _mapping(one)} for held in (before, now))
    yield from (Change(f"{file} is read too") for file in sorted(is_now - was))
    yield from (Change(f"{file} is read no more") for file in sorted(was - is_now))
    if was == is_now:
        yield Change(f"`{path}` had {len(before)} entries, has {len(now)}")


def _mapping(value: Any) -> Facts:  # noqa: ANN401 - plain values
    return value if isinstance(value, Mapping) else {}


def _file_said(before: Any, now: Facts) -> str:  # noqa: ANN401 - plain values
    was = before.get("file") if isinstance(before, Mapping) else None
    if was is None or was["path"] != now["path"]:
        before_it = f" in place of {was['path']}" if was else ""
        return f"{now['path']} is read{before_it}"
    if was["size"] != now["size"]:
        return f"{now['path']} has changed ({was['size']:,} bytes were read, it has {now['size']:,})"
    return f"{now['path']} has changed"


def _shown(value: Any) -> str:  # noqa: ANN401 - plain values
    if isinstance(value, Mapping | list) and not value:
        return "nothing"
    if isinstance(value, Mapping):
        return str(value.get("") or ("a product" if "artifact" in value else "a file" if "file" in value else "other"))
    return sample("null" if value is None else json.dumps(value, ensure_ascii=False), 40)
