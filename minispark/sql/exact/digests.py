"""Checksums and message digests of bytes."""

from __future__ import annotations

import hashlib
import hmac as _hmac
import zlib

from minispark.errors import SparkRuntimeException
from minispark.sql.exact.nulls import strict

_SHA2 = {0: "sha256", 224: "sha224", 256: "sha256", 384: "sha384", 512: "sha512"}
_HMAC = {"SHA-224": "sha224", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
_HMAC |= {"SHA-1": "sha1", "SHA1": "sha1", "MD5": "md5"}


def crc32(text: bytes) -> int:
    """The cyclic redundancy check, unsigned."""
    return zlib.crc32(text)


@strict
def sha2(text: bytes, bits: int) -> str | None:
    """224, 256, 384 or 512 bits as lower-case hex digits (0 is 256); None for another number of bits.

    >>> sha2(b"Spark", 0) == sha2(b"Spark", 256), sha2(b"Spark", 1)
    (True, None)
    """
    name = _SHA2.get(bits)
    return None if name is None else hashlib.new(name, text).hexdigest()


def hmac(key: bytes, message: bytes, algorithm: str = "SHA-256") -> bytes:
    """The keyed hash of a message (RFC 2104), as bytes."""
    name = _HMAC.get(algorithm.upper())
    if name is None:
        text = f"hmac knows the algorithms SHA-224, SHA-256, SHA-384, SHA-512, SHA-1 and MD5, not {algorithm!r}"
        parameters = {"parameter": "`algorithm`", "functionName": "`hmac`", "algorithm": f"'{algorithm}'"}
        raise SparkRuntimeException(text, "INVALID_PARAMETER_VALUE.HMAC_ALGORITHM", parameters)
    if not key:
        parameters = {"parameter": "`key`", "functionName": "`hmac`", "detailMessage": "Empty key"}
        raise SparkRuntimeException(
            "hmac needs a key of one byte at least", "INVALID_PARAMETER_VALUE.HMAC_CRYPTO_ERROR", parameters
        )
    return _hmac.digest(key, message, name)
