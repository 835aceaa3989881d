"""The quarantines of one context: which directory is whose, how many records failed, and dead letters put in place.

A partition counts once, with the first attempt whose outcome the scheduler took. Another evaluation of it (by a second
action, or because an output was lost) must have found the same records bad: else one of the two left records out of its
answer of which no dead letter tells, and its job fails.
"""

from __future__ import annotations

import errno
import itertools
import os
from collections.abc import Iterator
from hashlib import blake2b

from minispark.engine.core.errors import DeadLettersLostError, IndeterminateError, MinisparkError, QuarantineError
from minispark.engine.core.outcomes import QuarantineReport
from minispark.engine.formats.deadletters import part_name
from minispark.engine.kernels.deadletters import DIGEST_BYTES, over_budget
from minispark.engine.plan.kept import Kept
from minispark.engine.plan.nodes import NarrowNode, Node
from minispark.engine.plan.operators import Quarantine
from minispark.engine.runtime.checkpoints import lineage

COPY_BYTES = 1 << 20


class _Ledger:
    """What is known of one quarantine."""

    def __init__(self, operator: Quarantine) -> None:
        self.operator = operator
        self.told: dict[int, bytes] = {}
        self.letters = 0
        self.first = ""
        self.error: MinisparkError | None = None


class Quarantines:
    """``open`` is called where an RDD is described, ``settle`` by the driver's thread, ``error`` by both."""

    def __init__(self, kept: Kept) -> None:
        self._kept = kept
        self._ledgers: dict[int, _Ledger] = {}
        self._ids = itertools.count(1)

    def open(self, operator: Quarantine) -> None:
        """Take the operator's directory for it. Raises FileExistsError, before any work, if it holds anything."""
        directory = operator.directory
        for ledger in list(self._ledgers.values()):
            if ledger.operator.directory == directory:
                raise FileExistsError(
                    errno.EEXIST,
                    f"the dead letters of {ledger.operator.site} go there; name another directory",
                    directory,
                )
        os.makedirs(directory, exist_ok=True)
        with os.scandir(directory) as entries:
            if next(entries, None) is not None:
                raise FileExistsError(errno.EEXIST, "the directory is not empty; remove it or name another", directory)
        self._ledgers[operator.id] = _Ledger(operator)

    def next_id(self) -> int:
        return next(self._ids)

    def settle(self, reports: tuple[tuple[object, ...], ...]) -> bool:
        """Count what a valid attempt tells, and put its dead letters in place. True if a quarantine came to its end."""
        ended = False
        for fields in reports:
            report = QuarantineReport(*fields)  # type: ignore[arg-type]  # as kernels.deadletters packs it
            ledger = self._ledgers[report.id]
            if ledger.error is not None:
                continue
            try:
                self._count(ledger, report)
            except MinisparkError as error:
                ledger.error = error
                ended = True
        return ended

    def error(self, node: Node) -> MinisparkError | None:
        """Why no job over ``node`` can succeed any more, if so."""
        if not any(ledger.error for ledger in list(self._ledgers.values())):
            return None
        for number in _quarantines(node, self._kept):
            found = self._ledgers[number].error
            if found is not None:
                return type(found)(*found.args)
        return None

    def check(self, node: Node) -> None:
        """Raise it."""
        error = self.error(node)
        if error is not None:
            raise error

    def _count(self, ledger: _Ledger, report: QuarantineReport) -> None:
        operator, before = ledger.operator, ledger.told.get(report.partition)
        if before is not None:
            if before != report.canonical:
                raise IndeterminateError(
                    f"{operator.site.full}: partition {report.partition} was computed again, and other "
                    f"records failed than "
                    "the first time, so that no dead letter tells of some that are missing; persist the "
                    "quarantined RDD, "
                    "so that it is computed once"
                )
            return
        if report.path:
            _put_in_place(report, operator.directory)
        ledger.told[report.partition] = report.canonical
        ledger.letters += report.letters
        ledger.first = ledger.first or report.first
        if ledger.letters > operator.errors_max:
            raise QuarantineError(over_budget(operator, ledger.letters, ledger.first))


def _quarantines(node: Node, kept: Kept) -> Iterator[int]:
    for member in lineage(node, kept):
        if isinstance(member, NarrowNode) and isinstance(member.operator, Quarantine):
            yield member.operator.id


def _put_in_place(report: QuarantineReport, directory: str) -> None:
    """Copy the attempt's file under a temporary name, verify the copy, give it its name, and remove the attempt's."""
    target = os.path.join(directory, part_name(report.partition))
    temporary = os.path.join(directory, f".{part_name(report.partition)}.tmp")
    try:
        os.makedirs(directory, exist_ok=True)
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, "somebody else writes into the directory", target)
        try:
            with open(report.path, "rb") as source, open(temporary, "wb") as copy:
                digest = blake2b(digest_size=DIGEST_BYTES)
                while data := source.read(COPY_BYTES):
                    digest.update(data)
                    copy.write(data)
            if digest.digest() != report.content:
                raise OSError(errno.EIO, "the file is not as it was written", report.path)
            os.rename(temporary, target)
        except BaseException:
            if os.path.lexists(temporary):
                os.unlink(temporary)
            raise
        os.unlink(report.path)
    except OSError as error:
        raise DeadLettersLostError(
            f"{report.letters} dead letters of partition {report.partition} cannot be put into {directory}: {error}; "
            "run the job again with a quarantine in another directory"
        ) from None
