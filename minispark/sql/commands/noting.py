"""What a statement uses, noted for who wants to know: lasting views and functions must not use temporary things."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.sources.catalog.errors import quoted


def note(session: Any, kind: str, parts: tuple[str, ...]) -> None:
    """Note what a statement uses, where somebody wants to know (``noted``): VIEW, FUNCTION and VARIABLE are temporary
    ones, TABLE is anything that lasts."""
    for found in session.__dict__.get("_noting", ()):
        found.append((kind, parts))


@contextmanager
def noted(session: Any) -> Iterator[list[tuple[str, tuple[str, ...]]]]:
    """What is looked up while the block runs, as ``note`` has it."""
    found: list[tuple[str, tuple[str, ...]]] = []
    noting = session.__dict__.setdefault("_noting", [])
    noting.append(found)
    try:
        yield found
    finally:
        noting.pop()


def refuse_temporary(found: list[tuple[str, tuple[str, ...]]], kind: str, path: tuple[str, ...]) -> None:
    """Raises AnalysisException where something that lasts (a VIEW or FUNCTION) uses what is temporary."""
    for which, parts in found:
        if which != "TABLE":
            raise AnalysisException(
                f"the lasting {kind.lower()} {quoted(path)} cannot use the temporary {which.lower()} {quoted(parts)}; "
                "make it temporary too",
                "INVALID_TEMP_OBJ_REFERENCE",
                {"obj": kind, "objName": quoted(path), "tempObj": which, "tempObjName": quoted(parts)},
            )
