"""A text of settings, YAML or JSON, as a tree of what is written: texts with their lines, not yet of any type.

YAML's own loaders turn an event named `no` into a falsehood, the code 0012 into ten and `{a: 1, a: 2}` into `{a: 2}`;
here every scalar stays the text that the user wrote, and the setting's type decides what it is read as.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml

from data.errors import AisleError
from pipeline.settings.wording import shown

MOST_BYTES = 4 * 2**20
MOST_NODES = 100_000  # aliases of aliases multiply
DEEPEST = 40
NOTHING = ("", "~", "null", "Null", "NULL")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass
class Node:
    """A scalar, a list or a mapping, where it stands.

    Parameters
    ----------
    line
        From 1.
    text
        A scalar as it is written, without its quotes; null for the others.
    plain
        Whether it stands without quotes: only then `null` means nothing.
    items
        A list's nodes; null for the others.
    entries
        A mapping's keys and nodes; null for the others.
    """

    line: int = 1
    text: str | None = None
    plain: bool = True
    items: list[Node] | None = None
    entries: dict[str, Node] | None = None
    merged: set[str] = field(default_factory=set)  # keys that came by `<<`, which others may stand before

    @property
    def nothing(self) -> bool:
        """Whether it is null."""
        return self.plain and self.text in NOTHING

    @property
    def said(self) -> str:
        """What it is, for a message."""
        if self.text is not None:
            return "null" if self.nothing else shown(self.text)
        if self.items is not None:
            return f"a list of {len(self.items):,}"
        keys = ", ".join(shown(key, 20) for key in list(self.entries or {})[:3])
        return f"settings of its own ({keys})" if keys else "an empty mapping"


def read_document(text: str, where: str) -> Node:
    """Read a text.

    Parameters
    ----------
    text
        YAML, of which JSON is a part.
    where
        What the text is, for messages: a file's or a flag's name.

    Raises
    ------
    AisleError
        If it is not YAML, too deep or too large, or names a key twice.
    """
    try:
        return _Composer(yaml.parse(text, Loader=LOADER), where).document()
    except (yaml.YAMLError, RecursionError) as error:
        raise AisleError(f"{where}: {_fault(error)}") from None


def _fault(error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    line = "" if mark is None else f"line {mark.line + 1} "
    problem = " ".join(str(getattr(error, "problem", None) or getattr(error, "reason", None) or "too deep").split())
    mend = "; indent with blanks, not tabs" if "\\t" in problem or "tab" in problem else "; mend it or quote it"
    return f"{line}is not YAML ({shown(problem, 120)}){mend}."


class _Composer:
    """Nodes from the parser's events."""

    def __init__(self, events: Iterator[yaml.Event], where: str) -> None:
        self.events, self.where = events, where
        self.anchors: dict[str, Node] = {}
        self.nodes = 0

    def document(self) -> Node:
        found: Node | None = None
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found is not None:
                    raise self._wrong(event, "a second document begins; one is read")
                found = self._node(next(self.events), 0)
        return found or Node(text="")

    def _node(self, event: yaml.Event, depth: int) -> Node:
        if depth > DEEPEST:
            raise self._wrong(event, f"is nested more than {DEEPEST} deep; settings are not")
        self._count(event, 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        line = _line(event)
        if isinstance(event, yaml.ScalarEvent):
            node = Node(line, text=event.value, plain=event.style is None or event.style == "")
        elif isinstance(event, yaml.SequenceStartEvent):
            node = Node(line, items=list(self._until_end(depth)))
        else:
            node = self._mapping(line, depth)
        if event.anchor:  # type: ignore[attr-defined]
            self.anchors[event.anchor] = node  # type: ignore[attr-defined]
        return node

    def _until_end(self, depth: int) -> Iterator[Node]:
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            yield self._node(event, depth + 1)

    def _mapping(self, line: int, depth: int) -> Node:
        node = Node(line, entries={})
        assert node.entries is not None
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            key = self._node(event, depth + 1)
            if key.text is None:
                raise self._wrong(event, f"a key is {key.said}; a setting's name is a text")
            value = self._node(next(self.events), depth + 1)
            if key.text == "<<" and key.plain:
                self._merge(node, value, event)
            elif key.text in node.entries and key.text not in node.merged:
                first = node.entries[key.text].line
                raise self._wrong(event, f"`{shown(key.text, bare=True)}` is given twice, first in line {first}")
            else:
                node.merged.discard(key.text)
                node.entries[key.text] = value
        return node

    def _merge(self, node: Node, value: Node, event: yaml.Event) -> None:
        for base in value.items if value.items is not None else [value]:
            if base.entries is None:
                raise self._wrong(event, "`<<` takes a mapping")
            assert node.entries is not None
            for key, held in base.entries.items():
                if key not in node.entries:
                    node.entries[key] = held
                    node.merged.add(key)

    def _alias(self, event: yaml.AliasEvent) -> Node:
        if event.anchor not in self.anchors:
            raise self._wrong(event, f"`*{event.anchor}` stands for nothing that is whole before it")
        node = self.anchors[event.anchor]
        self._count(event, _size(node, MOST_NODES))
        return node

    def _count(self, event: yaml.Event, more: int) -> None:
        self.nodes += more
        if self.nodes > MOST_NODES:
            raise self._wrong(event, f"comes to more than {MOST_NODES:,} values; settings are fewer")

    def _wrong(self, event: yaml.Event, what: str) -> AisleError:
        return AisleError(f"{self.where}: line {_line(event)}: {what}.")


def _line(event: yaml.Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _size(node: Node, most: int) -> int:
    """Values under a node, counted up to `most`."""
    count, waiting = 0, [node]
    while waiting and count <= most:
        here = waiting.pop()
        count += 1
        waiting += here.items or list((here.entries or {}).values())
    return count
