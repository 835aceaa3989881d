"""AES in the three modes that Spark offers, in plain Python: correct and slow (some 500 kB a second).

The standard library has no cipher. Tables are made when first used; FIPS 197 and NIST SP 800-38D are the texts.
"""

from __future__ import annotations

import hmac
import os
from functools import lru_cache

from minispark.errors import SparkRuntimeException

_FUNCTIONS = "`aes_encrypt`/`aes_decrypt`"
_PADDINGS = {"ECB": ("PKCS", "DEFAULT"), "CBC": ("PKCS", "DEFAULT"), "GCM": ("NONE", "DEFAULT")}
_IV_BYTES = {"CBC": 16, "GCM": 12}


def aes_encrypt(
    text: bytes, key: bytes, mode: str = "GCM", padding: str = "DEFAULT", iv: bytes = b"", aad: bytes = b""
) -> bytes:
    """The initial vector (a random one where none is given), the encrypted text and, with GCM, its tag.

    >>> aes_encrypt(b"Spark", b"0000111122223333", "ECB").hex()
    '348ff37ebde05b7880ba339068fbda5e'
    """
    mode, keys = _checked(key, mode, padding)
    if iv and mode not in _IV_BYTES:
        raise _unsupported("AES_MODE_IV", mode, "takes no initial vector: leave it out")
    if iv and len(iv) != _IV_BYTES[mode]:
        raise _invalid("AES_IV_LENGTH", "iv", f"{mode} takes {_IV_BYTES[mode]} bytes, not {len(iv)}")
    if aad and mode != "GCM":
        raise _unsupported("AES_MODE_AAD", mode, "takes no additional data: use GCM or leave them out")
    iv = iv or os.urandom(_IV_BYTES.get(mode, 0))
    if mode == "GCM":
        sealed = _counter(text, keys, iv)
        return iv + sealed + _tag(sealed, keys, iv, aad)
    fill = 16 - len(text) % 16
    blocks = _blocks(text + bytes([fill]) * fill)
    if mode == "ECB":
        return b"".join([_encrypt(block, keys) for block in blocks])
    done = [iv]
    for block in blocks:
        done.append(_encrypt(_xor(block, done[-1]), keys))
    return b"".join(done)


def aes_decrypt(text: bytes, key: bytes, mode: str = "GCM", padding: str = "DEFAULT", aad: bytes = b"") -> bytes:
    """What :func:`aes_encrypt` was given. Raises SparkRuntimeException if the text, the key or ``aad`` is another.

    >>> aes_decrypt(aes_encrypt(b"Spark", b"0000111122223333"), b"0000111122223333")
    b'Spark'
    """
    mode, keys = _checked(key, mode, padding)
    if aad and mode != "GCM":
        raise _unsupported("AES_MODE_AAD", mode, "takes no additional data: use GCM or leave them out")
    size = _IV_BYTES.get(mode, 0)
    iv, rest = text[:size], text[size:]
    if len(iv) < size:
        raise _invalid("AES_CRYPTO_ERROR", "expr`, `key", f"{len(text)} bytes are too few for an initial vector")
    if mode == "GCM":
        sealed, tag = rest[:-16], rest[-16:]
        if not hmac.compare_digest(tag, _tag(sealed, keys, iv, aad)):
            raise _invalid("AES_CRYPTO_ERROR", "expr`, `key", "the tag does not fit: another key, text or aad")
        return _counter(sealed, keys, iv)
    if len(rest) % 16:
        raise _invalid("AES_CRYPTO_ERROR", "expr`, `key", f"{len(rest)} bytes are no multiple of 16")
    blocks = _blocks(rest)
    plain = [_decrypt(block, keys) for block in blocks]
    if mode == "CBC":
        plain = [_xor(block, before) for block, before in zip(plain, [iv, *blocks], strict=False)]
    return _unpadded(b"".join(plain))


def _checked(key: bytes, mode: str, padding: str) -> tuple[str, tuple[bytes, ...]]:
    if len(key) not in (16, 24, 32):
        raise _invalid("AES_KEY_LENGTH", "key", f"a key has 16, 24 or 32 bytes, not {len(key)}", str(len(key)))
    if padding.upper() not in _PADDINGS.get(mode.upper(), ()):
        text = f"AES-{mode} with the padding {padding} is not supported by {_FUNCTIONS}; modes are ECB, CBC, GCM"
        raise SparkRuntimeException(
            text, "UNSUPPORTED_FEATURE.AES_MODE", {"mode": mode, "padding": padding, "functionName": _FUNCTIONS}
        )
    return mode.upper(), _expanded(key)


