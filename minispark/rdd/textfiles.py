"""Which bytes of which files each partition of ``textFile`` reads, as Hadoop's ``FileInputFormat`` splits them."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator

from minispark.engine.core.values import value
from minispark.engine.kernels.text import is_compressed
from minispark.engine.plan.nodes import MissingInput, TextSplit, TextSplits
from minispark.rdd.saving import local_path

BLOCK_BYTES = 32 << 20
"""Hadoop's block size of local files, which bounds a split."""

SLOP = 1.1
"""A file's last split may be this much larger, rather than leave a tiny one."""


@value
class TextPlan:
    count: int
    source: TextSplits | MissingInput


def plan_text(name: str, partitions_min: int, use_unicode: bool) -> TextPlan:
    """Splits of all files that ``name`` stands for: paths, directories or globs, separated by commas; a glob may have
    alternatives, ``{a,b}``.

    What is missing becomes a source that raises FileNotFoundError, naming it all, when an action reads it.
    """
    files: list[str] = []
    missing: list[str] = []
    for pattern in filter(None, map(str.strip, _separated(name))):
        found = [path for each in _alternatives(local_path(pattern)) for path in _files(each)]
        files.extend(found)
        if not found and not os.path.isdir(local_path(pattern)):
            missing.append(pattern)
    if missing or not name.strip():
        return TextPlan(1, MissingInput(tuple(missing) or (name,)))
    splits = tuple(_splits(files, partitions_min))
    return TextPlan(len(splits), TextSplits(splits, use_unicode))


def _separated(name: str) -> list[str]:
    """The parts between commas that are not inside braces.

    >>> _separated("a,b/{c,d}")
    ['a', 'b/{c,d}']
    """
    parts = [""]
    depth = 0
    for char in name:
        depth += (char == "{") - (char == "}")
        if char == "," and depth <= 0:
            parts.append("")
        else:
            parts[-1] += char
    return parts


def _alternatives(pattern: str) -> list[str]:
    """The patterns that one with ``{a,b}`` stands for; an existing path is taken as it is.

    >>> _alternatives("x/{a,b}{1,2}")
    ['x/a1', 'x/a2', 'x/b1', 'x/b2']
    """
    before, opened, rest = pattern.partition("{")
    inside, closed, after = rest.partition("}")
    if not (opened and closed) or os.path.exists(pattern):
        return [pattern]
    return [before + choice + tail for choice in inside.split(",") for tail in _alternatives(after)]


def _files(pattern: str) -> Iterator[str]:
    for path in sorted(glob.glob(pattern)) if glob.has_magic(pattern) and not os.path.exists(pattern) else [pattern]:
        if os.path.isdir(path):
            names = sorted(name for name in os.listdir(path) if not name.startswith(("_", ".")))
            yield from (os.path.abspath(os.path.join(path, name)) for name in names)
        elif os.path.exists(path):
            yield os.path.abspath(path)


def _splits(files: list[str], partitions_min: int) -> Iterator[TextSplit]:
    status = [os.stat(path) for path in files]
    goal = sum(found.st_size for found in status) // partitions_min
    size = max(1, min(goal, BLOCK_BYTES))
    for path, found in zip(files, status, strict=True):
        start, total = 0, found.st_size
        while not is_compressed(path) and (total - start) / size > SLOP:
            yield TextSplit(path, start, start + size, total, found.st_mtime_ns)
            start += size
        if start < total:
            yield TextSplit(path, start, total, total, found.st_mtime_ns)
