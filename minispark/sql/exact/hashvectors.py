"""Spark's ``hash`` and ``xxhash64`` of many rows at once: the twins of ``hashes.py`` over flat types.

A word is mixed in for all rows together; texts are laid out in rows of bytes, filled up with zeros, as long as they
are no longer than ``WIDE_MAX``. numpy's unsigned integers go round where they overflow, as the hashes want it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql.exact import mixing
from minispark.sql.exact.vectors import Texts, Vector, columnwise, kind_of

Array = Any  # numpy's, of one dimension or two

WIDE_MAX = 256
"""Texts of more bytes are hashed one by one."""
_LONG = frozenset(("long", "bigint", "timestamp", "timestamp_ntz", "double", "decimal"))


def murmur3(types: Sequence[Any], seed: int = 42) -> Callable[..., Vector]:
    """``hash`` of columns of flat types."""
    import numpy as np

    mixers = (_murmur_int32, _murmur_int64, _murmur_raw, mixing.murmur3.raw)
    return _hash(types, seed, np.dtype(np.uint32), np.dtype(np.int32), mixers)


def xxh64(types: Sequence[Any], seed: int = 42) -> Callable[..., Vector]:
    """``xxhash64`` of columns of flat types."""
    import numpy as np

    mixers = (_xx_int32, _xx_int64, _xx_raw, mixing.xxh64.raw)
    return _hash(types, seed, np.dtype(np.uint64), np.dtype(np.int64), mixers)


def _hash(types: Sequence[Any], seed: int, width: Any, signed: Any, mixers: tuple[Any, ...]) -> Callable[..., Vector]:
    kinds = tuple(kind_of(dtype) for dtype in types)
    of_int, of_long, of_text, of_one_text = mixers
    start = seed & (1 << 8 * width.itemsize) - 1

    @columnwise
    def called(*columns: Any) -> Vector:
        import numpy as np

        state: Any = None
        for kind, column in zip(kinds, columns, strict=True):
            if state is None:
                size = len(column.offsets) - 1 if isinstance(column, Texts) else len(column.values)
                state = np.full(size, start, width)
            if isinstance(column, Texts):
                mixed = _of_texts(column, state, of_text, of_one_text)
            else:
                mixed = (of_long if kind in _LONG else of_int)(_bits(column.values, kind), state)
            state = mixed if column.valid is None else np.where(column.valid, mixed, state)
        return Vector(state.view(signed))

    return called


def _bits(values: Array, kind: str) -> Array:
    """Whole numbers to mix: of floats their bits, one NaN and one zero."""
    import numpy as np

    if kind == "float":
        one = np.where(np.isnan(values), np.float32("nan"), values + np.float32(0)).astype(np.float32)
        return one.view(np.uint32)
    if kind == "double":
        return np.where(np.isnan(values), np.float64("nan"), values + 0.0).view(np.uint64)
    if kind in _LONG:
        return values.astype(np.int64).view(np.uint64)
    return values.astype(np.int32).view(np.uint32)


# --- texts -----------------------------------------------------------------------------------------------------------


def _of_texts(column: Texts, state: Array, mix: Callable[..., Array], one: Callable[[bytes, int], int]) -> Array:
    import numpy as np

    lengths = np.diff(column.offsets)
    longest = int(lengths.max(initial=0))
    short = lengths <= WIDE_MAX
    if longest > WIDE_MAX:
        kept = np.flatnonzero(short)
        found = state.copy()
        found[kept] = mix(*_rows(column, kept, lengths[kept]), state[kept])
        data, offsets = column.data, column.offsets
        for at in np.flatnonzero(~short):
            text = data[offsets[at] : offsets[at + 1]].tobytes()
            found[at] = one(text, int(state[at]))
        return found
    return mix(*_rows(column, None, lengths), state)


def _rows(column: Texts, kept: Array | None, lengths: Array) -> tuple[Array, Array]:
    """A matrix of bytes, a text a row, with zeros behind it (a multiple of 8 in all); the texts' lengths."""
    import numpy as np

    width = (int(lengths.max(initial=0)) + 15) // 8 * 8
    found = np.zeros((len(lengths), width), np.uint8)
    filled = np.arange(width) < lengths[:, None]
    if kept is None:
        found[filled] = column.data[column.offsets[0] : column.offsets[-1]]
    else:
        starts = column.offsets[:-1][kept]
        found[filled] = column.data[(starts[:, None] + np.arange(width))[filled]]
    return found, lengths


# --- Murmur3 ---------------------------------------------------------------------------------------------------------


def _rotated(numbers: Array, by: int) -> Array:
    bits = 8 * numbers.itemsize
    return numbers << numbers.dtype.type(by) | numbers >> numbers.dtype.type(bits - by)


def _word(numbers: Array, state: Array) -> Array:
    import numpy as np

    k = _rotated(numbers * np.uint32(0xCC9E2D51), 15) * np.uint32(0x1B873593)
    return _rotated(state ^ k, 13) * np.uint32(5) + np.uint32(0xE6546B64)


