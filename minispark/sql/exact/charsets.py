"""Text as bytes: character sets, base64, base32, hex, and what to do about bytes that are no text."""

from __future__ import annotations

import base64 as _base64
import binascii
import contextlib
import re
from collections.abc import Callable
from typing import Any

from minispark.errors import IllegalArgumentException, SparkRuntimeException
from minispark.sql.exact.nulls import strict

_CHARSETS = {
    "US-ASCII": ("ascii", "ascii"),
    "ISO-8859-1": ("latin-1", "latin-1"),
    "UTF-8": ("utf-8", "utf-8"),
    "UTF-16BE": ("utf-16-be", "utf-16-be"),
    "UTF-16LE": ("utf-16-le", "utf-16-le"),
    "UTF-16": ("utf-16-be", "utf-16"),
    "UTF-32": ("utf-32-be", "utf-32"),
}
_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_NOT_BASE64 = bytes(sorted(set(range(256)) - set(_BASE64) - {ord("=")}))
_STRICT = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2,3}={0,2}|)\Z")


def encode(text: str, charset: str, any_set: bool = False, lenient: bool = False) -> bytes:
    """The text's bytes: in UTF-16 big end first after a byte order mark, as Java's.

    >>> encode("a€", "UTF-16")
    b'\\xfe\\xff\\x00a \\xac'
    """
    codec = _codec(charset, "encode", any_set)[0]
    mark = b"\xfe\xff" if charset.upper() == "UTF-16" and text else b""
    try:
        return mark + text.encode(codec, "replace" if lenient else "strict")
    except UnicodeEncodeError:
        raise _malformed("encode", charset) from None


def decode(text: bytes, charset: str, any_set: bool = False, lenient: bool = False) -> str:
    """The text that these bytes are; without a byte order mark, UTF-16 and UTF-32 have their big end first."""
    codec = _codec(charset, "decode", any_set)[1]
    if codec in ("utf-16", "utf-32"):
        little, big = (b"\xff\xfe", b"\xfe\xff") if codec == "utf-16" else (b"\xff\xfe\0\0", b"\0\0\xfe\xff")
        codec += "" if text.startswith((little, big)) else "-be"
    try:
        return text.decode(codec, "replace" if lenient else "strict")
    except UnicodeDecodeError:
        raise _malformed("decode", charset) from None


def _set(bound: Any, name: str) -> bool:
    return (bound.settings.conf(f"spark.sql.legacy.{name}") or "false").lower() == "true"


def encoding(bound: Any) -> Callable[[str, str], bytes]:
    """:func:`encode` as the session's settings say: any character set, or ``?`` for what one has not."""
    any_set, lenient = _set(bound, "javaCharsets"), _set(bound, "codingErrorAction")
    return encode if not (any_set or lenient) else lambda text, charset: encode(text, charset, any_set, lenient)


def decoding(bound: Any) -> Callable[[bytes, str], str]:
    """:func:`decode` as the session's settings say: any character set, or U+FFFD for what is none of its characters."""
    any_set, lenient = _set(bound, "javaCharsets"), _set(bound, "codingErrorAction")
    return decode if not (any_set or lenient) else lambda text, charset: decode(text, charset, any_set, lenient)


def _codec(charset: str, function: str, any_set: bool = False) -> tuple[str, str]:
    codec = _CHARSETS.get(charset.upper())
    if codec is None and any_set:
        import codecs

        with contextlib.suppress(LookupError):
            name = codecs.lookup(charset).name
            return name, name
    if codec is None:
        known = ", ".join(sorted(_CHARSETS)).lower()
        parameters = {
            "parameter": "`charset`", "functionName": f"`{function}`", "charset": charset, "charsets": known,
        }  # fmt: skip
        text = f"{function} knows the character sets {known}, not {charset}"
        raise IllegalArgumentException(text, "INVALID_PARAMETER_VALUE.CHARSET", parameters)
    return codec


def _malformed(function: str, charset: str) -> SparkRuntimeException:
    text = f"a value has what {charset} cannot {function}"
    return SparkRuntimeException(text, "MALFORMED_CHARACTER_CODING", {"function": f"`{function}`", "charset": charset})


