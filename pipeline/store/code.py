"""Which code can change a result: followed from definition to definition by use, without docstrings and comments.

Nor does what only tells how far work has come count (see `untold`).

An identity must change with every edit that could change what is built, and with no other: so a definition counts
where it is used and not where its file is imported. Annotations are not followed, since they compute nothing.
"""

import ast
import functools
import hashlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

from pipeline.store.untold import PROGRESS, Untold, names_told

SHORT = 12  # hexadecimal digits that tell a module's code from its other forms
ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    *("aisle", "pipeline", "serving", "report", "tabular", "ranker"),
    *("value", "learning", "candidates", "features", "evaluation", "data"),
)
Name = tuple[str, str]
"""A module, and the name of a definition in it."""


@dataclass(frozen=True)
class Code:
    """What a result depends on: a hash of the definitions used, the libraries that they call, and a hash a module."""

    hash: str
    libraries: frozenset[str]
    modules: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Definition:
    """A top-level statement of a module: its syntax without docstrings, and what it uses."""

    text: str
    uses: frozenset[Name]
    libraries: frozenset[str]


@dataclass(frozen=True)
class Module:
    """A source file's definitions by name; `at_import` are its other statements, which run whatever is used."""

    definitions: Mapping[str, Definition]
    at_import: tuple[Definition, ...] = ()


@dataclass
class _Imports:
    """What the names of a scope stand for: a project's module, a definition in one, or a library."""

    modules: dict[str, str] = field(default_factory=dict)
    names: dict[str, Name] = field(default_factory=dict)
    libraries: dict[str, str] = field(default_factory=dict)

    def merged(self, other: "_Imports") -> "_Imports":
        return _Imports(self.modules | other.modules, self.names | other.names, self.libraries | other.libraries)


def code_of(roots: Iterable[Name]) -> Code:
    """The code that definitions use, directly or not.

    Parameters
    ----------
    roots
        (module, definition) pairs; those outside the project are taken as libraries.
    """
    digest = hashlib.sha256()
    modules: dict[str, str] = {}
    used, libraries = used_by(roots)
    for module, names in groupby(sorted(used), key=lambda name: name[0]):
        texts = [f"{module}\0{name}\0{one.text}\0" for _, name in names for one in _defined(module, name)]
        for text in texts:
            digest.update(text.encode())
        modules[module] = hashlib.sha256("".join(texts).encode()).hexdigest()[:SHORT]
    return Code(digest.hexdigest(), frozenset(libraries) - sys.stdlib_module_names, modules)


def used_by(roots: Iterable[Name]) -> tuple[set[Name], set[str]]:
    """All definitions that some use, themselves included, and the libraries (as they are imported)."""
    found: set[Name] = set()
    libraries: set[str] = set()
    queue = [(_spec_name(module), name) for module, name in roots]
    while queue:
        module, name = queue.pop()
        if (module, name) in found:
            continue
        if source_of(module) is None:
            libraries.add(module.partition(".")[0])
            continue
        found.add((module, name))
        for definition in _defined(module, name):
            queue += definition.uses
            libraries |= definition.libraries
        if name != AT_IMPORT:
            queue.append((module, AT_IMPORT))
    return found, libraries


AT_IMPORT = ""
"""Stands for a module's statements that define nothing."""


def _defined(module: str, name: str) -> Iterator[Definition]:
    """What a name stands for in a module; all of it where the name is not found there."""
    read = read_module(module)
    if name == AT_IMPORT:
        yield from read.at_import
    elif name in read.definitions:
        yield read.definitions[name]
    else:
        yield from read.definitions.values()


@functools.cache
def read_module(module: str) -> Module:
    """A module of the project, read from its source."""
    return parse_module(module, text_of(module))


def text_of(module: str) -> str:
    """A module's source."""
    file = source_of(module)
    assert file is not None  # asked for by `used_by`, which has looked
    return file.read_text()


def parse_module(module: str, text: str) -> Module:
    """A module's definitions, from its text."""
    parsed = ast.parse(text)
    told = names_told(parsed.body)
    tree = _without_docstrings(Untold(told).visit(parsed) if told else parsed)
    package = module if _is_package(module) else module.rpartition(".")[0]
    imports = _imports_of(tree.body, package)
    own = {name for statement in tree.body for name in _names_defined(statement)}
    definitions: dict[str, Definition] = {}
    others: list[Definition] = []
    for statement in tree.body:
        if isinstance(statement, ast.Import | ast.ImportFrom) or _is_typing_only(statement):
            continue
        read = _definition(statement, module, own, imports, package)
        for name in _names_defined(statement):
            before = definitions.get(name)
            definitions[name] = read if before is None else _joined(before, read)
        if not _names_defined(statement):
            others.append(read)
    for name, target in imports.names.items():  # `from a import b` makes b a name of this module too
        definitions.setdefault(name, Definition("", frozenset([target]), frozenset()))
    for name, whole in imports.modules.items():
        definitions.setdefault(name, Definition("", frozenset([(whole, "*")]), frozenset()))
    return Module(definitions, tuple(others))


