"""The table of faults in docs/RELIABILITY.md: which tests prove which row, read from their marks.

``python tests/architecture/reliability_table.py`` writes the last column anew.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "RELIABILITY.md"
ROWS = range(1, 64)
_ROW = re.compile(r"\| (\d+) \| ([^|]+) \| ([^|]+) \|.*\|")


@cache
def marked_tests(root: Path = ROOT) -> dict[int, list[str]]:
    """The tests of each row, as ``tests/file.py::test_name``, without importing any."""
    found: dict[int, list[str]] = {}
    for path in sorted((root / "tests").rglob("test_*.py")):
        name = path.relative_to(root).as_posix()
        for rows, test in _marked_in(ast.parse(path.read_text())):
            for row in rows:
                found.setdefault(row, []).append(f"{name}::{test}")
    return found


def with_tests(page: str, tests: dict[int, list[str]]) -> str:
    """The page with each row's last cell as it should be."""

    def rewritten(line: str) -> str:
        match = _ROW.fullmatch(line)
        if match is None:
            return line
        listed = "<br>".join(f"`{test}`" for test in tests.get(int(match[1]), []))
        return f"| {match[1]} | {match[2]} | {match[3]} | {listed} |"

    return "\n".join(map(rewritten, page.split("\n")))


def rows_of(page: str) -> list[int]:
    """The numbers of the page's rows, in order."""
    return [int(match[1]) for line in page.split("\n") if (match := _ROW.fullmatch(line)) is not None]


def _marked_in(module: ast.Module) -> Iterator[tuple[list[int], str]]:
    for_all = [row for node in module.body if _is_pytestmark(node) for row in _rows_in(node)]
    for node in module.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            for_class = for_all + [row for decorator in node.decorator_list for row in _rows_in(decorator)]
            for method in node.body:
                yield from _of_function(method, for_class, f"{node.name}::")
        else:
            yield from _of_function(node, for_all, "")


def _of_function(node: ast.stmt, inherited: list[int], prefix: str) -> Iterator[tuple[list[int], str]]:
    if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
        rows = {*inherited, *(row for decorator in node.decorator_list for row in _rows_in(decorator))}
        if rows:
            yield sorted(rows), prefix + node.name


def _is_pytestmark(node: ast.stmt) -> bool:
    return isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in node.targets)


def _rows_in(node: ast.AST) -> list[int]:
    """The arguments of every ``pytest.mark.matrix(...)`` in an expression, those of parameters too."""
    return [
        ast.literal_eval(argument)
        for call in ast.walk(node)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "pytest.mark.matrix"
        for argument in call.args
    ]


if __name__ == "__main__":
    PAGE.write_text(with_tests(PAGE.read_text(), marked_tests()))
