"""Murmur3_x86_32 and XXH64 over integers and bytes, as Spark computes them; and Murmur3's 128 bits, for sketches.

States are unsigned. Spark's Murmur3 differs from its author's where bytes do not fill a word: each of them is mixed
as a signed word of its own.
"""

from __future__ import annotations

import struct
from collections.abc import Callable

from minispark.engine.core.values import value

M32 = 0xFFFFFFFF
M64 = 0xFFFFFFFFFFFFFFFF
_C1, _C2 = 0xCC9E2D51, 0x1B873593
_P1, _P2, _P3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
_P4, _P5 = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5
PRIMES = (_P1, _P2, _P3, _P4, _P5)
"""The factors of XXH64."""
_D1, _D2 = 0x87C37B91114253D5, 0x4CF5AD432745937F


@value
class Mixer:
    """One hash function: how a number of 32 or 64 bits (signed) and bytes change the state."""

    int32: Callable[[int, int], int]
    int64: Callable[[int, int], int]
    raw: Callable[[bytes, int], int]


def _word(number: int, state: int) -> int:
    k = number * _C1 & M32
    k = (k << 15 | k >> 17) * _C2 & M32
    state ^= k
    state = (state << 13 | state >> 19) & M32
    return state * 5 + 0xE6546B64 & M32


def _end32(state: int, length: int) -> int:
    state ^= length
    state = (state ^ state >> 16) * 0x85EBCA6B & M32
    state = (state ^ state >> 13) * 0xC2B2AE35 & M32
    return state ^ state >> 16


def _murmur_int32(number: int, state: int) -> int:
    return _end32(_word(number & M32, state), 4)


def _murmur_int64(number: int, state: int) -> int:
    return _end32(_word(number >> 32 & M32, _word(number & M32, state)), 8)


def _murmur_raw(text: bytes, state: int) -> int:
    whole = len(text) & ~3
    for number in struct.unpack_from(f"<{whole >> 2}I", text):
        state = _word(number, state)
    for byte in text[whole:]:
        state = _word(byte | 0xFFFFFF00 if byte & 0x80 else byte, state)
    return _end32(state, len(text))


def _end64(state: int) -> int:
    state = (state ^ state >> 33) * _P2 & M64
    state = (state ^ state >> 29) * _P3 & M64
    return state ^ state >> 32


def _rotate(number: int, by: int) -> int:
    return (number << by | number >> 64 - by) & M64


def _xx_int32(number: int, seed: int) -> int:
    state = (seed + _P5 + 4 & M64) ^ ((number & M32) * _P1 & M64)
    return _end64(_rotate(state, 23) * _P2 + _P3 & M64)


def _xx_int64(number: int, seed: int) -> int:
    state = (seed + _P5 + 8 & M64) ^ (_rotate((number & M64) * _P2 & M64, 31) * _P1 & M64)
    return _end64(_rotate(state, 27) * _P1 + _P4 & M64)


def _xx_raw(text: bytes, seed: int) -> int:
    length, at = len(text), 0
    if length >= 32:
        lanes = [seed + _P1 + _P2 & M64, seed + _P2 & M64, seed, seed - _P1 & M64]
        for at in range(0, length - 31, 32):
            for lane, number in enumerate(struct.unpack_from("<4Q", text, at)):
                lanes[lane] = _rotate(lanes[lane] + number * _P2 & M64, 31) * _P1 & M64
        at += 32
        state = sum(_rotate(lane, by) for lane, by in zip(lanes, (1, 7, 12, 18), strict=True)) & M64
        for lane in lanes:
            state = (state ^ (_rotate(lane * _P2 & M64, 31) * _P1 & M64)) * _P1 + _P4 & M64
    else:
        state = seed + _P5 & M64
    state = state + length & M64
    while at + 8 <= length:
        number = int.from_bytes(text[at : at + 8], "little")
        state = _rotate(state ^ (_rotate(number * _P2 & M64, 31) * _P1 & M64), 27) * _P1 + _P4 & M64
        at += 8
    if at + 4 <= length:
        state = _rotate(state ^ (int.from_bytes(text[at : at + 4], "little") * _P1 & M64), 23) * _P2 + _P3 & M64
        at += 4
    for byte in text[at:]:
        state = _rotate(state ^ (byte * _P5 & M64), 11) * _P1 & M64
    return _end64(state)


murmur3 = Mixer(_murmur_int32, _murmur_int64, _murmur_raw)
xxh64 = Mixer(_xx_int32, _xx_int64, _xx_raw)


def _end128(state: int) -> int:
    state = (state ^ state >> 33) * 0xFF51AFD7ED558CCD & M64
    state = (state ^ state >> 33) * 0xC4CEB9FE1A85EC53 & M64
    return state ^ state >> 33


def _lane1(k: int) -> int:
    return _rotate(k * _D1 & M64, 31) * _D2 & M64


def _lane2(k: int) -> int:
    return _rotate(k * _D2 & M64, 33) * _D1 & M64


def murmur3_128(text: bytes, seed: int) -> tuple[int, int]:
    """Austin Appleby's MurmurHash3_x64_128: two unsigned numbers of 64 bits.

    >>> [hex(half) for half in murmur3_128(b"The quick brown fox jumps over the lazy dog", 0)]
    ['0xe34bbc7bbc071b6c', '0x7a433ca9c49a9347']
    """
    h1 = h2 = seed & M64
    whole = len(text) & ~15
    for at in range(0, whole, 16):
        k1, k2 = struct.unpack_from("<2Q", text, at)
        h1 ^= _lane1(k1)
        h1 = (_rotate(h1, 27) + h2) * 5 + 0x52DCE729 & M64
        h2 ^= _lane2(k2)
        h2 = (_rotate(h2, 31) + h1) * 5 + 0x38495AB5 & M64
    rest = text[whole:]
    if len(rest) > 8:
        h2 ^= _lane2(int.from_bytes(rest[8:], "little"))
    if rest:
        h1 ^= _lane1(int.from_bytes(rest[:8], "little"))
    h1 ^= len(text)
    h2 ^= len(text)
    h1 = h1 + h2 & M64
    h2 = h2 + h1 & M64
    h1, h2 = _end128(h1), _end128(h2)
    h1 = h1 + h2 & M64
    return h1, h2 + h1 & M64
