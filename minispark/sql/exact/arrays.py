"""Arrays as sets and in order, where elements are told apart and ordered as Spark does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.sql.exact.keys import Key, equality_key, normalizer, order_key
from minispark.sql.types import ArrayType

if TYPE_CHECKING:
    from minispark.sql.library.function import Bound

Array = list[Any]


def _element_key(bound: Bound) -> Key:
    kind = bound.types[0]
    assert isinstance(kind, ArrayType)
    return equality_key(kind.elementType)


def _normal(bound: Bound, function: Callable[..., Array]) -> Callable[..., Array]:
    """The function over arrays in which zeros have no sign, as Spark's functions of sets see them."""
    kind = bound.types[0]
    assert isinstance(kind, ArrayType)
    plain = normalizer(kind.elementType)
    if plain is None:
        return function
    return lambda *arrays: function(*[[plain(item) for item in array] for array in arrays])


def strict(function: Callable[..., Any]) -> Callable[..., Any]:
    """The same, None where an argument is."""
    return lambda *args: None if any(arg is None for arg in args) else function(*args)


def _firsts(items: Array, key: Key, seen: set[Any]) -> Array:
    """The elements whose keys are not in ``seen``, the first of each key; ``seen`` gets the keys."""
    kept = []
    for item in items:
        mark = key(item)
        if mark not in seen:
            seen.add(mark)
            kept.append(item)
    return kept


def array_distinct(bound: Bound) -> Callable[[Array], Array]:
    """The elements without repetitions, in order of first occurrence."""
    key = _element_key(bound)
    return _normal(bound, lambda items: _firsts(items, key, set()))


def array_union(bound: Bound) -> Callable[[Array, Array], Array]:
    """The elements of both without repetitions."""
    key = _element_key(bound)
    return _normal(bound, lambda one, other: _firsts([*one, *other], key, set()))


def array_intersect(bound: Bound) -> Callable[[Array, Array], Array]:
    """The elements of the first that are in the second, without repetitions."""
    key = _element_key(bound)

    def intersect(one: Array, other: Array) -> Array:
        there = set(map(key, other))
        return [item for item in _firsts(one, key, set()) if key(item) in there]

    return _normal(bound, intersect)


def array_except(bound: Bound) -> Callable[[Array, Array], Array]:
    """The elements of the first that are not in the second, without repetitions."""
    key = _element_key(bound)
    return _normal(bound, lambda one, other: _firsts(one, key, set(map(key, other))))


def array_remove(bound: Bound) -> Callable[[Array, Any], Array]:
    """The elements that are not an item."""
    key = _element_key(bound)

    def removed(items: Array, item: Any) -> Array:
        wanted = key(item)
        return [one for one in items if one is None or key(one) != wanted]

    return strict(removed)


def arrays_overlap(bound: Bound) -> Callable[[Array, Array], bool | None]:
    """Whether two arrays share an element that is not null; None where a null may be one."""
    key = _element_key(bound)

    def overlap(one: Array, other: Array) -> bool | None:
        first = {key(item) for item in one if item is not None}
        if any(item is not None and key(item) in first for item in other):
            return True
        return None if one and other and (None in one or None in other) else False

    return strict(overlap)


def sort_array(bound: Bound) -> Callable[..., Array]:
    """In ascending order, nulls first; or in descending order, nulls last."""
    kind = bound.types[0]
    assert isinstance(kind, ArrayType)
    key = order_key(kind.elementType)
    return lambda items, ascending=True: sorted(items, key=key, reverse=not ascending)


def array_sort(bound: Bound) -> Callable[[Array], Array]:
    """In ascending order, nulls last."""
    kind = bound.types[0]
    assert isinstance(kind, ArrayType)
    key = order_key(kind.elementType)
    return lambda items: [*sorted([item for item in items if item is not None], key=key), *[None] * items.count(None)]


def array_min(bound: Bound) -> Callable[[Array], Any]:
    """The least element that is not null."""
    kind = bound.types[0]
    assert isinstance(kind, ArrayType)
    key = order_key(kind.elementType)
    return strict(lambda items: min((item for item in items if item is not None), key=key, default=None))


def array_max(bound: Bound) -> Callable[[Array], Any]:
    """The greatest element that is not null."""
    kind = bound.types[0]
    assert isinstance(kind, ArrayType)
    key = order_key(kind.elementType)
    return strict(lambda items: max((item for item in items if item is not None), key=key, default=None))


def reversed_bytes(item: bytes) -> bytes:
    """The bytes from last to first."""
    return item[::-1]


def shuffle(bound: Bound) -> Callable[..., Array]:
    """The elements in random order; of a seed, in the order that Spark gives in a first partition."""
    import random

    seed = bound.literals[1] if len(bound.literals) > 1 else None
    source = random.Random() if seed is None else commons_twister(seed)

    def shuffled(items: Array, *_: Any) -> Array:
        mixed: list[Any] = []
        for place, item in enumerate(items):
            other = _below(source, place + 1)
            mixed.append(item)
            mixed[place], mixed[other] = mixed[other], item
        return mixed

    return shuffled


def commons_twister(seed: int) -> Any:
    """A Mersenne Twister seeded as Apache Commons Math seeds its own: with the two halves of a 64-bit number."""
    import random

    words = [seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF]
    state = [19650218]
    for place in range(1, 624):
        state.append(1812433253 * (state[-1] ^ state[-1] >> 30) + place & 0xFFFFFFFF)
    at, word = 1, 0
    for _ in range(624):
        mixed = state[at] ^ (state[at - 1] ^ state[at - 1] >> 30) * 1664525
        state[at] = mixed + words[word] + word & 0xFFFFFFFF
        at, word = at + 1, (word + 1) % 2
        if at == 624:
            state[0], at = state[623], 1
    for _ in range(623):
        state[at] = (state[at] ^ (state[at - 1] ^ state[at - 1] >> 30) * 1566083941) - at & 0xFFFFFFFF
        at += 1
        if at == 624:
            state[0], at = state[623], 1
    state[0] = 0x80000000
    source = random.Random()
    source.setstate((3, (*state, 624), None))
    return source


def _below(source: Any, bound: int) -> int:
    """A random number below a bound, as Commons Math's ``nextInt`` draws it."""
    if bound & bound - 1 == 0:
        return int(bound * (source.getrandbits(32) >> 1) >> 31)
    while True:
        bits = source.getrandbits(32) >> 1
        drawn = bits % bound
        if bits - drawn + bound - 1 < 1 << 31:
            return int(drawn)
