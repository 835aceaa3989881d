"""Who may hold how much memory in one worker.

Every holder of a large buffer says how much it holds each time it has grown by a batch. When all together exceed the
usable share of the limit, the largest is made to spill. Estimates decide, so that a recomputation spills where the
first run did; the process's private memory is only a safety valve for what estimates cannot see.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable

from minispark.engine.storage.appendfile import descriptors_exhausted

USABLE_SHARE = 0.55
"""Of the limit, for what holders estimate; the rest is for buffers being encoded, decoded and sorted."""

_VALVE_SHARE = 0.85
_VALVE_SHARE_MAX = 1.05
_VALVE_STEP_SHARE = 0.05
_VALVE_HOLDER_SHARE = 0.10
_SMALL_SHARE = 1 / 64
_TRIM_BYTES = 16 << 20
_NOISE_BYTES = 8 << 20
"""What the interpreter, the allocator and imports add to a process by themselves: no holder's fault."""


class Grant:
    """One holder's account. ``spill`` gives memory back when another holder needs it, and returns what is still held;
    a holder without it is never asked."""

    __slots__ = ("_manager", "bytes", "name", "spill")

    def __init__(self, manager: MemoryManager, name: str, spill: Callable[[], int] | None) -> None:
        self._manager = manager
        self.name = name
        self.spill = spill
        self.bytes = 0

    def resize(self, size: float) -> bool:
        """Say how many bytes are held now. False: spill at once, then say so with another call."""
        self.bytes = int(size)
        return self._manager._admit(self)

    def release(self) -> None:
        """The holder is gone. May be repeated."""
        self.bytes = 0
        self.spill = None  # it refers to the holder, and the holder to this
        self._manager._grants.pop(id(self), None)


class MemoryManager:
    """Grants within ``limit_bytes`` of private memory over what the process held when this was made."""

    def __init__(self, limit_bytes: int, measure: Callable[[], int] | None = None) -> None:
        self.limit_bytes = limit_bytes
        self._measure = measure or private_bytes
        self._base = self._measure()
        self._grants: dict[int, Grant] = {}
        self._spilling = False
        self._told: Grant | None = None
        self._told_bytes = 0
        self._resting = 0
        self.peak_bytes = 0

    @property
    def batch_bytes(self) -> int:
        """What a holder may take in before it says so again."""
        return max(min(self.limit_bytes // 32, 16 << 20), 4096)

    @property
    def chunk_bytes(self) -> int:
        """How large an encoded chunk may be, so that some decoded ones fit in memory at a time."""
        return max(min(self.limit_bytes // 128, 1 << 20), 4096)

    @property
    def private_bytes(self) -> int:
        """Private memory now, over what the process held when this was made."""
        return self._measure() - self._base

    @property
    def held_bytes(self) -> int:
        """The sum of all grants."""
        return sum(grant.bytes for grant in self._grants.values())

    def register(self, name: str, spill: Callable[[], int] | None = None) -> Grant:
        grant = Grant(self, name, spill)
        self._grants[id(grant)] = grant
        return grant

    def end_task(self) -> None:
        """Forget all holders: nothing of a task outlives it. Hands freed memory back to the operating system."""
        for grant in list(self._grants.values()):
            grant.release()
        if self.peak_bytes > max(_TRIM_BYTES, self.limit_bytes // 4):
            trim()
        self.peak_bytes = 0
        self._resting = 0

    def _admit(self, asker: Grant) -> bool:
        if self._spilling:  # the spilling holder's own bookkeeping
            return True
        if self._told is asker:  # it has spilled
            self._told = None
            self._spilled(self._told_bytes - asker.bytes)
        private = self.private_bytes
        self.peak_bytes = max(self.peak_bytes, private)
        usable = self.limit_bytes * USABLE_SHARE
        if private > self._valve_bytes():
            largest = self._largest(asker)
            if largest.bytes > self.limit_bytes * _VALVE_HOLDER_SHARE:
                return self._ask(largest, asker)
            if private > self._resting + self.limit_bytes * _VALVE_STEP_SHARE:  # nobody's: free, perhaps
                trim()
                self._resting = self.private_bytes
        while self.held_bytes > usable:
            largest = self._largest(asker)
            if largest.bytes <= self.limit_bytes * _SMALL_SHARE:  # spilling crumbs helps nobody
                return True
            if not self._ask(largest, asker):
                return False
        return True

    def _largest(self, asker: Grant) -> Grant:
        """The holder that would free most; of equals the asker, which need not be called back."""
        others = (grant for grant in self._grants.values() if grant.spill is not None)
        largest = max(others, key=lambda grant: grant.bytes, default=asker)
        return largest if largest.bytes > asker.bytes or asker.spill is None else asker

    def _ask(self, holder: Grant, asker: Grant) -> bool:
        """Make ``holder`` spill. False if it is the asker, who is told by this value."""
        if holder is asker:
            self._told, self._told_bytes = asker, asker.bytes
            return False
        before = holder.bytes
        self._spilling = True
        try:
            assert holder.spill is not None
            holder.bytes = holder.spill()
        finally:
            self._spilling = False
        if holder.bytes >= before:  # it could give nothing: never ask it again
            holder.spill = None
        self._spilled(before - holder.bytes)
        return True

    def _spilled(self, freed_bytes: int) -> None:
        """Give back what ``freed_bytes`` left free, where it is worth the collection of all garbage."""
        if freed_bytes >= _TRIM_BYTES // 4:
            trim()
        self._resting = self.private_bytes

    def _valve_bytes(self) -> float:
        """Private memory at which estimates are no longer believed.

        What a spill could not bring back is free memory that fragmentation keeps from the operating system: only more
        than that is a reason to spill again.
        """
        share = self.limit_bytes
        resting = self._resting + share * _VALVE_STEP_SHARE
        return max(min(max(share * _VALVE_SHARE, resting), share * _VALVE_SHARE_MAX), _NOISE_BYTES)


def private_bytes() -> int:
    """Memory of this process that no other shares: 1 to 10 us on Linux, a millisecond elsewhere. Raises
    DescriptorsExhaustedError if there is no descriptor left to look with."""
    try:
        with open("/proc/self/statm", "rb", buffering=0) as file:
            fields = file.read(200).split()
    except FileNotFoundError:
        import psutil  # only where there is no /proc; costs 20 ms

        return int(psutil.Process().memory_full_info().uss)
    except OSError as error:
        raise descriptors_exhausted(error) or error from None
    return (int(fields[1]) - int(fields[2])) * _PAGE_BYTES


_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096


def trim() -> None:
    """Return what is free to the operating system, as far as can be.

    A full collection empties the interpreter's free lists, of which one object keeps a megabyte from being returned;
    then the C library is asked, where it can be (glibc).
    """
    gc.collect()
    if sys.platform != "linux":
        return
    global _malloc_trim
    if _malloc_trim is None:
        import ctypes  # 5 ms, and only once memory was short

        found = getattr(ctypes.CDLL(None), "malloc_trim", None)
        _malloc_trim = found if found is not None else lambda pad: 0
    _malloc_trim(0)


_malloc_trim: Callable[[int], int] | None = None