def source_of(module: str) -> Path | None:
    """The file of a module of the project; null for a library."""
    if module.partition(".")[0] not in ROOMS:
        return None
    base = ROOT.joinpath(*module.split("."))
    return next((f for f in (base.with_suffix(".py"), base / "__init__.py") if f.is_file()), None)


def _is_package(module: str) -> bool:
    file = source_of(module)
    return file is not None and file.name == "__init__.py"


def _spec_name(module: str) -> str:
    """A module's own name, where it runs as the program too."""
    return str(getattr(sys.modules["__main__"].__spec__, "name", module)) if module == "__main__" else module


def _definition(statement: ast.stmt, module: str, own: set[str], imports: _Imports, package: str) -> Definition:
    known = imports.merged(_imports_of(list(_statements_in(statement)), package))
    uses: set[Name] = set()
    libraries: set[str] = set()
    for chain in _chains(statement):
        head, *rest = chain
        if head in known.modules:
            uses.add(_in_module(known.modules[head], rest))
        elif head in known.names:
            uses.add(known.names[head])
        elif head in known.libraries:
            libraries.add(known.libraries[head])
        elif head in own:
            uses.add((module, head))
    return Definition(ast.dump(statement), frozenset(uses), frozenset(libraries))


def _in_module(module: str, rest: list[str]) -> Name:
    """What `module.a.b` names: a definition of the deepest module that there is."""
    while rest and source_of(f"{module}.{rest[0]}") is not None:
        module, rest = f"{module}.{rest[0]}", rest[1:]
    return module, rest[0] if rest else "*"


def _imports_of(statements: Iterable[ast.stmt], package: str) -> _Imports:
    found = _Imports()
    for statement in statements:
        if isinstance(statement, ast.Import):
            for alias in statement.names:
                top = alias.name.partition(".")[0]
                if source_of(alias.name) is None:
                    found.libraries[alias.asname or top] = top
                else:
                    found.modules[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(statement, ast.ImportFrom):
            _from(statement, package, found)
    return found


def _from(statement: ast.ImportFrom, package: str, found: _Imports) -> None:
    base = statement.module or ""
    if base == PROGRESS and not statement.level:
        return
    if statement.level:
        above = package.split(".")[: len(package.split(".")) - statement.level + 1]
        base = ".".join([*above, *([base] if base else [])])
    for alias in statement.names:
        name = alias.asname or alias.name
        if source_of(f"{base}.{alias.name}") is not None:
            found.modules[name] = f"{base}.{alias.name}"
        elif source_of(base) is not None:
            found.names[name] = (base, alias.name)
        else:
            found.libraries[name] = base.partition(".")[0]


def _statements_in(node: ast.AST) -> Iterator[ast.stmt]:
    for child in ast.walk(node):
        if isinstance(child, ast.stmt):
            yield child


def _names_defined(statement: ast.stmt) -> list[str]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [statement.name]
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    if isinstance(statement, ast.AnnAssign | ast.AugAssign):
        targets = [statement.target]
    found = [node for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return [node.id for node in found if isinstance(node.ctx, ast.Store)]


def _chains(statement: ast.stmt) -> Iterator[list[str]]:
    """The names that a statement reads, with the attributes asked of them: a.b.c as [a, b, c]; no annotations."""
    queue: list[ast.AST] = [statement]
    while queue:
        node = queue.pop()
        chain = _chain(node)
        if chain:
            yield chain
            continue
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns"):
                continue
            values = value if isinstance(value, list) else [value]
            queue += [child for child in values if isinstance(child, ast.AST)]


def _chain(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.Attribute):
        before = _chain(node.value)
        return [*before, node.attr] if before else []
    return []


def _is_typing_only(statement: ast.stmt) -> bool:
    test = statement.test if isinstance(statement, ast.If) else None
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


def _without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            kept = [s for s in body if not _is_text(s)]
            node.body = kept or [ast.Pass()]  # type: ignore[attr-defined]
    return tree


def _is_text(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _joined(one: Definition, other: Definition) -> Definition:
    return Definition(one.text + other.text, one.uses | other.uses, one.libraries | other.libraries)
