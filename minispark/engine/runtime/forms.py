"""The forms of a stage's parts, and what every fingerprint of a context depends on beside them."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import blake2b
from typing import Any

import minispark.engine.serde.canonical_functions  # noqa: F401  (how functions and classes are taken)
from minispark.engine.core.errors import BlockError, CheckpointError, UncanonicalError
from minispark.engine.kernels.checkpointing import checkpoint_key, open_part
from minispark.engine.plan.nodes import (
    CheckpointParts,
    FileGroups,
    InlineSlices,
    RangeSlices,
    SourceData,
    StoredSlices,
    TextSplit,
    TextSplits,
    UnusableInput,
)
from minispark.engine.serde.canonical import Canonical, Roles
from minispark.engine.serde.modules import Modules
from minispark.version import __version__

_LIBRARIES = ("numpy", "pyarrow", "cloudpickle")
_PACKAGE = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

Payloads = Callable[[int], Iterable[Iterable[bytes]]]


class StageForms:
    """Implements ``plan.fingerprint.Forms``. ``surroundings`` go into every digest; ``payloads`` gives the driver's
    copy of stored data."""

    def __init__(self, modules: Modules, surroundings: bytes, payloads: Payloads) -> None:
        self._modules = modules
        self._surroundings = surroundings
        self._payloads = payloads
        self._roles = Roles()

    @property
    def accumulators(self) -> tuple[int, ...]:
        return tuple(self._roles.keys)

    def of(self, *parts: Any) -> bytes:
        canonical = Canonical(self._modules, self._roles)
        canonical.token("part of a stage", self._surroundings)
        canonical.take(parts)
        return canonical.digest()

    def source(self, data: SourceData) -> bytes:
        canonical = Canonical(self._modules, self._roles)
        canonical.token("source", type(data).__name__)
        if isinstance(data, RangeSlices):
            canonical.take([(part.start, part.stop, part.step) for part in data.slices])
        elif isinstance(data, InlineSlices):
            _take_payloads(canonical, data.slices)
        elif isinstance(data, StoredSlices):
            _take_payloads(canonical, self._payloads(data.data_id))
        elif isinstance(data, TextSplits):
            canonical.take([data.use_unicode, *map(_split, data.splits)])
        elif isinstance(data, FileGroups):
            canonical.take([data.form, data.option, *(tuple(map(_split, group)) for group in data.groups)])
        elif isinstance(data, CheckpointParts):
            _take_parts(canonical, data)
        else:
            assert isinstance(data, UnusableInput)
            raise UncanonicalError("the input", str(data.error))
        return canonical.digest()


def _take_payloads(canonical: Canonical, slices: Iterable[Iterable[bytes]]) -> None:
    for payloads in slices:
        canonical.token("slice")
        for payload in payloads:
            canonical.payload(payload)


def _split(split: TextSplit) -> tuple[Any, ...]:
    if not split.modified_ns:
        raise UncanonicalError(split.path, "its file system does not tell when it was changed")
    return split.path, split.start, split.end, split.size, split.modified_ns


def _take_parts(canonical: Canonical, data: CheckpointParts) -> None:
    """A checkpoint by its records: their directory has another name in every run."""
    try:
        key = checkpoint_key(data.directory)
        for partition, count in enumerate(data.records):
            canonical.token("part", count)
            reader = open_part(data.directory, partition, key)
            for chunk in reader.chunks(0):
                canonical.token("records", reader.read(chunk))
            reader.close()
    except (BlockError, CheckpointError) as error:
        raise UncanonicalError("a checkpoint", str(error)) from None


def surroundings(variables: Mapping[str, str], inline: bool) -> bytes:
    """What is the same for all stages of a context: the interpreter, its hash seed, the libraries that the engine uses,
    the engine itself, and the environment ``variables`` that were set for the workers."""
    seed = f"{hash('seed')}" if inline else os.environ.get("PYTHONHASHSEED", "random")
    if not inline and sys.flags.ignore_environment:
        seed = os.urandom(8).hex()  # nobody knows the workers'
    facts = [seed, str(sys.flags.optimize), str(sys.flags.utf8_mode)]
    facts += [f"{len(name)}:{name}={text}" for name, text in sorted(variables.items())]
    digest = blake2b(_machinery(), digest_size=20)
    for fact in facts:
        digest.update(f"{len(fact)}:{fact}".encode("utf-8", "surrogateescape"))
    return digest.digest()


@cache
def _machinery() -> bytes:
    from importlib import metadata  # 30 ms

    facts = [sys.version, sys.byteorder, sys.platform, os.uname().machine, __version__]
    for name in _LIBRARIES:
        try:
            facts.append(f"{name} {metadata.version(name)}")
        except metadata.PackageNotFoundError:
            facts.append(f"{name} none")
    facts += _sources(_PACKAGE)
    return blake2b("\n".join(facts).encode("utf-8", "surrogateescape"), digest_size=20).digest()


def _sources(package: str) -> list[str]:
    """The engine's own files with their sizes and times: between releases its version says too little."""
    found = []
    for folder, folders, names in os.walk(package):
        folders[:] = [name for name in folders if name != "__pycache__"]
        for name in names:
            if name.endswith(".py"):
                path = os.path.join(folder, name)
                status = os.stat(path)
                found.append(f"{os.path.relpath(path, package)} {status.st_size} {status.st_mtime_ns}")
    return sorted(found)