def base64(text: bytes, chunked: bool = True) -> str:
    """Base64, in lines of 76 characters parted by CR LF if ``chunked`` (``spark.sql.chunkBase64String.enabled``)."""
    whole = _base64.b64encode(text).decode()
    if not chunked or len(whole) <= 76:
        return whole
    return "\r\n".join([whole[at : at + 76] for at in range(0, len(whole), 76)])


def unbase64(text: str) -> bytes:
    """The bytes, passing over foreign characters and over padding that is missing, as Java's MIME decoder.

    >>> unbase64("U3!Bhcms")
    b'Spark'
    """
    kept = text.encode("utf-8").translate(None, _NOT_BASE64)
    digits, _, rest = kept.partition(b"=")
    if rest.strip(b"=") or len(digits) % 4 == 1:
        raise IllegalArgumentException(f"no base64: {text[:60]!r} ends within a byte; correct it or use try_to_binary")
    return _base64.b64decode(digits + b"=" * (-len(digits) % 4))


def to_base32(text: bytes) -> str:
    """Base32 (RFC 4648)."""
    return _base64.b32encode(text).decode()


def from_base32(text: str) -> bytes:
    """The bytes, passing over foreign characters, of digits in either case; a digit left alone gives its upper bits."""
    number, count = 0, 0
    for character in text.upper().partition("=")[0]:
        digit = _BASE32.find(character)
        if digit >= 0:
            number, count = number << 5 | digit, count + 1
    if count % 8 == 1:
        return (number >> 5).to_bytes(count // 8 * 5, "big") + bytes([(number & 31) >> 2])
    bits = 5 * count
    return (number >> bits % 8).to_bytes(bits // 8, "big")


def unhex(text: str) -> bytes | None:
    """The bytes of hex digits, a zero put before an odd number of them; None if there is any other character."""
    try:
        return binascii.unhexlify(text if len(text) % 2 == 0 else "0" + text)
    except (binascii.Error, ValueError):
        return None


def to_binary(text: str, form: str = "hex") -> bytes:
    """The bytes that a text of a form (hex, base64, utf-8) stands for; IllegalArgumentException if it is malformed."""
    found = try_to_binary(text, form)
    if found is None:
        parameters = {"str": f"'{text}'", "fmt": f"'{form.upper()}'", "targetType": '"BINARY"'}
        parameters["suggestion"] = "`try_to_binary`"
        said = f"'{text}' ('{form.upper()}') is malformed: correct it or its format, or use `try_to_binary`"
        raise IllegalArgumentException(said, "CONVERSION_INVALID_INPUT", parameters)
    return found


@strict
def try_to_binary(text: str, form: str = "hex") -> bytes | None:
    """As :func:`to_binary`, but None for malformed text and unknown forms."""
    form = form.lower()
    if form in ("utf-8", "utf8"):
        return text.encode()
    if form == "hex":
        return unhex(text)
    if form != "base64":
        return None
    kept = re.sub(r"\s", "", text)
    padding = text[text.find("=") :] if "=" in text else ""
    if not _STRICT.match(kept) or re.search(r"\s", padding):
        return None
    digits = kept.rstrip("=")
    pad = len(kept) - len(digits)
    if len(digits) % 4 == 1 or (pad and (len(digits) + pad) % 4):
        return None
    return _base64.b64decode(digits + "=" * (-len(digits) % 4))


def is_valid_utf8(text: bytes) -> bool:
    """Whether the bytes are UTF-8."""
    try:
        text.decode()
    except UnicodeDecodeError:
        return False
    return True


def make_valid_utf8(text: bytes) -> str:
    """The bytes as text, what is no UTF-8 replaced by U+FFFD, each maximal part by one."""
    return text.decode("utf-8", "replace")


def validate_utf8(text: bytes) -> str:
    """The bytes as text; IllegalArgumentException if they are no UTF-8."""
    try:
        return text.decode()
    except UnicodeDecodeError:
        shown = "".join([f"\\x{byte:02X}" for byte in text])
        raise IllegalArgumentException(
            f"these bytes are no UTF-8: {shown}", "INVALID_UTF8_STRING", {"str": shown}
        ) from None


@strict
def try_validate_utf8(text: bytes) -> str | None:
    """The bytes as text, or None if they are no UTF-8."""
    return text.decode() if is_valid_utf8(text) else None
