"""Functions that drag much data along: a warning that names the variable, and a bound."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

from minispark.engine.core.errors import ClosureError, LargeClosureWarning
from minispark.engine.core.units import format_bytes
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.program import StageProgram
from minispark.engine.plan.sites import user_functions
from minispark.engine.serde.culprit import type_name
from minispark.engine.serde.heaviest import expression_of, heaviest_part, pickled_bytes

LARGE_BYTES = 100 << 20
"""Pickled programs from here on are looked at: each worker is sent one, and holds what it comes to."""

PROGRAM_BYTES_MAX = 2 << 30


class ClosureSizes:
    """Tells once of each variable that makes an operator's function large."""

    def __init__(self) -> None:
        self._told: set[tuple[CallSite | None, str]] = set()

    def look(self, program: StageProgram, size: int) -> None:
        """``size`` is that of the pickled program. Raises ClosureError if no message could hold it."""
        if size < LARGE_BYTES:
            return
        for site, path, message in _explained(program):
            if size > PROGRAM_BYTES_MAX:
                raise ClosureError(f"{message}; a stage's functions may take {format_bytes(PROGRAM_BYTES_MAX)}")
            if (site, path) not in self._told:
                self._told.add((site, path))
                where = (site.file, site.line) if site is not None else ("<unknown>", 0)
                warnings.warn_explicit(message, LargeClosureWarning, *where)


def _explained(program: StageProgram) -> Iterator[tuple[CallSite | None, str, str]]:
    """The large functions of a program, or the largest where it is the sum that is large."""
    sizes = [(pickled_bytes(part.function), part) for part in user_functions(program)]
    largest = max((size for size, _ in sizes), default=0)
    for size, part in sizes:
        if size >= min(LARGE_BYTES, largest):
            path, found, bytes_found = heaviest_part(part.function)
            where = part.site.full if part.site is not None else program.name
            kind = type_name(type(found))
            yield (
                part.site,
                path,
                f"the function of {where} takes {format_bytes(size)} along to every worker: {path}: "
                f"{format_bytes(bytes_found)} {kind}; broadcast it: sc.broadcast({expression_of(path)})",
            )
