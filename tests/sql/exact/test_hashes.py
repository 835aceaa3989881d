"""Hashes, digests, character sets, ciphers and random numbers against what Spark 4.3 answers."""

from __future__ import annotations

import datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from minispark.errors import IllegalArgumentException, SparkRuntimeException
from minispark.sql.exact import charsets, digests
from minispark.sql.exact.aes import aes_decrypt, aes_encrypt
from minispark.sql.exact.chance import Uuids
from minispark.sql.exact.generator import XorShift
from minispark.sql.exact.hashes import murmur3_of, xxh64_of


def _type(name: str, **parts: Any) -> Any:
    return SimpleNamespace(typeName=lambda: name, **parts)


_NAN = float("nan")
_STRUCT = _type(
    "struct",
    fields=[
        SimpleNamespace(dataType=_type("integer")),
        SimpleNamespace(dataType=_type("array", elementType=_type("string"))),
    ],
)
_HASHES: list[tuple[list[Any], tuple[Any, ...], int, int]] = [
    (
        [_type(name) for name in ["string", "byte", "short", "long", "boolean", "float", "double", "double", "float"]],
        ("éü日本", 1, -5, -7, True, 1.5, -0.0, _NAN, _NAN),
        635032360,
        -738463318103572463,
    ),
    (
        [
            _type("decimal", precision=4, scale=2),
            _type("decimal", precision=38, scale=4),
            _type("date"),
            _type("timestamp"),
            _type("binary"),
            _type("void"),
        ],
        (
            Decimal("12.34"),
            Decimal("-123456789012345678901234567890"),
            datetime.date(1969, 12, 31),
            datetime.datetime(2020, 1, 1, 0, 0, 0, 123456),
            b"\1\2\3\xff",
            None,
        ),
        393089510,
        5610470953397447630,
    ),
    (
        [_STRUCT, _type("daytimeinterval"), _type("yearmonthinterval")],
        ({"a": 1, "b": ["x", None, "y"]}, 86400 * 10**6, 2),
        -1315500522,
        -7271285323266549054,
    ),
]


@pytest.mark.parametrize(("types", "values", "short", "long"), _HASHES)
def test_hashes_are_sparks(types: list[Any], values: tuple[Any, ...], short: int, long: int) -> None:
    assert murmur3_of(tuple(types))(*values) == short
    assert xxh64_of(tuple(types))(*values) == long


def test_long_text_goes_through_all_lanes_of_xxh64() -> None:
    text = "abcdefghijklmnopqrstuvwxyz" * 3 + "1"
    assert xxh64_of((_type("string"),))(text) == 8398109976423946490


def test_aes_is_the_standards() -> None:
    iv, text = bytes(11) + b"\1", b"This is an AAD mixed into the input"
    key = b"abcdefghijklmnop12345678ABCDEFGH"
    sealed = "000000000000000000000001E6501762A9EC2BEA6705E3F7456A567D70304618AB"
    assert aes_encrypt(b"Spark", key, "GCM", "DEFAULT", iv, text).hex().upper() == sealed
    block = aes_encrypt(b"Spark", b"0000111122223333", "CBC", "PKCS", bytes(15) + b"\1")
    assert block.hex().upper() == "000000000000000000000000000000015760C9D60107A51412F165758D850C05"
    for mode in ("ECB", "CBC", "GCM"):
        for size in (0, 15, 16, 40):
            assert aes_decrypt(aes_encrypt(b"x" * size, b"0" * 24, mode), b"0" * 24, mode) == b"x" * size


