"""Settings that were given, over the defaults, as the frozen dataclasses of a configuration."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, fields, is_dataclass
from typing import Any, TypeVar

from data.errors import AisleError
from data.shortened import one_line
from pipeline.settings.reading import Path, Tree
from pipeline.settings.shapes import Shape, inner, shapes_of

T = TypeVar("T")
TOKEN = re.compile(r"`([\w.]+)`")


def merge(kind: type, layers: Sequence[tuple[Path, Any]]) -> Tree:
    """One tree of settings, each over those before it.

    Parameters
    ----------
    kind
        The configuration's class.
    layers
        Places and values: a file's tree at the root, a flag's value at its own place. Groups are joined; a mapping
        replaces what was there, but for a flag that names one of its keys.
    """
    merged: Tree = {}
    root = Shape("group", kind)
    for path, value in layers:
        for place, held in [(path, value)] if path else [((name,), held) for name, held in value.items()]:
            _lay(merged, root, place, held, None)
    return merged


def build(kind: type[T], tree: Tree) -> T:
    """A configuration.

    Raises
    ------
    AisleError
        If settings do not go together, or one that has no default is not given.
    """
    made: T = _group(kind, kind, tree, None, ())
    return made


def _lay(tree: Tree, shape: Shape, path: Path, value: Any, default: Any) -> None:  # noqa: ANN401
    name, rest = path[0], path[1:]
    below = inner(shape) if shape.sort == "mapping" else shapes_of(shape.of)[name]
    joined = below.sort == "group" and isinstance(value, dict)
    if not rest and not joined:
        tree[name] = _kept_groups(tree.get(name), value) if below.sort == "mapping" else value
        return
    base = _default(shape, name, default)
    if not isinstance(tree.get(name), dict):
        tree[name] = _as_tree(base) if below.sort == "mapping" else {}
    for place, held in [(rest, value)] if rest else [((key,), held) for key, held in value.items()]:
        _lay(tree[name], below, place, held, base)


def _kept_groups(before: Any, value: Any) -> Any:  # noqa: ANN401 - trees, or null
    """A mapping in the place of another: what both name keeps the settings that only the earlier one gives."""
    if not isinstance(before, dict) or not isinstance(value, dict):
        return value
    both = {key for key in value if isinstance(before.get(key), dict) and isinstance(value[key], dict)}
    return {key: {**before[key], **held} if key in both else held for key, held in value.items()}


def _default(shape: Shape, name: str, default: Any) -> Any:  # noqa: ANN401 - of each setting's own type
    """A setting's default, within its group's where that has one of its own."""
    if shape.sort == "mapping":
        return None if default is None else default.get(name)
    if default is not None:
        return getattr(default, name)
    field = next(field for field in fields(shape.of) if field.name == name)
    if field.default_factory is not MISSING:
        return field.default_factory()
    return None if field.default is MISSING else field.default


def _as_tree(mapping: Mapping[str, Any] | None) -> Tree:
    held = (mapping or {}).items()
    return {key: asdict(value) if is_dataclass(value) and not isinstance(value, type) else value for key, value in held}


def _group(root: type, kind: type, tree: Tree, base: Any, path: Path) -> Any:  # noqa: ANN401 - of the group's class
    values = {}
    for name, shape in shapes_of(kind).items():
        here = (*path, name)
        if shape.needed and base is None and name not in tree:
            raise AisleError(f"`{'.'.join(here)}` is not given, and has no default.")
        default = _default(Shape("group", kind), name, base)
        values[name] = _made(root, shape, tree[name], default, here) if name in tree else default
    try:
        return kind(**values)
    except (ValueError, TypeError, OverflowError) as error:  # what a dataclass refuses
        raise AisleError(_dotted(root, path, str(error))) from None


def _made(root: type, shape: Shape, value: Any, default: Any, path: Path) -> Any:  # noqa: ANN401
    if value is None:
        return None
    if shape.sort == "group":
        return _group(root, shape.of, value, default, path)
    if shape.sort == "mapping" and inner(shape).sort == "group":
        return {key: _group(root, inner(shape).of, held, None, (*path, key)) for key, held in value.items()}
    return value


def _dotted(root: type, path: Path, message: str) -> str:
    """A message of a group, its settings' names as the user would write them."""
    named = False

    def full(token: re.Match[str]) -> str:
        nonlocal named
        first = token[1].partition(".")[0]
        for depth in range(len(path), -1, -1):
            if first in _names(root, path[:depth]):
                named = True
                return f"`{'.'.join((*path[:depth], token[1]))}`"
        return token[0]

    dotted = TOKEN.sub(full, " ".join(message.split()))
    return one_line(dotted if named or not path else f"`{'.'.join(path)}`: {dotted}")


def _names(root: type, path: Path) -> Mapping[str, Shape]:
    shape = Shape("group", root)
    for name in path:
        shape = inner(shape) if shape.sort == "mapping" else shapes_of(shape.of)[name]
    return shapes_of(shape.of) if shape.sort == "group" else {}
