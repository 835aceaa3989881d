"""URLs: parts of them, as ``java.net.URI`` finds them, and their escapes."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote_plus

from minispark.errors import IllegalArgumentException
from minispark.sql.exact.jsontext import storable

_OTHER = r"\u0080-\U0010ffff"
_UNRESERVED = r"A-Za-z0-9_\-!.~'()*"
_ESCAPE = r"%[0-9A-Fa-f]{2}"
_PATH = rf"(?:[{_UNRESERVED}:@&=+$,;/{_OTHER}]|{_ESCAPE})*"
_ANY = rf"(?:[{_UNRESERVED};/?:@&=+$,\[\]{_OTHER}]|{_ESCAPE})*"
_AUTHORITY = rf"(?:[{_UNRESERVED};:@&=+$,\[\]{_OTHER}]|{_ESCAPE})*"
_URI = re.compile(
    rf"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):)?"
    rf"(?:(?://(?P<authority>{_AUTHORITY}))?(?P<path>{_PATH})(?:\?(?P<query>{_ANY}))?)(?:\#(?P<fragment>{_ANY}))?"
)
_OPAQUE = re.compile(rf"(?P<scheme>[A-Za-z][A-Za-z0-9+.\-]*):(?!/)(?P<rest>{_ANY})(?:\#(?P<fragment>{_ANY}))?")
_SERVER = re.compile(
    rf"(?:(?P<user>(?:[{_UNRESERVED};:&=+$,{_OTHER}]|{_ESCAPE})*)@)?"
    r"(?P<host>\[[0-9A-Fa-f:.%A-Za-z]+\]|[0-9]{1,3}(?:\.[0-9]{1,3}){3}"
    r"|(?:[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.)*[A-Za-z](?:[A-Za-z0-9\-]*[A-Za-z0-9])?\.?)(?::(?P<port>[0-9]*))?"
)
_BRACKET = re.compile(r"[\[\]]")
_REGEX_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")


def parse_url(url: str, part: str, key: str | None = None) -> str | None:
    """A part of a URL (HOST, PATH, QUERY, REF, PROTOCOL, FILE, AUTHORITY, USERINFO), or of its query by key; None if
    it has none. Raises IllegalArgumentException for what is no URL.

    >>> parse_url("http://a.b/c?d=1&e=2#f", "QUERY", "e"), parse_url("http://a.b/c?d=1#f", "FILE")
    ('2', '/c?d=1')
    """
    parts = _parts(url)
    if parts is None:
        raise IllegalArgumentException(
            f"{url!r:.200} is no URL; try_parse_url gives null instead", "INVALID_URL", {"url": url}
        )
    if key is not None:
        return _by_key(parts["QUERY"], key) if part == "QUERY" else None
    return parts.get(part)


def try_parse_url(url: str, part: str, key: str | None = None) -> str | None:
    """The same, None for what is no URL."""
    try:
        return parse_url(url, part, key)
    except IllegalArgumentException:
        return None


@lru_cache(256)
def _parts(url: str) -> dict[str, str | None] | None:
    opaque = _OPAQUE.fullmatch(url)
    if opaque is not None:
        if not opaque["rest"]:
            return None
        return {"PROTOCOL": opaque["scheme"], "REF": opaque["fragment"], "QUERY": None}
    found = _URI.fullmatch(url)
    if found is None or found["scheme"] and not found["path"] and found["authority"] is None:
        return None
    path, query, authority = found["path"], found["query"], found["authority"] or None
    if authority and _BRACKET.search(authority) and not _SERVER.fullmatch(authority):
        return None
    server = _SERVER.fullmatch(authority) if authority else None
    return {
        "PROTOCOL": found["scheme"],
        "AUTHORITY": authority,
        "HOST": server["host"] if server else None,
        "USERINFO": server["user"] if server else None,
        "PATH": path,
        "QUERY": query,
        "REF": found["fragment"],
        "FILE": path if query is None else f"{path}?{query}",
    }


def _by_key(query: str | None, key: str) -> str | None:
    """The value of a key, which is taken as a regular expression, as Hive does."""
    if query is None:
        return None
    found = _key_pattern(key).search(query)
    return None if found is None else found[found.re.groups]


@lru_cache(256)
def _key_pattern(key: str) -> re.Pattern[str]:
    pattern = f"(&|^){key}=([^&]*)"
    if _REGEX_SPECIAL.search(key):
        from minispark.sql.exact.javaregex import compiled

        return compiled(pattern)
    return re.compile(pattern)


def url_encode(text: str) -> str:
    """A text as a form's field is sent.

    >>> url_encode("a b/~*")
    'a+b%2F%7E*'
    """
    return quote_plus(storable(text), safe="*").replace("~", "%7E")


def url_decode(text: str) -> str:
    """The text that a form's field was sent as. Raises IllegalArgumentException for a broken escape.

    >>> url_decode("a+b%2F%C3%A9")
    'a b/é'
    """
    made: list[str] = []
    place = 0
    while place < len(text):
        if text[place] != "%":
            following = text.find("%", place)
            following = len(text) if following < 0 else following
            made.append(text[place:following].replace("+", " "))
            place = following
            continue
        escaped = bytearray()
        while place < len(text) and text[place] == "%":
            digits = text[place + 1 : place + 3]
            if not re.fullmatch(r"[0-9A-Fa-f]{2}", digits):
                raise IllegalArgumentException(
                    f"{text!r:.200} has a % without two hexadecimal digits; try_url_decode gives null instead",
                    "CANNOT_DECODE_URL",
                    {"url": text},
                )
            escaped.append(int(digits, 16))
            place += 3
        made.append(escaped.decode("utf-8", "replace"))
    return "".join(made)


def try_url_decode(text: str) -> str | None:
    """The same, None for a broken escape."""
    try:
        return url_decode(text)
    except IllegalArgumentException:
        return None
