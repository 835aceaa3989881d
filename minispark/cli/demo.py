"""``minispark demo``: analyse Python sources, by default the standard library of the interpreter that runs this."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from minispark.cli.settings import add_conf_option, parse_settings
from minispark.engine.core.units import format_bytes

SLICE_BYTES = 1 << 20
"""Aimed-at source code per task: enough tasks to keep workers busy to the end, few enough to cost nothing."""

PROBLEMS_SHOWN = 3


def add_command(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its options."""
    parser = commands.add_parser(
        "demo",
        help="analyse the Python standard library's source, or your own",
        description="Counts words, finds who imports whom, ranks modules by PageRank, and shows what each stage did.",
    )
    parser.add_argument("--path", type=Path, metavar="DIR", help="a folder of Python sources (the standard library)")
    parser.add_argument("--master", default="local[*]", help="local[N], local[*] or inline (%(default)s)")
    parser.add_argument("--top", type=_positive, default=12, metavar="N", help="lines in each list (%(default)s)")
    add_conf_option(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Analyse and print; 2 where there is no such folder, or nothing in it to analyse."""
    from minispark.cli.sources import python_files

    settings = parse_settings(arguments.conf)
    try:
        folder, root = _source_folder(arguments.path)
    except OSError as error:
        print(f"minispark demo: {error.filename}: {error.strerror}", file=sys.stderr)
        return 2
    paths = python_files(folder)
    if not paths:
        print(f"minispark demo: no Python files (*.py) under {folder}; --path names another folder", file=sys.stderr)
        return 2
    _analyse_and_print(arguments, settings, folder, root, paths)
    return 0


def _analyse_and_print(
    arguments: argparse.Namespace, settings: dict[str, str], folder: Path, root: Path, paths: list[str]
) -> None:
    from minispark import SparkConf, SparkContext
    from minispark.cli.sources import ROUNDS, analyse
    from minispark.engine.observe.metrics import StageTable

    size = sum(map(_size, paths))
    print(
        f"Analysing {len(paths):,} Python files ({format_bytes(size)}) under {folder} on {arguments.master}", flush=True
    )
    started = time.perf_counter()
    stages = StageTable()
    with SparkContext(arguments.master, "minispark demo", conf=SparkConf().setAll(settings.items())) as sc:
        sc._session.bus.add(stages)
        slices = max(sc.defaultParallelism, min(len(paths), -(-size // SLICE_BYTES)))
        found = analyse(sc, root, paths, arguments.top, slices)
        seconds = time.perf_counter() - started

    print(f"\n{found.lines:,} lines. Most frequent words:\n")
    print(_table(("word", "count"), [(word, f"{count:,}") for word, count in found.words]))
    print(f"\n{found.imports:,} imports between these modules. Most important ones, by {ROUNDS} rounds of PageRank:\n")
    ranked = [(name, f"{rank:.2f}", f"{users:,}", f"{lines:,}") for name, rank, users, lines in found.modules]
    print(_table(("module", "rank", "imported by", "lines"), ranked))
    if found.problems:
        print(f"\n{len(found.problems):,} files could not be parsed (their words count, their imports do not):")
        for name, problem in found.problems[:PROBLEMS_SHOWN]:
            print(f"  {name}: {problem}")
        if len(found.problems) > PROBLEMS_SHOWN:
            print(f"  ... and {len(found.problems) - PROBLEMS_SHOWN:,} more")
    print(f"\nWhat each stage did:\n\n{stages}\n\nDone in {seconds:.1f} s.")


def _source_folder(path: Path | None) -> tuple[Path, Path]:
    """The folder to read, and the folder from which its modules have their names; OSError where there is none."""
    if path is None:
        import sysconfig

        path = Path(sysconfig.get_path("stdlib"))
    folder = path.resolve(strict=True)
    with os.scandir(folder):
        pass  # so that a file, or a folder that may not be read, is an error and not an empty folder
    root = folder
    while (root / "__init__.py").exists() and root != root.parent:
        root = root.parent
    return folder, root


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    from minispark.engine.observe.text import format_table

    return format_table(headers, rows, left=(0,)) if rows else "(none)"


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0


def _positive(text: str) -> int:
    number = int(text) if text.isdigit() else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number of at least 1")
    return number
