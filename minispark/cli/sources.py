"""An analysis of Python source code: a program as anyone would write it, on nothing but the public API.

It runs on PySpark as well: hand :func:`analyse` a PySpark context.
"""

from __future__ import annotations

import ast
import os
import re
import warnings
from collections.abc import Iterator
from operator import add
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from minispark import SparkContext

WORD = re.compile(r"[^\W\d]\w+")
NOT_OURS = {"__pycache__", "site-packages", "dist-packages", "node_modules"}
ROUNDS = 10
DAMPING = 0.85


class Module(NamedTuple):
    """One source file. ``imports`` are full dotted names, of which some may be functions or classes of a module."""

    name: str
    lines: int
    imports: tuple[str, ...]
    problem: str


class Analysis(NamedTuple):
    """What there is to tell. ``modules`` are (name, rank, how many import it, lines); best first, as ``words`` are."""

    words: list[tuple[str, int]]
    modules: list[tuple[str, float, int, int]]
    lines: int
    imports: int
    problems: list[tuple[str, str]]


def analyse(sc: SparkContext, root: Path, paths: list[str], top: int, slices: int) -> Analysis:
    """Count words, find who imports whom, and rank modules by PageRank.

    ``paths`` are the files under ``root``, read in ``slices`` tasks. What is found in them is small beside them: it is
    joined and added up in few partitions, for Spark's default here (as many as both inputs together) grows and grows.
    The tasks open the files themselves, so each path comes with what tells that its file has changed: then a resumed
    run reads them all again.
    """
    files = sc.parallelize([(path, stamp(path)) for path in paths], slices).keys()
    few = min(slices, 2 * sc.defaultParallelism)

    words = files.flatMap(read_lines).flatMap(WORD.findall).map(lambda word: (word, 1)).reduceByKey(add, few)
    top_words = words.takeOrdered(top, key=lambda pair: (-pair[1], pair[0]))

    modules = files.map(lambda path: read_module(path, root)).cache()
    problems = modules.filter(lambda m: m.problem != "").map(lambda m: (m.name, m.problem)).collect()
    lines = modules.map(lambda m: m.lines).sum()

    # Who imports whom. Joining with the names of all modules drops what is no module here: functions, other packages.
    importers = modules.flatMap(lambda m: [(imported, m.name) for imported in m.imports])
    known = modules.map(lambda m: (m.name, None))
    edges = importers.join(known, few).map(lambda pair: (pair[1][0], pair[0])).distinct(few).cache()

    # PageRank: each round, a module's rank goes in equal parts to what it imports. One with no imports has a line too.
    nodes = edges.union(known).groupByKey(few)
    links = nodes.mapValues(lambda names: [name for name in names if name is not None]).cache()
    ranks = links.mapValues(lambda _: 1.0)
    for _ in range(ROUNDS):
        received = links.join(ranks, few).flatMap(shares).reduceByKey(add, few)
        ranks = received.mapValues(lambda rank: 1 - DAMPING + DAMPING * rank)

    importer_counts = edges.map(lambda edge: (edge[1], 1)).reduceByKey(add, few)
    sizes = modules.map(lambda m: (m.name, m.lines)).reduceByKey(add, few)
    top_modules = (
        ranks.join(importer_counts, few)
        .join(sizes, few)
        .map(lambda pair: (pair[0], pair[1][0][0], pair[1][0][1], pair[1][1]))
        .takeOrdered(top, key=lambda module: (-module[1], module[0]))
    )
    return Analysis(top_words, top_modules, lines, edges.count(), sorted(problems))


def shares(node: tuple[str, tuple[list[str], float]]) -> Iterator[tuple[str, float]]:
    """What a module of this rank gives to each that it imports; and nothing to itself, so that it is not forgotten."""
    module, (imported, rank) = node
    yield module, 0.0
    for name in imported:
        yield name, rank / len(imported)


def python_files(root: Path) -> list[str]:
    """All ``.py`` files under ``root`` in sorted order, installed packages and caches left out."""
    found = []
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.startswith(".")]
        found += [os.path.join(folder, name) for name in names if name.endswith(".py")]
    return sorted(found)


def stamp(path: str) -> tuple[int, int] | None:
    """Size and time of change of a file; None if there is none."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_size, status.st_mtime_ns


def read_lines(path: str) -> list[str]:
    """The file's lines; none of a file that cannot be read, which :func:`read_module` reports."""
    try:
        return Path(path).read_bytes().decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def read_module(path: str, root: Path) -> Module:
    """Parse one file. One that cannot be read or parsed has no imports, and says why in ``problem``."""
    name = module_name(path, root)
    try:
        source = Path(path).read_bytes()
    except OSError as error:
        return Module(name, 0, (), error.strerror or type(error).__name__)
    lines = source.count(b"\n")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # strange escapes in the sources are not our reader's concern
            tree = ast.parse(source)
    except SyntaxError as error:
        return Module(name, lines, (), f"line {error.lineno}: {error.msg}")
    except (ValueError, RecursionError, MemoryError) as error:
        return Module(name, lines, (), f"{type(error).__name__}: {error}")
    is_package = os.path.basename(path) == "__init__.py"
    return Module(name, lines, tuple(sorted(set(imported_names(tree, name, is_package)) - {name})), "")


def module_name(path: str, root: Path) -> str:
    """The dotted name under which ``root`` on ``sys.path`` would offer the file.

    >>> module_name("/src/json/decoder.py", Path("/src")), module_name("/src/json/__init__.py", Path("/src"))
    ('json.decoder', 'json')
    """
    parts = list(Path(path).relative_to(root).with_suffix("").parts)
    if parts[-1] == "__init__" and len(parts) > 1:
        parts.pop()
    return ".".join(parts)


def imported_names(tree: ast.AST, module: str, is_package: bool) -> Iterator[str]:
    """Every name that may be a module in the import statements of a syntax tree, relative ones resolved.

    >>> sorted(imported_names(ast.parse("import os.path; from . import decoder"), "json.tool", False))
    ['json', 'json.decoder', 'os.path']
    """
    for node in statements(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _base(node, module, is_package)
            if base:
                yield base
                yield from (f"{base}.{alias.name}" for alias in node.names if alias.name != "*")


def statements(tree: ast.AST) -> Iterator[ast.AST]:
    """All statements of a syntax tree, in no order. Expressions, most of the tree, are not looked into (``ast.walk``
    takes three times as long)."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        for field in ("body", "orelse", "finalbody", "handlers", "cases"):
            inner = getattr(node, field, None)
            if isinstance(inner, list):
                waiting += inner


def _base(node: ast.ImportFrom, module: str, is_package: bool) -> str:
    """What stands between ``from`` and ``import``, in full; empty where it leaves the top package."""
    if node.level == 0:
        return node.module or ""
    parts = module.split(".")
    kept = len(parts) - node.level + is_package
    if kept < 1:
        return ""
    return ".".join([*parts[:kept], node.module] if node.module else parts[:kept])
