"""Hashes, digests and ciphers."""

from __future__ import annotations

from minispark.errors import PySparkValueError
from minispark.sql.column import Column
from minispark.sql.functions.making import ColumnOrName, call, given, lit, seeded

__all__ = [
    "aes_decrypt",
    "aes_encrypt",
    "bitmap_bit_position",
    "bitmap_bucket_number",
    "bitmap_count",
    "crc32",
    "hash",
    "hmac",
    "md5",
    "sha",
    "sha1",
    "sha2",
    "try_aes_decrypt",
    "uuid",
    "xxhash64",
]


def aes_decrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: ColumnOrName | None = None,
    padding: ColumnOrName | None = None,
    aad: ColumnOrName | None = None,
) -> Column:
    """What ``aes_encrypt`` encrypted; mode GCM without one."""
    return call(
        "aes_decrypt",
        input,
        key,
        lit("GCM") if mode is None else mode,
        lit("DEFAULT") if padding is None else padding,
        lit("") if aad is None else aad,
    )


def aes_encrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: ColumnOrName | None = None,
    padding: ColumnOrName | None = None,
    iv: ColumnOrName | None = None,
    aad: ColumnOrName | None = None,
) -> Column:
    """Encrypted with AES by a key of 16, 24 or 32 bytes; mode GCM without one."""
    return call(
        "aes_encrypt",
        input,
        key,
        lit("GCM") if mode is None else mode,
        lit("DEFAULT") if padding is None else padding,
        lit("") if iv is None else iv,
        lit("") if aad is None else aad,
    )


def crc32(col: ColumnOrName) -> Column:
    """The checksum CRC-32."""
    return call("crc32", col)


def hash(*cols: ColumnOrName) -> Column:
    """A hash of 32 bits of the columns: Spark's Murmur3.

    >>> hash("a", "b")
    Column<'hash(a, b)'>
    """
    return call("hash", *cols)


def hmac(key: ColumnOrName, message: ColumnOrName, algorithm: ColumnOrName | None = None) -> Column:
    """The keyed digest of a message, by SHA-256 without another algorithm."""
    return call("hmac", key, message, *given(algorithm))


def md5(col: ColumnOrName) -> Column:
    """The digest MD5 in hexadecimal digits."""
    return call("md5", col)


def sha(col: ColumnOrName) -> Column:
    """The digest SHA-1 in hexadecimal digits."""
    return call("sha", col)


def sha1(col: ColumnOrName) -> Column:
    """The digest SHA-1 in hexadecimal digits."""
    return call("sha1", col)


def try_aes_decrypt(
    input: ColumnOrName,
    key: ColumnOrName,
    mode: ColumnOrName | None = None,
    padding: ColumnOrName | None = None,
    aad: ColumnOrName | None = None,
) -> Column:
    """As ``aes_decrypt``, but null where it fails."""
    return call(
        "try_aes_decrypt",
        input,
        key,
        lit("GCM") if mode is None else mode,
        lit("DEFAULT") if padding is None else padding,
        lit("") if aad is None else aad,
    )


def xxhash64(*cols: ColumnOrName) -> Column:
    """A hash of 64 bits of the columns: xxHash."""
    return call("xxhash64", *cols)


def bitmap_bit_position(col: ColumnOrName) -> Column:
    """The place of a number's bit in its bitmap."""
    return call("bitmap_bit_position", col)


def bitmap_bucket_number(col: ColumnOrName) -> Column:
    """The number of the bitmap that a number's bit is in, from 1."""
    return call("bitmap_bucket_number", col)


def bitmap_count(col: ColumnOrName) -> Column:
    """How many bits of a bitmap are set."""
    return call("bitmap_count", col)


def sha2(col: ColumnOrName, numBits: int) -> Column:
    """A digest of the SHA-2 family in hexadecimal digits, of 224, 256 (or 0), 384 or 512 bits.

    Raises PySparkValueError for other numbers.
    """
    if numBits not in (0, 224, 256, 384, 512):
        raise PySparkValueError(
            f"numBits must be 0, 224, 256, 384 or 512, not {numBits!r:.100}",
            "VALUE_NOT_ALLOWED",
            {"arg_name": "numBits", "allowed_values": "[0, 224, 256, 384, 512]"},
        )
    return call("sha2", col, lit(numBits))


def uuid(seed: Column | int | None = None) -> Column:
    """A random UUID of each row."""
    return call("uuid", seeded(None) if seed is None else lit(seed))
