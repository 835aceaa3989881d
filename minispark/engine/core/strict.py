"""What a strict context lets vary, as pure functions of its seed: nothing here remembers what was drawn before."""

from __future__ import annotations

from hashlib import blake2b


def drawn(seed: int, *what: object) -> int:
    """A number below 2**64 that the seed gives to this purpose.

    >>> drawn(1, "hash seed", 0) == drawn(1, "hash seed", 0), drawn(1, "x") == drawn(2, "x")
    (True, False)
    """
    return int.from_bytes(blake2b(repr((seed, *what)).encode(), digest_size=8).digest(), "little")


def shuffled(count: int, seed: int, *what: object) -> list[int]:
    """The numbers below ``count`` in the order that the seed gives to this purpose.

    >>> sorted(shuffled(9, 1, "stage", 3)) == list(range(9))
    True
    """
    return sorted(range(count), key=lambda index: drawn(seed, *what, index))
