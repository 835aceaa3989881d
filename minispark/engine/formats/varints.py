"""Numbers of one to nine bytes, as Hadoop's ``WritableUtils`` writes them."""

from __future__ import annotations


def write_varint(number: int) -> bytes:
    """
    >>> [write_varint(n).hex() for n in (0, 127, -112, 128, -113, 300, 1 << 40)]
    ['00', '7f', '90', '8f80', '8770', '8e012c', '8a010000000000']
    """
    if -112 <= number <= 127:
        return (number & 0xFF).to_bytes(1)
    positive = number >= 0
    magnitude = number if positive else ~number
    data = magnitude.to_bytes((magnitude.bit_length() + 7) // 8 or 1)
    return (((-112 if positive else -120) - len(data)) & 0xFF).to_bytes(1) + data


def read_varint(data: bytes, position: int) -> tuple[int, int]:
    """The number at a position, and the position after it.

    >>> [read_varint(write_varint(n), 0) for n in (-1, -113, 1 << 40)]
    [(-1, 1), (-113, 2), (1099511627776, 7)]
    """
    size, positive = varint_size(data[position])
    if size == 0:
        first = data[position]
        return first - 256 if first > 127 else first, position + 1
    magnitude = int.from_bytes(data[position + 1 : position + 1 + size])
    return magnitude if positive else ~magnitude, position + 1 + size


def varint_size(first: int) -> tuple[int, bool]:
    """How many bytes follow the first one, and whether they are a number that is not negative."""
    signed = first - 256 if first > 127 else first
    if signed >= -112:
        return 0, True
    return (-112 - signed, True) if signed >= -120 else (-120 - signed, False)
