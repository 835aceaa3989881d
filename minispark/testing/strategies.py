"""Hypothesis strategies: keys, records, whole programs, and schedules of faults for the simulator.

They need hypothesis, which minispark itself does not: ``pip install hypothesis``.

>>> from hypothesis import given, settings
>>> from minispark.testing.strategies import programs
>>> @settings(max_examples=5, database=None, deadline=None)
... @given(programs())
... def agrees_with_the_model(program):
...     program.check(sc)
>>> agrees_with_the_model()
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError("minispark.testing.strategies needs hypothesis: pip install hypothesis") from error

from minispark.testing.domains import KEYS, WORDS
from minispark.testing.drawing import drawn_lineages, programs
from minispark.testing.lineages import Lineage
from minispark.testing.schedules import fault_schedules

__all__ = ["fault_schedules", "keys", "lineages", "pairs", "programs", "records"]

_MUTABLE = 3
"""How many parts a list, dict or set of ``records`` has at most."""


def keys() -> st.SearchStrategy[Any]:
    """A key of any kind that can be routed: None, NaN, both zeros, 1 and 1.0 and True, ints of any size, str, bytes,
    dates, an Enum's members, Decimals, dataclasses, frozensets, and tuples of these.

    Two are one key where a dict finds them equal, and all NaNs of a type are one. Keys of unlike kinds do not compare;
    programs that sort draw theirs from one kind.

    >>> from hypothesis import find
    >>> key = find(keys(), lambda key: key != key, database_key=None)
    >>> key == key
    False
    """
    return st.one_of([*(kind for kind, _ in KEYS), st.frozensets(WORDS, max_size=3), st.just(Decimal("NaN"))])


def pairs(
    key: st.SearchStrategy[Any] | None = None, value: st.SearchStrategy[Any] | None = None
) -> st.SearchStrategy[tuple[Any, Any]]:
    """A record for operators by key: ``(key, value)`` of the strategies given, else of any kind.

    >>> from hypothesis import find
    >>> find(pairs(value=st.just(1)), lambda pair: pair[0] == "", database_key=None)
    ('', 1)
    """
    return st.tuples(keys() if key is None else key, records() if value is None else value)


def records() -> st.SearchStrategy[Any]:
    """A record of any kind: what ``keys`` gives, and lists, dicts, sets and tuples of such at any depth.

    >>> from hypothesis import find
    >>> find(records(), lambda record: isinstance(record, dict), database_key=None)
    {}
    """
    atoms = keys()
    return st.recursive(
        atoms,
        lambda parts: st.one_of(
            st.lists(parts, max_size=_MUTABLE),
            st.tuples(parts, parts),
            st.dictionaries(atoms, parts, max_size=_MUTABLE),
            st.sets(atoms, max_size=_MUTABLE),
        ),
        max_leaves=8,
    )


def lineages(steps: int = 6, depth: int = 1) -> st.SearchStrategy[Lineage]:
    """Random lineages of up to ``steps`` steps, which may take in other lineages ``depth`` deep.

    >>> from hypothesis import Phase, find, settings
    >>> drawn = find(lineages(), lambda lineage: True, settings=settings(phases=[Phase.generate]), database_key=None)
    >>> str(drawn).startswith("sc.")
    True
    """
    return drawn_lineages(steps, depth).map(lambda drawn: drawn[0])
