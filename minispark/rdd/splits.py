"""Which bytes of which files each partition of a file source reads, as Hadoop's ``FileInputFormat`` splits them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from minispark.engine.core.values import value
from minispark.engine.formats.compression import codec_of
from minispark.engine.formats.filesystems import (
    alternatives,
    filesystem_of,
    is_hidden,
    normal_path,
)
from minispark.engine.formats.protocol import FileStatus, FileSystem
from minispark.engine.plan.nodes import FileGroups, TextSplit, TextSplits, UnusableInput

RECURSIVE_KEY = "spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive"

SLOP = 1.1
"""A file's last split may be this much larger, rather than leave a tiny one."""

Groups = list[tuple[TextSplit, ...]]


@value
class InputSettings:
    """``binaryFiles`` fills partitions up to ``partition_bytes``, counting each file as ``open_cost_bytes`` larger;
    ``recursive``: directories inside input directories are read too."""

    recursive: bool = False
    partition_bytes: int = 128 << 20
    open_cost_bytes: int = 4 << 20


@value
class InputPlan:
    """``source`` in ``count`` partitions."""

    count: int
    source: TextSplits | FileGroups | UnusableInput


def plan_text(name: str, partitions_min: int, use_unicode: bool, settings: InputSettings) -> InputPlan:
    """Splits of all files that ``name`` stands for: paths, directories or globs, separated by commas; a glob may have
    alternatives, ``{a,b}``.

    What is missing or unreadable becomes a source that raises the OSError, naming it all, when an action reads it.
    """
    return _planned(name, settings, lambda found: _text_source(found, partitions_min, use_unicode))


def plan_pairs(
    name: str, partitions_min: int | None, form: str, split_bytes_min: int, settings: InputSettings
) -> InputPlan:
    """As ``plan_text``, for the records of ``form`` in files that are split alike; None splits only by block size."""
    return _planned(
        name, settings, lambda found: _grouped(_each(_splits(found, partitions_min, split_bytes_min)), form, None)
    )


def plan_texts(name: str, partitions_min: int, use_unicode: bool, settings: InputSettings) -> InputPlan:
    """Whole files; a partition takes files until it has its share of the bytes."""

    def plan(found: list[FileStatus]) -> InputPlan:
        share = -(-sum(status.size for status in found) // partitions_min)
        return _grouped(_filled(found, share), "texts", use_unicode)

    return _planned(name, settings, plan, overlook_directories=True)


def plan_binaries(name: str, partitions_min: int, parallelism: int, settings: InputSettings) -> InputPlan:
    """Whole files; opening one counts as reading some megabytes."""

    def plan(found: list[FileStatus]) -> InputPlan:
        total = sum(status.size + settings.open_cost_bytes for status in found)
        share = total // max(partitions_min, parallelism)
        share = min(settings.partition_bytes, max(settings.open_cost_bytes, share))
        return _grouped(_filled(found, share), "binaries", None)

    return _planned(name, settings, plan, overlook_directories=True)


def plan_fixed(name: str, length: int, settings: InputSettings) -> InputPlan:
    """Records of ``length`` bytes; a split holds whole records."""

    def plan(found: list[FileStatus]) -> InputPlan:
        groups: Groups = []
        for status in found:
            block_bytes = filesystem_of(status.path).block_bytes
            groups.extend(_each(_split(status, max(length, block_bytes - block_bytes % length))))
        return _grouped(groups, "fixed", length)

    return _planned(name, settings, plan, overlook_directories=True)


def _planned(
    name: str,
    settings: InputSettings,
    plan: Callable[[list[FileStatus]], InputPlan],
    overlook_directories: bool = False,
) -> InputPlan:
    try:
        found = list(_files(name, settings.recursive))
        directories = [status.path for status in found if status.is_directory]
        if directories and not overlook_directories:
            raise IsADirectoryError(
                f"{', '.join(directories)}: a directory inside an input directory is not read; name it, or use a glob "
                "such as parent/*, which reads the files in each directory that it matches, or set "
                f"{RECURSIVE_KEY} to true"
            )
        return plan([status for status in found if not status.is_directory])
    except OSError as error:
        return InputPlan(1, UnusableInput(error))


def _files(name: str, recursive: bool) -> Iterator[FileStatus]:
    missing: list[str] = []
    patterns = [part.strip() for part in separated(name) if part.strip()]
    for pattern in patterns:
        path = normal_path(pattern)
        files = filesystem_of(path)
        matched = _matched(files, path)
        if not matched:
            missing.append(pattern)
        for status in matched:
            if status.is_directory:
                yield from _inside(files, status.path, recursive)
            else:
                yield status
    if missing or not patterns:
        hidden = " (files whose names begin with _ or . are not read)" if any(map(is_hidden, missing)) else ""
        raise FileNotFoundError(f"Input path does not exist: {', '.join(missing) or repr(name)}{hidden}")


def _inside(files: FileSystem, path: str, recursive: bool) -> Iterator[FileStatus]:
    stack = [path]
    while stack:
        found = [status for status in files.list_directory(stack.pop()) if not is_hidden(status.path)]
        yield from (status for status in found if not (recursive and status.is_directory))
        stack.extend(status.path for status in reversed(found) if recursive and status.is_directory)


def _matched(files: FileSystem, path: str) -> list[FileStatus]:
    if "[^" in path and not files.exists(path):
        path = path.replace("[^", "[!")  # "none of these", as Hadoop writes it and as Python does
    found = files.glob(path) or [status for each in alternatives(path) for status in files.glob(each)]
    return [status for status in found if status.is_directory or not is_hidden(status.path)]


def separated(name: str) -> list[str]:
    """The parts between commas that are not inside braces.

    >>> separated("a,b/{c,d}")
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


def _text_source(found: list[FileStatus], partitions_min: int, use_unicode: bool) -> InputPlan:
    splits = tuple(_splits(found, partitions_min))
    return InputPlan(len(splits), TextSplits(splits, use_unicode))


def _grouped(groups: Iterable[tuple[TextSplit, ...]], form: str, option: object) -> InputPlan:
    all_groups = tuple(groups)
    return InputPlan(len(all_groups), FileGroups(all_groups, form, option))


def _each(splits: Iterable[TextSplit]) -> Groups:
    return [(split,) for split in splits]


def _splits(found: list[FileStatus], partitions_min: int | None, split_bytes_min: int = 1) -> Iterator[TextSplit]:
    total = sum(status.size for status in found)
    for status in found:
        block_bytes = filesystem_of(status.path).block_bytes
        goal = block_bytes if partitions_min is None else min(total // partitions_min, block_bytes)
        yield from _split(status, max(split_bytes_min, goal))


def _split(status: FileStatus, size: int) -> Iterator[TextSplit]:
    start, total = 0, status.size
    while codec_of(status.path) is None and (total - start) / size > SLOP:
        yield TextSplit(status.path, start, start + size, total, status.modified_ns)
        start += size
    if start < total:
        yield TextSplit(status.path, start, total, total, status.modified_ns)


def _filled(found: list[FileStatus], share: int) -> Groups:
    """Files in order; a group is complete when it has ``share`` bytes."""
    groups: Groups = []
    group: list[TextSplit] = []
    filled = 0
    for status in found:
        group.append(TextSplit(status.path, 0, status.size, status.size, status.modified_ns))
        filled += status.size
        if share and filled >= share:
            groups.append(tuple(group))
            group, filled = [], 0
    return [*groups, tuple(group)] if group else groups
