"""What a simulated task comes to: a checksum of all it read, or one of the failures that sit on it."""

from __future__ import annotations

from collections import Counter

from minispark.engine.core.outcomes import (
    EnvironmentFailed,
    Failure,
    FetchFailed,
    Outcome,
    SourceLost,
    Success,
    TaskReport,
    UserError,
)
from minispark.testing.simulation_parts import Content, Files, Run
from minispark.testing.simulation_plan import Fault, Plan, StagePlan

_PLAIN_REPORT = TaskReport()
_PLAIN_SUCCESS = Success(_PLAIN_REPORT)
DISK_FULL = EnvironmentFailed(Failure("DiskFullError", "no space left"))


class Tasks:
    """Computes attempts. ``curses`` are the faults that sit on tasks; ``versions`` the bits of each output that changes
    when it is made again, ``groups`` the masks of those made more than once: no computation may mix bits of a group."""

    def __init__(self, plan: Plan, files: Files, applied: Counter[str]) -> None:
        self._stages: dict[int, StagePlan] = {stage.key: stage for stage in plan.stages}
        self._heal_at = plan.heal_at
        self._files = files
        self._applied = applied
        self._spent: Counter[Fault] = Counter()
        self._bits = 0
        self.curses: dict[tuple[int, int], tuple[Fault, ...]] = {}
        self.versions: dict[tuple[int, int], list[int]] = {}
        self.groups: list[int] = []
        self.lost_sources: set[int] = set()
        self.full_until = 0.0

    def cursed(self, run: Run, kind: str, now: float) -> bool:
        """Whether a fault of this kind sits on the task and still has times left."""
        if now < self._heal_at:
            for fault in run.curses or ():
                if fault.kind == kind and self._spent[fault] < fault.times:
                    self._spent[fault] += 1
                    self._applied[kind] += 1
                    return True
        return False

    def takes_all_memory(self, run: Run, alone: bool, now: float) -> bool:
        """Whether the kernel kills the task's worker; every other such task has enough memory when it is alone."""
        fits = alone and any(f.kind == "task takes all memory" and f.pick < 0.5 for f in run.curses or ())
        return not fits and self.cursed(run, "task takes all memory", now)

    def compute(self, run: Run, now: float) -> Outcome:
        """What the attempt comes to: the order is that of a real task, sources and inputs first."""
        stage = self._stages[run.key]
        attempt = run.attempt
        if self.lost_sources and stage.source in self.lost_sources:
            self._applied["source lost"] += 1
            assert stage.source is not None
            return SourceLost(stage.source, "checksum")
        if not run.has_read and run.inputs.readable_of != len(self._files.bad):
            failed = self.failed_input(run)
            if failed is not None:
                return failed
        if now < self.full_until and attempt.shuffle_id is not None:
            self._applied["disk full for all"] += 1
            return DISK_FULL
        if run.curses is not None:
            if self.cursed(run, "user error", now):
                return UserError(Failure("ValueError", "no"))
            if self.cursed(run, "user mistake", now):
                return UserError(Failure("ResultNotSerializableError", "a socket"), retriable=False)
            if self.cursed(run, "disk full", now):
                return DISK_FULL
            if self.cursed(run, "memory error", now):
                return EnvironmentFailed(Failure("MemoryError", ""), recycle_worker=True)
        inputs = run.inputs
        if self.versions:
            content = self._versioned(run)
        else:
            content = hash((run.key, attempt.partition, 0, *inputs.values)), inputs.mask
        self._files.contents[attempt.attempt_id] = content
        if attempt.shuffle_id is None:
            return Success(_PLAIN_REPORT, attempt.attempt_id)
        self._files.present.add(attempt.attempt_id)
        if stage.digested or (self.versions and (run.key, attempt.partition) in self.versions):
            return Success(TaskReport(digest=content[0].to_bytes(8, "little", signed=True)))
        return _PLAIN_SUCCESS

    def failed_input(self, run: Run) -> FetchFailed | None:
        """The first unreadable input, in map order."""
        bad = self._files.bad
        if run.inputs.readable_of == len(bad):  # files never get better
            return None
        for parent, snapshot in zip(self._stages[run.key].parents, run.inputs.snapshots, strict=True):
            if not bad.isdisjoint(snapshot):
                for map_id, attempt_id in enumerate(snapshot):
                    if attempt_id in bad:
                        return FetchFailed(parent, map_id, attempt_id, "checksum")
        run.inputs.readable_of = len(bad)
        return None

    def _versioned(self, run: Run) -> Content:
        inputs = run.inputs
        partition = run.attempt.partition
        mask = inputs.mask
        number = 0
        if (run.key, partition) in self.versions:
            number, bit = self._another_version(self.versions[run.key, partition])
            mask |= bit
        return hash((run.key, partition, number, *inputs.values)), mask

    def _another_version(self, versions: list[int]) -> tuple[int, int]:
        """Number and bit of one more version of an output."""
        number = len(versions)
        bit = 1 << self._bits
        self._bits += 1
        versions.append(bit)
        self.groups = [sum(bits) for bits in self.versions.values() if len(bits) > 1]
        if number:
            self._applied["output changes"] += 1
        return number, bit

    def rots(self, shuffle_id: int, map_id: int, now: float) -> bool:
        """Whether the output just registered goes bad at once."""
        for fault in self.curses.get((shuffle_id, map_id), ()):
            if fault.kind == "output rots" and self._spent[fault] < fault.times and now < self._heal_at:
                self._spent[fault] += 1
                self._applied["output rots"] += 1
                return True
        return False
