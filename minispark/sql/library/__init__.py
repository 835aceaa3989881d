"""The table of Spark's functions and operators: what each takes and gives, and how it runs.

May import ``plan``, ``types`` and below; exact Python functions (``exact/``) are named by path and imported when they
run. Invariants: one entry a name; an entry is exact, or raises: where DuckDB's function of the name differs from
Spark's in any value, the entry's SQL makes up for it or an exact function runs instead. Adding a function: write its
entry in the family's ``FUNCTIONS`` (``function.py`` has the fields), and its example from Spark's documentation as a
test.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence

from minispark.sql.library.function import Function
from minispark.sql.library.index import FAMILY_OF

FAMILIES = (
    "operators", "conditions", "casts", "basics",
    "collections", "collections_cutting", "collections_sets", "collections_sequence",
    "lambdas", "maps", "structs", "generators",
    "semistructured", "semistructured_records", "semistructured_xml", "shapes",
    "strings", "regex", "hashes", "chance", "maths", "bits", "misc", "collations",
    "aggregates", "distribution", "windows", "sketches", "topk",
    "datetimes", "datetimes_text", "intervals", "formats", "timewindows",
)  # fmt: skip
"""The modules that hold entries."""

_table: dict[str, Function] = {}
_loaded: set[str] = set()


def lookup(name: str) -> Function | None:
    """The entry of a function or operator, in any case of letters; None without one.

    A family is imported when one of its names is first asked for, as the index has it; all of them for a name that is
    not there.

    >>> lookup("COALESCE").name, lookup("no_such")
    ('coalesce', None)
    """
    found = _table.get(name) or _table.get(name.lower())
    if found is None:
        family = FAMILY_OF.get(name.lower())
        _load(FAMILIES if family is None else (family,))
        found = _table.get(name.lower())
    return found


def _load(families: Sequence[str]) -> None:
    for family in families:
        if family not in _loaded:
            _loaded.add(family)
            for entry in entries(family):
                for known in (entry.name, *entry.aliases):
                    if FAMILY_OF.get(known, family) == family:
                        _table[known] = entry


def entries(family: str) -> tuple[Function, ...]:
    """The entries that a family's module holds."""
    found: tuple[Function, ...] = importlib.import_module(f"minispark.sql.library.{family}").FUNCTIONS
    return found


def names() -> list[str]:
    """All names, sorted."""
    _load(FAMILIES)
    return sorted(_table)
