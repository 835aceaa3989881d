"""The shape of the source tree: no file-level import cycle, no overlong file, every package says what it is for."""

from __future__ import annotations

import ast
import graphlib
import re
from pathlib import Path

import grimp

import minispark

PACKAGE = Path(minispark.__file__).parent
LINES_MAX = 400
LONGER_WITH_A_REASON: dict[str, str] = {}
"""Files above ``LINES_MAX`` lines, each with the reason why splitting it would make it harder to read."""

FILES = sorted(PACKAGE.rglob("*.py"))


def relative(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


def find_cycle(imports: dict[str, set[str]]) -> list[str]:
    """One import cycle as the list of its modules, first and last the same; empty where there is none."""
    try:
        graphlib.TopologicalSorter(imports).prepare()
    except graphlib.CycleError as error:
        return list(error.args[1])
    return []


def test_no_file_imports_itself_through_others() -> None:
    """Imports inside functions count too: they are no way around a cycle. Those for type checkers only do not."""
    graph = grimp.build_graph("minispark", exclude_type_checking_imports=True, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert len(imports) == len(FILES)
    assert find_cycle(imports) == []


def test_find_cycle_sees_one() -> None:
    assert set(find_cycle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}


def test_a_file_holds_one_idea() -> None:
    lines = {relative(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    long = {name for name, count in lines.items() if count > LINES_MAX}
    assert long - LONGER_WITH_A_REASON.keys() == set(), "split them, or name the reason on the list"
    assert LONGER_WITH_A_REASON.keys() & lines.keys() - long == set(), "short enough again: take them off the list"


def test_a_package_says_what_it_is_for() -> None:
    packages = [path for path in FILES if path.name == "__init__.py"]
    assert packages
    silent = [relative(p) for p in packages if not ast.get_docstring(ast.parse(p.read_text(encoding="utf-8")))]
    assert silent == []


def test_the_list_of_long_files_names_files() -> None:
    assert set(LONGER_WITH_A_REASON) <= {relative(p) for p in FILES}


def test_marks_for_checkers_say_why() -> None:
    """Each ``noqa`` and ``type: ignore`` names what it quiets and has a few words behind it; outside of the package,
    where no type checker looks, there are none of the latter."""
    mark = re.compile(r"# (?:noqa|type: ignore)(?=[\s:\[]|$)")
    told = re.compile(r"# (?:noqa: [A-Z0-9, ]+|type: ignore\[[a-z, -]+\]) +(?:# |- |\()?\w")
    root = PACKAGE.parent
    others = [path for folder in ("tests", "benchmarks", "examples") for path in sorted((root / folder).rglob("*.py"))]
    silent = [
        f"{relative(path)}:{number}"
        for path in (*FILES, *others)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if mark.search(line) and (not told.search(line) or (path in others and "# type: ignore" in line))
    ]
    assert silent == []
