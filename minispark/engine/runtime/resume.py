"""Resuming: map stages are given entries in the resume directory, under their fingerprints, as they are planned.

An entry's outputs are offered to the scheduler if they can be told to be what this program would compute: every stage
before was once complete (its accumulators' updates are in its ledger), and what was lost of it would be told from
another if it came out differently. In doubt an entry is emptied, and its stage runs.
"""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from hashlib import blake2b

from minispark.engine.core.config import EngineConfig
from minispark.engine.core.errors import ResumeError
from minispark.engine.kernels.environment import ResumePlace
from minispark.engine.observe.events import NotResumed
from minispark.engine.plan.fingerprint import Fingerprint, Fingerprints
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import BoundsDep, Node, ShuffleDep
from minispark.engine.plan.walks import dep_parents, stage_parents
from minispark.engine.runtime.entries import Entry, sweep_strays
from minispark.engine.runtime.forms import Payloads, StageForms, surroundings
from minispark.engine.runtime.resumedir import ResumeDirectory
from minispark.engine.serde.canonical import code_digest
from minispark.engine.serde.modules import Modules

_log = logging.getLogger("minispark")

NOTES_MAX = 100
"""A program that plans for ever tells of no more operators than these."""


class Resume:
    """The resume directory of one context. ``place`` is what workers are told. Plans are made by one thread at a time;
    entries are given back by the driver's."""

    def __init__(self, path: str, bytes_max: int, locals: Sequence[str]) -> None:
        if "://" in path:
            raise ResumeError(f"spark.minispark.resume.dir={path}: a local path is needed")
        self._directory = ResumeDirectory(os.path.abspath(path), bytes_max)
        self.place = ResumePlace(self._directory.outputs, self._directory.key, os.urandom(4).hex())
        self._locals = tuple(locals)
        self._taken: set[str] = set()
        self._blocks: dict[int, str] = {}
        self._sound: dict[int, bool] = {}
        self._exact: dict[int, bool] = {}
        self._noted: set[tuple[str, str]] = set()
        self._notes: list[NotResumed] = []
        self._fingerprints: Fingerprints | None = None

    @property
    def variables(self) -> dict[str, str]:
        """What workers have in their environment: one hash seed in all runs, so that functions which depend on it (by
        ``hash``, by the order of a set) agree with what earlier runs have computed."""
        if sys.flags.ignore_environment or os.environ.get("PYTHONHASHSEED", "random") != "random":
            return {}
        seed = blake2b(b"hash seed", digest_size=4, key=self.place.key).digest()
        return {"PYTHONHASHSEED": str(int.from_bytes(seed, "big"))}

    def begin(self, kept: Kept, payloads: Payloads, config: EngineConfig) -> None:
        """Know how stages are planned here."""
        variables = {**self.variables, **dict(config.worker_variables)}
        modules, around = Modules(code_digest), surroundings(variables, config.master.inline)
        self._fingerprints = Fingerprints(kept, lambda: StageForms(modules, around, payloads))
        self._kept = kept

    def look(self, node: Node) -> dict[int, str]:
        """A result stage that ends in ``node`` is planned. Returns the entries of the persisted nodes in it."""
        assert self._fingerprints is not None
        self._fingerprints.look(node)
        return self._kept_entries(stage_parents(node, self._kept))

    def blocks(self, dep: ShuffleDep | BoundsDep) -> dict[int, str]:
        """As ``look``, of the map stage of a shuffle that was planned last."""
        return self._kept_entries(dep_parents(dep, self._kept))

    def release_blocks(self, node_id: int) -> None:
        """The node is no longer persisted."""
        name = self._blocks.pop(node_id, None)
        if name is not None and name not in self._blocks.values():
            self._directory.give_back(name)

    def entry(self, dep: ShuffleDep | BoundsDep, tasks: int, owner: int, entry: Entry | None) -> Entry | None:
        """The entry of a shuffle whose stage is planned, or planned again with the ``entry`` it was given before. None
        where its outputs are this context's alone."""
        assert self._fingerprints is not None
        again = self._fingerprints.knows(dep.shuffle_id)
        taken = self._fingerprints.of(dep)
        if again:
            self._sound[dep.shuffle_id] = self._sound[dep.shuffle_id] and taken.digest is not None
            return entry if taken.digest is not None else self._no_longer(entry, taken)
        if taken.digest is None:
            self._sound[dep.shuffle_id] = False
            self._note(taken)
            return None
        return self._open(dep, tasks, owner, taken)

    def forget(self, shuffle_id: int) -> None:
        """Nobody can reach the shuffle any more."""
        assert self._fingerprints is not None
        self._fingerprints.forget(shuffle_id)
        self._sound.pop(shuffle_id, None)
        self._exact.pop(shuffle_id, None)

    def give_back(self, entry: Entry) -> None:
        """The shuffle's files are read no more."""
        self._taken.discard(entry.name)
        self._directory.give_back(entry.name)

    def folders(self) -> list[str]:
        """Of the entries in use."""
        return [os.path.join(self.place.directory, name) for name in (*self._taken, *self._blocks.values())]

    def notes(self) -> tuple[NotResumed, ...]:
        """What there is to say since the last time."""
        notes, self._notes = tuple(self._notes), []
        return notes

    def close(self) -> None:
        self._directory.close()

    # --- details -----------------------------------------------------------------------------------------------------

    def _kept_entries(self, parents: Sequence[ShuffleDep | BoundsDep]) -> dict[int, str]:
        assert self._fingerprints is not None
        known = all(self._sound[p.shuffle_id] and self._exact[p.shuffle_id] for p in parents)
        return {node_id: self._block_entry(node_id, digest, known) for node_id, digest in self._fingerprints.kept}

    def _block_entry(self, node_id: int, digest: bytes, known: bool) -> str:
        """Where the blocks of a persisted node go; emptied, the first time, if what they were computed from is not
        ``known`` to be what it was."""
        name = f"{digest.hex()}-blocks"
        if self._blocks.get(node_id) != name:
            folder = self._directory.take(name)
            if name not in self._blocks.values():
                sweep_strays(folder, everything=not known)
            self._blocks[node_id] = name
        return name

    def _open(self, dep: ShuffleDep | BoundsDep, tasks: int, owner: int, taken: Fingerprint) -> Entry:
        assert taken.digest is not None
        number = 0
        while (name := f"{taken.digest.hex()}-{number}") in self._taken:
            number += 1
        self._taken.add(name)
        self._directory.take(name)
        entry = Entry(self.place, name, taken.accumulators, owner, self._locals)
        entry.open(tasks)
        parents = [parent.shuffle_id for parent in dep_parents(dep, self._kept)]
        sound = all(self._sound[parent] for parent in parents)
        exact = all(self._exact[parent] for parent in parents)
        if not sound or not (exact or entry.complete(tasks) and entry.all_whole):
            entry.clear()
        self._sound[dep.shuffle_id] = entry.complete(tasks)
        self._exact[dep.shuffle_id] = entry.digests_known()
        return entry

    def _no_longer(self, entry: Entry | None, taken: Fingerprint) -> Entry | None:
        """The stage's outputs are of two kinds now: what is there serves this context, and nobody else."""
        if entry is not None:
            entry.disown()
        self._note(taken)
        return entry

    def _note(self, taken: Fingerprint) -> None:
        if taken.site is None or not taken.why:
            return
        note = NotResumed(str(taken.site), taken.site.full, taken.why)
        key = (note.site, note.why)
        if key not in self._noted and len(self._noted) < NOTES_MAX:
            self._noted.add(key)
            self._notes.append(note)
            _log.warning("resume: %s runs in every run, and what is computed from it: %s", note.place, note.why)
