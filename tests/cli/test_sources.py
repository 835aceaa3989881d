"""The demo's program: reading source files, and the whole analysis against plain Python."""

from __future__ import annotations

import ast
import heapq
import os
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from minispark import SparkContext
from minispark.cli import sources
from minispark.cli.sources import Analysis, Module, analyse, imported_names, module_name, python_files, read_module

TREE = {
    "app/__init__.py": "from . import models, views\nfrom .util import helper\n",
    "app/models.py": "import json\nfrom app import util\nclass Model: pass\n",
    "app/views.py": "from .models import Model\nfrom app.models import *\nimport app.util, os.path\n",
    "app/util.py": "def helper(value):\n    return value\n",
    "app/deep/__init__.py": "",
    "app/deep/leaf.py": "from .. import util\nfrom ..models import Model\nfrom ... import outside\n",
    "main.py": "import app\nfrom app.views import Model as M\nvalue = value or value\n",
    "broken.py": "def f(:\n    import app\n",
    "old.py": "# -*- coding: latin-1 -*-\nname = 'caf\xe9'\nimport main\n",
    "site-packages/installed.py": "import app\n",
    ".hidden/secret.py": "import app\n",
    "notes.txt": "import app\n",
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("tree")
    for name, text in TREE.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("latin-1"))
    return root


def expected(paths: list[str], root: Path, top: int) -> Analysis:
    """The analysis once more, from dicts and loops."""
    modules = [read_module(path, root) for path in paths]
    names = {module.name for module in modules}
    words = Counter(w for path in paths for line in sources.read_lines(path) for w in sources.WORD.findall(line))
    links: dict[str, list[str]] = {m.name: sorted({i for i in m.imports if i in names}) for m in modules}
    ranks = dict.fromkeys(links, 1.0)
    for _ in range(sources.ROUNDS):
        given: defaultdict[str, float] = defaultdict(float)
        for name, linked in links.items():
            for other in linked:
                given[other] += ranks[name] / len(linked)
        ranks = {name: 1 - sources.DAMPING + sources.DAMPING * given[name] for name in links}
    users = Counter(other for linked in links.values() for other in linked)
    sizes = {module.name: module.lines for module in modules}
    ranked = [(name, ranks[name], users[name], sizes[name]) for name in links if users[name]]
    return Analysis(
        heapq.nsmallest(top, words.items(), key=lambda pair: (-pair[1], pair[0])),
        heapq.nsmallest(top, ranked, key=lambda module: (-module[1], module[0])),
        sum(sizes.values()),
        sum(map(len, links.values())),
        sorted((module.name, module.problem) for module in modules if module.problem),
    )


@pytest.mark.slow
@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_the_analysis_is_what_plain_python_finds(tree: Path, master: str) -> None:
    paths = python_files(tree)
    with SparkContext(master, "test") as sc:
        found = analyse(sc, tree, paths, 5, 4)
    wanted = expected(paths, tree, 5)
    assert found._replace(modules=[]) == wanted._replace(modules=[])
    assert [m[0] for m in found.modules] == [m[0] for m in wanted.modules]
    assert [m[1:] for m in found.modules] == [(pytest.approx(rank), *rest) for _, rank, *rest in wanted.modules]


def test_the_analysis_of_the_tree_by_hand(tree: Path) -> None:
    wanted = expected(python_files(tree), tree, 3)
    assert wanted.words == [("import", 14), ("from", 9), ("app", 6)]
    assert wanted.imports == 13
    assert wanted.modules[0][0] == "app.util"
    assert [name for name, _ in wanted.problems] == ["broken"]


def test_files_are_found_but_for_installed_and_hidden_ones(tree: Path) -> None:
    found = [Path(path).relative_to(tree).as_posix() for path in python_files(tree)]
    assert found == sorted(name for name in TREE if name.endswith(".py") and name[0] not in ".s")


@pytest.mark.parametrize(
    ("file", "imports"),
    [
        ("app/__init__.py", {"app.models", "app.views", "app.util", "app.util.helper"}),
        ("app/models.py", {"json", "app", "app.util"}),
        ("app/views.py", {"app.models", "app.models.Model", "app.util", "os.path"}),
        ("app/deep/leaf.py", {"app", "app.util", "app.models", "app.models.Model"}),
        ("main.py", {"app", "app.views", "app.views.Model"}),
        ("old.py", {"main"}),
    ],
)
def test_imports_are_resolved(tree: Path, file: str, imports: set[str]) -> None:
    module = read_module(str(tree / file), tree)
    assert (set(module.imports), module.problem) == (imports, "")


def test_imports_are_found_wherever_a_statement_can_stand() -> None:
    source = """
if a: import m1
elif b: import m2
else: import m3
for x in y: import m4
else: import m5
while x: import m6
with x: import m7
try: import m8
except A: import m9
else: import m10
finally: import m11
match x:
    case 1: import m12
class C:
    async def f(self):
        async with x:
            import m13
f = lambda: x if x else y
"""
    assert set(imported_names(ast.parse(source), "app", False)) == {f"m{i}" for i in range(1, 14)}


def test_an_import_that_leaves_the_top_package_is_none() -> None:
    assert list(imported_names(ast.parse("from ... import x"), "app.views", False)) == []
    assert list(imported_names(ast.parse("from .. import x"), "app", True)) == []


def test_a_file_that_does_not_parse_says_why(tree: Path) -> None:
    module = read_module(str(tree / "broken.py"), tree)
    assert (module.name, module.lines, module.imports) == ("broken", 2, ())
    assert module.problem.startswith("line 1: ")


@pytest.mark.parametrize("content", [b"\x00", b"x = '" + b"(" * 50_000, b"# coding: nonsense\n", b"x = '\xff'\n"])
def test_no_content_is_fatal(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "strange.py"
    path.write_bytes(content)
    assert read_module(str(path), tmp_path).problem


def test_a_file_that_went_away_is_a_problem_not_a_failure(tmp_path: Path) -> None:
    path = str(tmp_path / "gone.py")
    assert read_module(path, tmp_path) == Module("gone", 0, (), os.strerror(2))
    assert sources.read_lines(path) == []


def test_module_names() -> None:
    root = Path("/src")
    assert module_name("/src/a/b.py", root) == "a.b"
    assert module_name("/src/a/__init__.py", root) == "a"
    assert module_name("/src/a/__main__.py", root) == "a.__main__"
    assert module_name("/src/__init__.py", root) == "__init__"
