"""Replay bundles: a failed task with all that it needs to be run again, in one file.

The first line says what the file is, the second is a JSON object for people, the rest is a pickle. **Unpickling runs
code that whoever wrote the file decides**: only files of this user's own, which nobody else may write, are read.
"""

from __future__ import annotations

import json
import os
import pickle
import stat
import tempfile
from typing import Any

from minispark.engine.core.errors import ReplayError
from minispark.engine.core.outcomes import Failure
from minispark.engine.core.values import value

MAGIC = b"minispark replay bundle, version 1\n"
SUFFIX = ".replay"


@value
class Chunks:
    """What the task reads of a shuffle: of each map output, its chunks as ``(slot, payload, records)``."""

    shuffle_id: int
    outputs: tuple[tuple[tuple[int, bytes, int], ...], ...]


@value
class Surroundings:
    """Of the driver: its working directory, where it imported from, and what prepares an interpreter for its tasks."""

    directory: str
    path: tuple[str, ...]
    entries: tuple[str, ...]
    versions: tuple[tuple[str, str], ...]


@value
class Bundle:
    """One failed attempt. ``program`` is the stage's, pickled. ``sources`` are the records of source steps as encoded
    payloads, by step and partition; ``shared`` the encoded values of broadcasts, by id. ``missing`` says why the input
    is not here, and is empty if it is."""

    title: str
    operators: tuple[str, ...]
    failure: Failure
    program: bytes
    stage_id: int
    partition: int
    number: int
    properties: tuple[tuple[str, str], ...]
    surroundings: Surroundings
    sources: tuple[tuple[int, int, tuple[bytes, ...]], ...] = ()
    shuffles: tuple[Chunks, ...] = ()
    shared: tuple[tuple[int, bytes], ...] = ()
    missing: str = ""


def save(bundle: Bundle, directory: str, name: str) -> str:
    """Write it with mode 0600, by one rename; returns its path. Raises OSError, or what pickling raises."""
    os.makedirs(directory, 0o700, exist_ok=True)
    about = {
        "task": bundle.title,
        "operators": bundle.operators,
        "error": f"{bundle.failure.type_name}: {bundle.failure.text[:1000]}",
        "notes": bundle.failure.notes,
        "missing": bundle.missing,
        "versions": dict(bundle.surroundings.versions),
    }
    descriptor, temporary = tempfile.mkstemp(prefix=".tmp-", dir=directory)  # its mode is 0600
    try:
        with open(descriptor, "wb") as file:
            file.write(MAGIC + json.dumps(about).encode("ascii") + b"\n")
            pickle.dump(bundle, file, 5)
        path = os.path.join(directory, name + SUFFIX)
        os.rename(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    return path


def load(path: str) -> Bundle:
    """Read a bundle, **which runs what its writer decided**. Raises ReplayError for what is none, or not ours alone."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise ReplayError(f"{path}: {error.strerror}") from None
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ReplayError(f"{path} is no regular file")
        if status.st_uid != os.getuid() or stat.S_IMODE(status.st_mode) & 0o022:
            raise ReplayError(
                f"{path} belongs to another user or may be written by others: reading it could run their code; "
                "copy it (which makes it yours) only if you trust its writer"
            )
        if file.readline(200) != MAGIC:
            raise ReplayError(f"{path} is no replay bundle of this version of minispark")
        file.readline()
        try:
            bundle: Any = pickle.load(file)
        except Exception as error:
            raise ReplayError(f"{path} is damaged, or was written by another version: {error}") from None
    if not isinstance(bundle, Bundle):
        raise ReplayError(f"{path} is no replay bundle")
    return bundle
