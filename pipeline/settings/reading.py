"""What a user wrote into settings by the configuration's classes: names and values checked, each fault one line."""

from pathlib import Path as File
from typing import Any, NoReturn

from data.errors import AisleError
from data.nearest import CUTOFF, nearest
from pipeline.settings.document import Node, read_document
from pipeline.settings.leaves import allowed, parse_leaf
from pipeline.settings.shapes import Shape, inner, paths_of, shapes_of, short_of
from pipeline.settings.wording import shown

Tree = dict[str, Any]
"""Settings by name: groups and mappings as trees, values as their types are; only what was given."""
Path = tuple[str, ...]
ENDINGS = (".yaml", ".yml")
MOST_NAMED = 24  # names that a message lists


class Reader:
    """Reads texts of settings.

    Parameters
    ----------
    kind
        The class of the whole configuration.
    where
        The file that the text comes from, for messages; null for flags, whose lines mean nothing.
    """

    def __init__(self, kind: type, where: str | None = None) -> None:
        self.kind, self.where = kind, where

    def read(self, node: Node) -> Tree:
        """All settings of a text.

        Raises
        ------
        AisleError
            If a name is none, or a value is not what its setting takes.
        """
        where = self.where or "the configuration"
        if node.nothing:
            raise AisleError(f"{where}: there are no settings in it; write some, such as `shards: 2`.")
        if node.entries is None:
            raise AisleError(f"{where}: it holds {node.said}, and no settings, such as `shards: 2`.")
        return self._group(node, ())

    def place(self, path: Path, node: Node | None = None) -> tuple[Path, Shape]:
        """Where a setting of this dotted name lies in the tree, and what it takes; `node` says where it was named."""
        shape = Shape("group", self.kind)
        for depth, name in enumerate(path):
            if shape.sort == "mapping" and inner(shape).sort != "group":  # the rest is one name, whatever dots it has
                return (*path[:depth], ".".join(path[depth:])), inner(shape)
            if shape.sort == "mapping":
                shape = inner(shape)
            elif shape.sort == "group" and name in shapes_of(shape.of):
                shape = shapes_of(shape.of)[name]
            else:
                self._unknown(path[: depth + 1], node or Node(), shape)
        return path, shape

    def value(self, node: Node, shape: Shape, path: Path) -> Any:  # noqa: ANN401 - of each setting's own type
        """What a setting of this place and shape is given."""
        if node.nothing and shape.optional:
            return None
        if node.nothing:
            self._wrong(node, path, f"must be {_takes(shape)}, got null; leave it out for its default")
        if shape.sort == "group":
            short = short_of(shape)
            return self._group(
                Node(node.line, entries={short: node}) if short and node.text is not None else node, path
            )
        if shape.sort == "mapping":
            return self._mapping(node, shape, path)
        if shape.sort == "list":
            return self._list(node, shape, path)
        if node.text is None:
            self._wrong(node, path, f"must be {_takes(shape)}, got {node.said}")
        try:
            return parse_leaf(node.text, shape.of, path[-1])
        except ValueError as error:
            self._wrong(node, path, str(error))

    def _group(self, node: Node, path: Path) -> Tree:
        if node.text is not None and node.text.endswith(ENDINGS):
            return self._elsewhere_written(node, path)
        if node.entries is None:
            names = _listed(shapes_of(self.place(path)[1].of))
            self._wrong(node, path, f"is a group of settings ({names}), got {node.said}")
        read: Tree = {}
        for key, value in node.entries.items():
            spot, shape = self.place((*path, *key.replace("-", "_").split(".")), value)
            put(read, spot[len(path) :], self.value(value, shape, spot))
        return read

    def _elsewhere_written(self, node: Node, path: Path) -> Tree:
        """A group whose settings stand in a file of their own, named from where it is named."""
        text = str(node.text)
        file = (File(self.where).parent if self.where else File()) / text
        try:
            held = file.read_text()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or type(error).__name__
            self._wrong(node, path, f"names the file {shown(str(file))}, which cannot be read ({why})")
        inside = read_document(held, str(file))
        if inside.entries is None:
            raise AisleError(f"{file}: it holds {inside.said}, and no settings of `{'.'.join(path)}`.")
        return Reader(self.kind, str(file))._group(inside, path)

    def _mapping(self, node: Node, shape: Shape, path: Path) -> Tree:
        if node.entries is None:
            self._wrong(node, path, f"is a mapping, such as {{name: ...}}, got {node.said}")
        return {
            self._key(key, node, path): self.value(v, inner(shape), (*path, key)) for key, v in node.entries.items()
        }

    def _key(self, key: str, node: Node, path: Path) -> str:
        return str(self.value(Node(node.line, key, plain=False), Shape("leaf", str), path))

    def _list(self, node: Node, shape: Shape, path: Path) -> tuple[Any, ...]:
        if node.text is not None:  # values with commas between, as a flag gives them
            texts = [text.strip() for text in node.text.split(",") if text.strip()]
            node = Node(node.line, items=[Node(node.line, text, plain=False) for text in texts])
        strange = [item for item in node.items or [] if item.text is None or item.nothing]
        if node.items is None or strange:
            self._wrong(node, path, f"is {_takes(shape)}, such as [a, b], got {(strange or [node])[0].said}")
        return tuple(self.value(item, inner(shape), path) for item in node.items)

    def _unknown(self, path: Path, node: Node, shape: Shape) -> NoReturn:
        name, group = path[-1], ".".join(path[:-1])
        if shape.sort != "group":
            self._wrong(
                node, path[:-1], f"is {_takes(shape)} and has no settings of its own, got `{shown(name, bare=True)}`"
            )
        known = list(shapes_of(shape.of))
        near = _quoted(self._elsewhere(name, 1.0) or nearest_in(group, name, known) or self._elsewhere(name))
        has = f"`{group}` has {_listed(known)}" if group else f"the first names are {_listed(known)}"
        full = shown(".".join(path), bare=True)
        raise AisleError(f"{self._place(node)}there is no setting `{full}`{near or f'; {has}.'}")

    def _elsewhere(self, name: str, cutoff: float = CUTOFF) -> list[str]:
        """The full names of settings of other groups that are called so, or nearly so."""
        ends: dict[str, list[str]] = {}
        for full in paths_of(self.kind):
            ends.setdefault(full.rpartition(".")[2], []).append(full)
        return [full for end in nearest(name, ends, cutoff=cutoff) for full in ends[end]][:3]

    def _wrong(self, node: Node, path: Path, what: str) -> NoReturn:
        ending = "" if what.endswith(("?", ".")) else "."
        verb = ": " if what.startswith("a duration") else " "
        raise AisleError(f"{self._place(node)}`{shown('.'.join(path), 120, bare=True)}`{verb}{what}{ending}")

    def _place(self, node: Node) -> str:
        return "" if self.where is None else f"{self.where}: line {node.line}: "


def nearest_in(group: str, name: str, known: list[str]) -> list[str]:
    """The nearest names of a group, in full."""
    return [f"{group}.{other}" if group else other for other in nearest(name, known)]


def _quoted(names: list[str]) -> str:
    return f"; did you mean {' or '.join(f'`{name}`' for name in names)}?" if names else ""


def put(tree: Tree, path: Path, value: Any) -> None:  # noqa: ANN401 - of each setting's own type
    """Set one setting of a tree, over what it holds; groups are joined, mappings are replaced."""
    for name in path[:-1]:
        if not isinstance(tree.get(name), dict):
            tree[name] = {}
        tree = tree[name]
    tree[path[-1]] = value


def _takes(shape: Shape) -> str:
    if shape.sort == "leaf":
        return allowed(shape.of)
    if shape.sort == "list":
        return "a list of names" if shape.of is str else f"a list, each {allowed(shape.of)}"
    return {"group": "a group of settings", "mapping": "a mapping"}[shape.sort]


def _listed(names: Any) -> str:  # noqa: ANN401 - any names
    some = list(names)
    return ", ".join(some[:MOST_NAMED]) + (", ..." if len(some) > MOST_NAMED else "")