def _end32(state: Array, length: Any) -> Array:
    import numpy as np

    state = state ^ length
    state = (state ^ state >> np.uint32(16)) * np.uint32(0x85EBCA6B)
    state = (state ^ state >> np.uint32(13)) * np.uint32(0xC2B2AE35)
    return state ^ state >> np.uint32(16)


def _murmur_int32(numbers: Array, state: Array) -> Array:
    import numpy as np

    return _end32(_word(numbers, state), np.uint32(4))


def _murmur_int64(numbers: Array, state: Array) -> Array:
    import numpy as np

    low, high = numbers.astype(np.uint32), (numbers >> np.uint64(32)).astype(np.uint32)
    return _end32(_word(high, _word(low, state)), np.uint32(8))


def _murmur_raw(rows: Array, lengths: Array, state: Array) -> Array:
    import numpy as np

    words, whole = rows.view(np.uint32), lengths >> 2
    for at in range(int(whole.max(initial=0))):
        state = np.where(whole > at, _word(words[:, at], state), state)
    places, every = whole << 2, np.arange(len(lengths))
    for _ in range(3):
        inside = places < lengths
        if not inside.any():
            break
        numbers = rows[every, np.minimum(places, rows.shape[1] - 1)].view(np.int8).astype(np.int32).view(np.uint32)
        state = np.where(inside, _word(numbers, state), state)
        places = places + 1
    return _end32(state, lengths.astype(np.uint32))


# --- XXH64 -----------------------------------------------------------------------------------------------------------

_P1, _P2, _P3, _P4, _P5 = mixing.PRIMES


def _u64(number: int) -> Any:
    import numpy as np

    return np.uint64(number & mixing.M64)


def _end64(state: Array) -> Array:
    state = (state ^ state >> _u64(33)) * _u64(_P2)
    state = (state ^ state >> _u64(29)) * _u64(_P3)
    return state ^ state >> _u64(32)


def _round(numbers: Array) -> Array:
    return _rotated(numbers * _u64(_P2), 31) * _u64(_P1)


def _by_long(numbers: Array, state: Array) -> Array:
    return _rotated(state ^ _round(numbers), 27) * _u64(_P1) + _u64(_P4)


def _by_int(numbers: Array, state: Array) -> Array:
    import numpy as np

    return _rotated(state ^ numbers.astype(np.uint64) * _u64(_P1), 23) * _u64(_P2) + _u64(_P3)


def _xx_int32(numbers: Array, seed: Array) -> Array:
    return _end64(_by_int(numbers, seed + _u64(_P5 + 4)))


def _xx_int64(numbers: Array, seed: Array) -> Array:
    return _end64(_by_long(numbers, seed + _u64(_P5 + 8)))


def _xx_raw(rows: Array, lengths: Array, seed: Array) -> Array:
    import numpy as np

    words, every = rows.view(np.uint64), np.arange(len(lengths))
    state = seed + _u64(_P5)
    if (lengths >= 32).any():
        state = np.where(lengths >= 32, _lanes(words, lengths >> 5, seed), state)
    state = state + lengths.astype(np.uint64)
    places = lengths >> 5 << 5
    for _ in range(3):
        inside = places + 8 <= lengths
        if not inside.any():
            break
        at = np.minimum(places >> 3, words.shape[1] - 1)
        state = np.where(inside, _by_long(words[every, at], state), state)
        places = np.where(inside, places + 8, places)
    halves = rows.view(np.uint32)
    inside = places + 4 <= lengths
    if inside.any():
        at = np.minimum(places >> 2, halves.shape[1] - 1)
        state = np.where(inside, _by_int(halves[every, at], state), state)
        places = np.where(inside, places + 4, places)
    for _ in range(3):
        inside = places < lengths
        if not inside.any():
            break
        byte = rows[every, np.minimum(places, rows.shape[1] - 1)].astype(np.uint64)
        state = np.where(inside, _rotated(state ^ byte * _u64(_P5), 11) * _u64(_P1), state)
        places = places + 1
    return _end64(state)


def _lanes(words: Array, stripes: Array, seed: Array) -> Array:
    """The state after all whole stripes of 32 bytes; where there is none it has no meaning."""
    import numpy as np

    lanes = [seed + _u64(_P1 + _P2), seed + _u64(_P2), seed, seed - _u64(_P1)]
    for stripe in range(int(stripes.max())):
        for lane in range(4):
            mixed = _rotated(lanes[lane] + words[:, 4 * stripe + lane] * _u64(_P2), 31) * _u64(_P1)
            lanes[lane] = np.where(stripes > stripe, mixed, lanes[lane])
    state = sum((_rotated(lane, by) for lane, by in zip(lanes[1:], (7, 12, 18), strict=True)), _rotated(lanes[0], 1))
    for lane_state in lanes:
        state = (state ^ _round(lane_state)) * _u64(_P1) + _u64(_P4)
    found: Array = state
    return found
