"""Partition discovery: columns in the names of directories, ``root/day=1/hour=2`` (Spark's ``PartitioningUtils``)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.formats.filesystems import as_uri, normal_path
from minispark.engine.formats.protocol import FileStatus
from minispark.errors import IllegalArgumentException, SparkRuntimeException
from minispark.sql import types as t
from minispark.sql.sources.hive import unescaped
from minispark.sql.sources.listing import Listing
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitionvalues import inferred_type, partition_value, wider_type


@value
class PartFile:
    """A data file and the physical values of the partition columns for all its rows."""

    status: FileStatus
    values: tuple[Any, ...] = ()

    @property
    def path(self) -> str:
        return self.status.path

    @property
    def size(self) -> int:
        return self.status.size


@value
class Partitioned:
    """``columns`` are empty where directories tell nothing."""

    columns: tuple[t.StructField, ...]
    files: tuple[PartFile, ...]


def discover(
    listing: Listing, options: Options, given: t.StructType | None = None, infer: bool = True, zone: str = "UTC"
) -> Partitioned:
    """Partition columns and values of listed files.

    ``given`` is the user's schema, whose types and spelling count. Without partitions, files below directories of a
    root are left out, as Spark does, unless the option recursiveFileLookup is true. Raises SparkRuntimeException
    (CONFLICTING_DIRECTORY_STRUCTURES, CONFLICTING_PARTITION_COLUMN_NAMES).
    """
    if options.flag("recursiveFileLookup"):
        return Partitioned((), tuple(map(PartFile, listing.files)))
    bases = _bases(listing, options)
    known: dict[str, tuple[tuple[tuple[str, str], ...], str]] = {}
    for file in listing.files:
        folder = os.path.dirname(file.path)
        if folder not in known:
            known[folder] = _parsed(folder, bases)
    parts = {folder: pairs for folder, (pairs, _) in known.items() if pairs}
    if not parts:
        return Partitioned((), tuple(PartFile(file) for file in listing.files if _direct(file, listing)))
    _check_structure({base for _, base in known.values()})
    _check_names(parts)
    columns = _columns(parts, given, infer)
    values = {
        folder: tuple(
            partition_value(raw, field.dataType, field.name, zone)
            for (_, raw), field in zip(pairs, columns, strict=True)
        )
        for folder, pairs in parts.items()
    }
    folders = ((os.path.dirname(file.path), file) for file in listing.files)
    return Partitioned(columns, tuple(PartFile(file, values[folder]) for folder, file in folders if folder in parts))


def _bases(listing: Listing, options: Options) -> set[str]:
    told = options.get("basePath")
    if told is None:
        return {root.path.rstrip("/") if root.is_directory else os.path.dirname(root.path) for root in listing.roots}
    base = normal_path(told)
    base = base.rstrip("/") if "://" in base else os.path.abspath(base)
    if "://" not in base and not os.path.isdir(base):
        raise IllegalArgumentException(f"option basePath names no directory: {told!r}")
    for root in listing.roots:
        if not (root.path.rstrip("/") + "/").startswith(base + "/"):
            raise IllegalArgumentException(
                f"basePath {told!r} is not above {root.path!r}; leave it out, or name a directory above"
            )
    return {base}


def _parsed(folder: str, bases: set[str]) -> tuple[tuple[tuple[str, str], ...], str]:
    """The columns and raw texts of a directory, from the top, and the directory above them."""
    found: list[tuple[str, str]] = []
    at = folder.rstrip("/")
    while at not in bases and at not in ("", "/"):
        name, equals, raw = os.path.basename(at).partition("=")
        if equals:
            if not name or not raw:
                raise SparkRuntimeException(f"directory {at!r} has no name or no value of a partition column")
            found.append((unescaped(name), raw))
        elif found:
            break
        at = os.path.dirname(at)
    return tuple(reversed(found)), at if found else folder.rstrip("/")


def _direct(file: FileStatus, listing: Listing) -> bool:
    folder = os.path.dirname(file.path)
    return any(
        folder == root.path.rstrip("/") if root.is_directory else file.path == root.path for root in listing.roots
    )


def _check_structure(bases: set[str]) -> None:
    if len({base.lower() for base in bases}) > 1:
        raise SparkRuntimeException(
            f"partition directories lie below different roots: {', '.join(map(as_uri, sorted(bases)))}; set option "
            "basePath to the root of the table, or load the roots one by one and union them",
            "CONFLICTING_DIRECTORY_STRUCTURES",
            {"discoveredBasePaths": "\n\t".join(map(as_uri, sorted(bases)))},
        )


def _check_names(parts: dict[str, tuple[tuple[str, str], ...]]) -> None:
    lists = {tuple(name.lower() for name, _ in pairs): pairs for pairs in parts.values()}
    if len(lists) > 1:
        texts = [", ".join(name for name, _ in pairs) for pairs in lists.values()]
        raise SparkRuntimeException(
            f"directories disagree about the partition columns: {' / '.join(texts)}; every data file lies in a "
            "directory "
            "of the same columns in the same order",
            "CONFLICTING_PARTITION_COLUMN_NAMES",
            {"distinctPartColLists": "\n\t".join(texts)},
        )


def _columns(
    parts: dict[str, tuple[tuple[str, str], ...]], given: t.StructType | None, infer: bool
) -> tuple[t.StructField, ...]:
    fields = []
    told = {field.name.lower(): field for field in (given.fields if given is not None else ())}
    for place, (name, _) in enumerate(next(iter(parts.values()))):
        field = told.get(name.lower())
        if field is not None:
            fields.append(t.StructField(field.name, field.dataType, True))
        else:
            dtype = _common((pairs[place][1] for pairs in parts.values()), infer)
            fields.append(t.StructField(name, dtype, True))
    return tuple(fields)


def _common(raws: Iterable[str], infer: bool) -> t.DataType:
    if not infer:
        return t.StringType()
    found: t.DataType = t.NullType()
    for raw in set(raws):
        found = wider_type(found, inferred_type(raw))
    return found
