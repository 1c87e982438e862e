"""Leaves out of a syntax tree what only tells how far work has come: it changes no result, and so no identity."""

import ast
from collections.abc import Iterable

PROGRESS = "data.progress"
"""The module whose functions only tell."""


def names_told(statements: Iterable[ast.stmt]) -> frozenset[str]:
    """What a module calls the functions that only tell."""
    return frozenset(
        alias.asname or alias.name
        for statement in statements
        if isinstance(statement, ast.ImportFrom) and statement.module == PROGRESS and not statement.level
        for alias in statement.names
    )


class Untold(ast.NodeTransformer):
    """Takes out statements that call such a function, and its results where they stand starred in a list.

    Parameters
    ----------
    names
        As `names_told` gives them.
    """

    def __init__(self, names: frozenset[str]) -> None:
        self.names = names

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """A statement that tells is none."""
        return None if self._tells(node.value) else self.generic_visit(node)

    def visit_Starred(self, node: ast.Starred) -> ast.AST | None:
        """What is starred in a list and tells is not in it."""
        return None if self._tells(node.value) else self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        """An argument that was a list of such results alone is not given."""
        held = isinstance(node.value, ast.List) and bool(node.value.elts)
        self.generic_visit(node)
        return None if held and isinstance(node.value, ast.List) and not node.value.elts else node

    def _tells(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self.names