def _invalid(reason: str, parameter: str, detail: str, length: str = "") -> SparkRuntimeException:
    text = f"`{parameter}` of {_FUNCTIONS}: {detail}"
    parameters = {"parameter": f"`{parameter}`", "functionName": _FUNCTIONS}
    parameters |= {"actualLength": length} if length else {"detailMessage": detail}
    return SparkRuntimeException(text, f"INVALID_PARAMETER_VALUE.{reason}", parameters)


def _unsupported(reason: str, mode: str, detail: str) -> SparkRuntimeException:
    return SparkRuntimeException(
        f"AES-{mode} {detail}", f"UNSUPPORTED_FEATURE.{reason}", {"mode": mode, "functionName": _FUNCTIONS}
    )


def _unpadded(text: bytes) -> bytes:
    if not text:
        return text
    fill = text[-1]
    if not 1 <= fill <= 16 or text[-fill:] != bytes([fill]) * fill:
        raise _invalid("AES_CRYPTO_ERROR", "expr`, `key", "the text does not end as a padded one: another key?")
    return text[:-fill]


def _blocks(text: bytes) -> list[bytes]:
    return [text[at : at + 16] for at in range(0, len(text), 16)]


def _xor(left: bytes, right: bytes) -> bytes:
    size = min(len(left), len(right))
    return (int.from_bytes(left[:size], "big") ^ int.from_bytes(right[:size], "big")).to_bytes(size, "big")


def _double(byte: int) -> int:
    return (byte << 1 ^ 0x11B) if byte & 0x80 else byte << 1


@lru_cache(1)
def _tables() -> tuple[bytes, bytes, dict[int, bytes]]:
    """The substitution, its inverse, and the products of all bytes with 2, 3, 9, 11, 13 and 14."""
    powers, logs, item = [0] * 255, [0] * 256, 1
    for exponent in range(255):
        powers[exponent], logs[item] = item, exponent
        item ^= _double(item)
    substitution = bytearray(256)
    for byte in range(256):
        item = powers[-logs[byte] % 255] if byte else 0
        for turn in (1, 2, 3, 4):
            substitution[byte] ^= (item << turn | item >> 8 - turn) & 0xFF
        substitution[byte] ^= item ^ 0x63
    inverse = bytearray(256)
    for byte, item in enumerate(substitution):
        inverse[item] = byte
    products = {
        by: bytes([powers[(logs[byte] + logs[by]) % 255] if byte else 0 for byte in range(256)])
        for by in (2, 3, 9, 11, 13, 14)
    }
    return bytes(substitution), bytes(inverse), products


@lru_cache(64)
def _expanded(key: bytes) -> tuple[bytes, ...]:
    substitution, _, _ = _tables()
    length, constant = len(key) // 4, 1
    words = [key[at : at + 4] for at in range(0, len(key), 4)]
    for at in range(length, 4 * (length + 7)):
        word = words[-1]
        if at % length == 0:
            word = (word[1:] + word[:1]).translate(substitution)
            word = bytes([word[0] ^ constant]) + word[1:]
            constant = _double(constant)
        elif length > 6 and at % length == 4:
            word = word.translate(substitution)
        words.append(_xor(word, words[-length]))
    return tuple(b"".join(words[at : at + 4]) for at in range(0, len(words), 4))


Words = tuple[int, int, int, int]
Tables = tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...], tuple[int, ...]]


def _words(block: bytes) -> Words:
    first, second, third, fourth = (int.from_bytes(block[at : at + 4], "big") for at in (0, 4, 8, 12))
    return first, second, third, fourth


def _turned(words: tuple[int, ...]) -> Tables:
    """A table of words, and those of the words turned right by one, two and three bytes."""
    first, second, third, fourth = (
        tuple((word >> turn | word << 32 - turn) & 0xFFFFFFFF for word in words) for turn in (0, 8, 16, 24)
    )
    return first, second, third, fourth


@lru_cache(1)
def _forward() -> Tables:
    """What a byte gives to a column: substitution and mixing in one."""
    substitution, _, products = _tables()
    twice, thrice = products[2], products[3]
    return _turned(tuple(twice[one] << 24 | one << 16 | one << 8 | thrice[one] for one in substitution))


@lru_cache(1)
def _backward() -> Tables:
    """The mixing of columns the other way; of bytes as they are."""
    _, _, products = _tables()
    p9, p11, p13, p14 = products[9], products[11], products[13], products[14]
    return _turned(tuple(p14[one] << 24 | p9[one] << 16 | p13[one] << 8 | p11[one] for one in range(256)))


@lru_cache(64)
def _key_words(keys: tuple[bytes, ...]) -> tuple[Words, ...]:
    return tuple(map(_words, keys))


