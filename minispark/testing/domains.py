"""Kinds of keys and values that random programs are made of, each with what is known of such records."""

from __future__ import annotations

import datetime
import enum
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st


@dataclass(frozen=True, slots=True)
class Shape:
    """What is known of all records: their kind, and for pairs and lists that of their parts.

    ``loose``: numbers may occur that are equal but not the same (1, 1.0, True).
    """

    kind: str
    parts: tuple[Shape, ...] = ()
    sortable: bool = True
    hashable: bool = True
    loose: bool = False


INT = Shape("int")
TEXT = Shape("text")


def pair_of(key: Shape, value: Shape) -> Shape:
    both = (key, value)
    return Shape(
        "pair",
        both,
        all(shape.sortable for shape in both),
        all(shape.hashable for shape in both),
        any(shape.loose for shape in both),
    )


def list_of(item: Shape) -> Shape:
    return Shape("list", (item,), item.sortable, hashable=False, loose=item.loose)


class Colour(enum.Enum):
    """Keys of an Enum."""

    RED = 1
    GREEN = "g"
    BLUE = None


@dataclass(frozen=True, order=True)
class Place:
    """Keys of a dataclass: hashed by its fields, and so routed by them."""

    name: str
    floor: int = 0


SMALL = st.integers(-3, 12)
BIG = st.one_of(st.integers(-(2**70), 2**70), st.sampled_from([2**31, 2**63, -(2**63), 2**61 - 1, -1, 0]))
WORDS = st.text("abcé ", max_size=3)
FLOATS = st.sampled_from([0.0, -0.0, 1.0, -1.5, 0.1, 2.0**70, 1e-300, float("inf"), float("nan")])
MIXED = st.sampled_from([0, 1, 2, 0.0, -0.0, 1.0, 2.0, True, False, 1.5])
DATES = st.dates(datetime.date(2024, 2, 27), datetime.date(2024, 3, 2))
TIMES = st.sampled_from([datetime.datetime(2024, 2, 29, hour) for hour in (0, 12)])
DECIMALS = st.sampled_from([Decimal(text) for text in ("0", "1", "-1.5", "0.1", "1e30")])
COLOURS = st.sampled_from(Colour)
PLACES = st.builds(Place, WORDS, st.integers(0, 2))

KEYS: tuple[tuple[st.SearchStrategy[Any], Shape], ...] = (
    (SMALL, INT),
    (WORDS, TEXT),
    (BIG, INT),
    (st.text(max_size=4), TEXT),
    (st.binary(max_size=3), Shape("bytes")),
    (st.none() | SMALL, Shape("int or none", sortable=False)),
    (st.booleans(), Shape("bool")),
    (FLOATS, Shape("float", sortable=False, loose=True)),
    (MIXED, Shape("number", loose=True)),
    (st.tuples(SMALL, WORDS), Shape("tuple")),
    (st.tuples(st.none() | MIXED, st.tuples(FLOATS)), Shape("nested tuple", sortable=False, loose=True)),
    (st.none() | WORDS | SMALL | st.binary(max_size=2), Shape("any of four", sortable=False)),
    (DATES, Shape("date")),
    (TIMES, Shape("time")),
    (DECIMALS, Shape("decimal")),
    (COLOURS, Shape("enum", sortable=False)),
    (PLACES, Shape("dataclass")),
    (st.tuples(COLOURS, DATES, st.frozensets(WORDS, max_size=1)), Shape("tuple of others", sortable=False)),
)
"""All domains of keys, the simplest first."""

VALUES = ((SMALL, INT), (WORDS, TEXT), (st.lists(SMALL, max_size=3), list_of(INT)))
