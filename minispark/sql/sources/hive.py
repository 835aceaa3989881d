"""Names of partition directories, ``column=value``, as Hive escapes them (Spark's ``ExternalCatalogUtils``)."""

from __future__ import annotations

import re

NULL_NAME = "__HIVE_DEFAULT_PARTITION__"
"""What stands for null, and for an empty text."""

_SPECIAL = re.compile("[\x01-\x1f\"#%'*/:=?\\\\\x7f{\\[\\]^]")
_ESCAPED = re.compile("%([0-9A-Fa-f]{2})")


def escaped(text: str) -> str:
    """A text that may be part of a path.

    >>> escaped("a/b=c"), escaped("é x")
    ('a%2Fb%3Dc', 'é x')
    """
    return _SPECIAL.sub(lambda found: f"%{ord(found[0]):02X}", text)


def unescaped(text: str) -> str:
    """The text that was escaped.

    >>> unescaped("a%2Fb%3Dc"), unescaped("100%")
    ('a/b=c', '100%')
    """
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "%" in text else text


def directory_name(column: str, text: str | None) -> str:
    """The directory of a partition.

    >>> directory_name("day", "1/2"), directory_name("day", None)
    ('day=1%2F2', 'day=__HIVE_DEFAULT_PARTITION__')
    """
    return f"{escaped(column)}={escaped(text) if text else NULL_NAME}"