@lru_cache(64)
def _unmixed(keys: tuple[bytes, ...]) -> tuple[Words, ...]:
    """The keys for the way back: all but the first and the last go through the mixing."""
    t, u, v, w = _backward()
    words = _key_words(keys)

    def unmixed(one: int) -> int:
        return t[one >> 24] ^ u[one >> 16 & 255] ^ v[one >> 8 & 255] ^ w[one & 255]

    inner = [(unmixed(i), unmixed(j), unmixed(k), unmixed(n)) for i, j, k, n in words[1:-1]]
    return words[0], *inner, words[-1]


def _encrypt(block: bytes, keys: tuple[bytes, ...]) -> bytes:
    substitution, words = _tables()[0], _key_words(keys)
    t, u, v, w = _forward()
    a, b, c, d = (one ^ key for one, key in zip(_words(block), words[0], strict=True))
    for i, j, k, n in words[1:-1]:
        a, b, c, d = (
            t[a >> 24] ^ u[b >> 16 & 255] ^ v[c >> 8 & 255] ^ w[d & 255] ^ i,
            t[b >> 24] ^ u[c >> 16 & 255] ^ v[d >> 8 & 255] ^ w[a & 255] ^ j,
            t[c >> 24] ^ u[d >> 16 & 255] ^ v[a >> 8 & 255] ^ w[b & 255] ^ k,
            t[d >> 24] ^ u[a >> 16 & 255] ^ v[b >> 8 & 255] ^ w[c & 255] ^ n,
        )
    rows = ((a, b, c, d), (b, c, d, a), (c, d, a, b), (d, a, b, c))
    last = bytes([x for e, f, g, h in rows for x in (e >> 24, f >> 16 & 255, g >> 8 & 255, h & 255)])
    return _xor(last.translate(substitution), keys[-1])


def _decrypt(block: bytes, keys: tuple[bytes, ...]) -> bytes:
    inverse, words = _tables()[1], _unmixed(keys)
    t, u, v, w = _backward()
    state = _xor(block, keys[-1])
    for i, j, k, n in words[-2:0:-1]:
        s = state.translate(inverse)
        state = b"".join(
            [
                (t[s[e]] ^ u[s[f]] ^ v[s[g]] ^ w[s[h]] ^ key).to_bytes(4, "big")
                for (e, f, g, h), key in zip(_UNSHIFT, (i, j, k, n), strict=True)
            ]
        )
    return _xor(bytes([state[at] for four in _UNSHIFT for at in four]).translate(inverse), keys[0])


_UNSHIFT = ((0, 13, 10, 7), (4, 1, 14, 11), (8, 5, 2, 15), (12, 9, 6, 3))
"""Where the bytes of each column were before rows were shifted."""


def _counter(text: bytes, keys: tuple[bytes, ...], iv: bytes) -> bytes:
    """The text or its encryption, each way, by encrypted counters from 2 on (1 is the tag's)."""
    stream = b"".join([_encrypt(iv + at.to_bytes(4, "big"), keys) for at in range(2, 2 + (len(text) + 15) // 16)])
    return _xor(text, stream)


def _tag(sealed: bytes, keys: tuple[bytes, ...], iv: bytes, aad: bytes) -> bytes:
    tables = _multiples(keys)
    sizes = (8 * len(aad)).to_bytes(8, "big") + (8 * len(sealed)).to_bytes(8, "big")
    total = 0
    for block in _blocks(aad + bytes(-len(aad) % 16) + sealed + bytes(-len(sealed) % 16) + sizes):
        total ^= int.from_bytes(block, "big")
        product = 0
        for table in tables:
            product ^= table[total & 15]
            total >>= 4
        total = product
    return _xor(total.to_bytes(16, "big"), _encrypt(iv + b"\0\0\0\1", keys))


@lru_cache(64)
def _multiples(keys: tuple[bytes, ...]) -> tuple[tuple[int, ...], ...]:
    """Products in GF(2**128), whose bits are read from the highest down, of the key's factor: with all values of four
    bits, from the lowest four on."""
    powers, power = [], int.from_bytes(_encrypt(bytes(16), keys), "big")
    for _ in range(128):
        powers.append(power)
        power = power >> 1 ^ (0xE1 << 120 if power & 1 else 0)
    tables = []
    for at in range(124, -1, -4):
        table = [0]
        for power in reversed(powers[at : at + 4]):
            table += [power ^ one for one in table]
        tables.append(tuple(table))
    return tuple(tables)


def try_aes_decrypt(
    text: bytes | None,
    key: bytes | None,
    mode: str | None = "GCM",
    padding: str | None = "DEFAULT",
    aad: bytes | None = b"",
) -> bytes | None:
    """As :func:`aes_decrypt`, but None where that fails, or of a null."""
    if text is None or key is None or mode is None or padding is None or aad is None:
        return None
    try:
        return aes_decrypt(text, key, mode, padding, aad)
    except SparkRuntimeException:
        return None