@pytest.mark.parametrize(
    ("condition", "arguments"),
    [
        ("INVALID_PARAMETER_VALUE.AES_KEY_LENGTH", (b"Spark", b"short")),
        ("UNSUPPORTED_FEATURE.AES_MODE", (b"Spark", b"0" * 16, "CBC", "NONE")),
        ("UNSUPPORTED_FEATURE.AES_MODE_IV", (b"Spark", b"0" * 16, "ECB", "DEFAULT", b"1")),
        ("UNSUPPORTED_FEATURE.AES_MODE_AAD", (b"Spark", b"0" * 16, "CBC", "DEFAULT", b"1" * 16, b"aad")),
        ("INVALID_PARAMETER_VALUE.AES_IV_LENGTH", (b"Spark", b"0" * 16, "GCM", "DEFAULT", b"1")),
    ],
)
def test_aes_names_what_is_wrong(condition: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(SparkRuntimeException) as caught:
        aes_encrypt(*arguments)
    assert caught.value.getCondition() == condition


def test_a_changed_text_is_not_decrypted() -> None:
    sealed = bytearray(aes_encrypt(b"Spark", b"0" * 16))
    sealed[-1] ^= 1
    for text, mode in ((bytes(sealed), "GCM"), (b"\0\x11", "GCM"), (b"\0\x11", "ECB"), (bytes(16), "ECB")):
        with pytest.raises(SparkRuntimeException, match="AES_CRYPTO_ERROR"):
            aes_decrypt(text, b"0" * 16, mode)


def test_digests() -> None:
    assert digests.crc32(b"Spark") == 1557323817
    assert digests.sha2(b"Spark", 224) == "dbeab94971678d36af2195851c0f7485775a2a7c60073d62fc04549c"
    assert digests.hmac(b"k", b"x", "sha-1").hex() == "cb00131fcec602a8fc84413a2a70154d8c06a0d2"
    for key, name, condition in ((b"k", "FOO", "HMAC_ALGORITHM"), (b"", "MD5", "HMAC_CRYPTO_ERROR")):
        with pytest.raises(SparkRuntimeException, match=condition):
            digests.hmac(key, b"x", name)


def test_base64_and_base32() -> None:
    assert charsets.base64(b"x" * 58) == "eHh4" * 19 + "\r\neA=="
    assert charsets.base64(b"x" * 58, chunked=False) == "eHh4" * 19 + "eA=="
    assert [charsets.unbase64(text) for text in ("U3Bhcms", "U3!Bhcms=", "U3 Bh\ncms=", "")] == [b"Spark"] * 3 + [b""]
    for text in ("U", "U="):
        with pytest.raises(IllegalArgumentException):
            charsets.unbase64(text)
    texts = ("U3Bhcms", "U3Bh cms=", "U3B=", "U3Bh=cms=", "a!")
    assert [charsets.try_to_binary(text, "BASE64") for text in texts] == [b"Spark", b"Spark", b"Sp", None, None]
    assert [charsets.from_base32(text) for text in ("KNYGC4T", "knygc4tl", "K!")] == [b"Spar", b"Spark", b"\2"]
    assert [charsets.try_to_binary("abc", form) for form in ("hex", "utf8", "x")] == [b"\n\xbc", b"abc", None]
    with pytest.raises(IllegalArgumentException, match="CONVERSION_INVALID_INPUT"):
        charsets.to_binary("xyz")


def test_character_sets() -> None:
    assert charsets.encode("a€", "utf-32") == b"\0\0\0a\0\0 \xac"
    marked = (b"\xfe\xff\0a", b"\xff\xfea\0", b"\0a")
    assert [charsets.decode(text, "UTF-16") for text in marked] == ["a"] * 3
    with pytest.raises(SparkRuntimeException, match="MALFORMED_CHARACTER_CODING"):
        charsets.encode("€", "ISO-8859-1")
    with pytest.raises(IllegalArgumentException, match=r"INVALID_PARAMETER_VALUE\.CHARSET"):
        charsets.decode(b"", "latin1")
    with pytest.raises(IllegalArgumentException, match="INVALID_UTF8_STRING"):
        charsets.validate_utf8(b"\x80")
    broken = ("61FF62", "61E282", "F0808080", "E28261", "EDA080")
    shown = [charsets.make_valid_utf8(bytes.fromhex(text)) for text in broken]
    assert shown == ["a\ufffdb", "a\ufffd", "\ufffd" * 4, "\ufffda", "\ufffd" * 3]


def test_random_numbers_repeat_sparks() -> None:
    assert [XorShift(7).gaussian(), XorShift(8).double()] == [-1.773755556110447, 0.4836508543933039]
    assert [XorShift(0).letters(5), XorShift(42).letters(10)] == ["ceV0P", "pll6YOIJNn"]
    made = Uuids(7)
    assert [made.next(), made.next()] == [
        "cee40aac-b68a-440d-b75a-41718652cb36",
        "50fe06d6-e030-43ea-9ff6-ff3a773b207a",
    ]
