"""The table of Spark's functions and operators: what each takes and gives, and how it runs.

May import ``plan``, ``types`` and below; exact Python functions (``exact/``) are named by path and imported when they
run. Invariants: one entry a name; an entry is exact, or raises: where DuckDB's function of the name differs from
Spark's in any value, the entry's SQL makes up for it or an exact function runs instead. Adding a function: write its
entry in the family's ``FUNCTIONS`` (``function.py`` has the fields), and its example from Spark's documentation as a
test.
"""

from __future__ import annotations

import importlib

from minispark.sql.library.function import Function

FAMILIES = (
    "operators", "conditions", "casts", "basics",
    "collections", "collections_sets", "collections_sequence", "lambdas", "maps", "structs", "generators",
    "semistructured", "semistructured_records", "semistructured_xml",
    "strings", "regex", "hashes", "maths", "bits", "misc",
    "aggregates", "distribution", "windows", "sketches",
    "datetimes", "datetimes_text", "intervals", "formats", "timewindows",
)  # fmt: skip
"""The modules that hold entries."""

_table: dict[str, Function] = {}


def lookup(name: str) -> Function | None:
    """The entry of a function or operator, in any case of letters; None without one.

    >>> lookup("COALESCE").name, lookup("no_such")
    ('coalesce', None)
    """
    if not _table:
        found: dict[str, Function] = {}
        for family in FAMILIES:
            for entry in importlib.import_module(f"minispark.sql.library.{family}").FUNCTIONS:
                found.update(dict.fromkeys((entry.name, *entry.aliases), entry))
        _table.update(found)
    return _table.get(name) or _table.get(name.lower())


def names() -> list[str]:
    """All names, sorted."""
    lookup("")
    return sorted(_table)
