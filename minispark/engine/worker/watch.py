"""Under a strict context: do the user's functions leave alone what is not theirs?

What the engine hands out of parallelized, cached or checkpointed data and of cartesian products, and the values of
broadcasts, is *held*: somebody reads it again. A held record is looked at when it is handed out, after a call that
changed what it was given, and when it is let go of. Other records belong to whoever made them, and may be changed.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from minispark.engine.core.errors import InputMutatedError
from minispark.engine.plan.callsite import CallSite
from minispark.engine.serde.unchanged import Snapshot, has_changed, restored, snapshot
from minispark.engine.worker.explain import bounded_repr

HELD_MAX = 256
"""Records looked at again; when there are more, the earliest is let go of."""


class Watch:
    """What one task holds. ``site`` is the operator whose function was called last; ``whole`` are those that are given
    all records of a partition, so that no call of theirs tells which record they changed."""

    def __init__(self, whole: tuple[CallSite, ...]) -> None:
        self.site: CallSite | None = None
        self._whole = whole
        self._held: deque[tuple[Any, Snapshot]] = deque()
        self._shared: dict[int, tuple[Any, Snapshot, list[CallSite]]] = {}

    def hold(self, batches: Iterable[Iterable[Any]]) -> Iterator[Iterator[Any]]:
        """The same records, one by one."""
        yield self._handed_out(chain.from_iterable(batches))

    def _handed_out(self, records: Iterator[Any]) -> Iterator[Any]:
        for record in records:
            before = snapshot(record)
            if before is not None:
                if len(self._held) == HELD_MAX:
                    self._check(*self._held.popleft())
                self._held.append((record, before))
            yield record

    def share(self, data_id: int, value: Any) -> None:
        """A task asks for the value of a broadcast."""
        if data_id not in self._shared:
            before = snapshot(value)
            if before is None:
                return
            self._shared[data_id] = value, before, []
        sites = self._shared[data_id][2]
        if self.site is not None and self.site not in sites:
            sites.append(self.site)

    def changed(self, site: CallSite | None, place: int, before: Snapshot, value: Any) -> None:
        """The operator's function changed its argument number ``place``. Raises InputMutatedError unless it may."""
        if place > 0:
            raise InputMutatedError(
                f"{_named([site])} changed its right operand: {_was(before, value)}. A function that merges may change "
                "its left operand, never the right one; make a new object, or copy first"
            )
        for record, was in self._held:
            if has_changed(was, record):
                raise _mutated([site], was, record)

    def finish(self) -> None:
        """Look at everything once more. Raises InputMutatedError."""
        while self._held:
            self._check(*self._held.popleft())
        for value, before, sites in self._shared.values():
            if has_changed(before, value):
                raise InputMutatedError(
                    f"{_named(sites or self._whole)} changed the value of a broadcast: {_was(before, value)}. "
                    "Other tasks read it too, some this copy and some their own; copy it before changing it"
                )

    def _check(self, record: Any, before: Snapshot) -> None:
        if has_changed(before, record):
            raise _mutated(self._whole, before, record)


def _mutated(sites: Sequence[CallSite | None], before: Snapshot, record: Any) -> InputMutatedError:
    return InputMutatedError(
        f"{_named(sites)} changed a record that is not its own (of parallelized, cached or checkpointed data, or a "
        f"product): {_was(before, record)}. Whoever reads the record again may see the change or not; make a new "
        "object, or copy first"
    )


def _named(sites: Sequence[CallSite | None]) -> str:
    known = [site.full for site in sites if site is not None]
    if not known:
        return "a function"
    return f"the function of {known[0]}" if len(known) == 1 else f"one of the functions of {', '.join(known)}"


def _was(before: Snapshot, value: Any) -> str:
    return f"it was {bounded_repr(restored(before))}, it is {bounded_repr(value)}"
