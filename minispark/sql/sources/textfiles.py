"""The text of files: unpacked as their names say, decoded, split into lines."""

from __future__ import annotations

import re

from minispark.engine.formats.compression import codec_of, unpacked
from minispark.engine.formats.filesystems import as_uri, filesystem_of
from minispark.errors import IllegalArgumentException, Py4JJavaError
from minispark.sql.sources.lenience import missing
from minispark.sql.sources.options import Options
from minispark.sql.sources.partitions import PartFile

_LINE_END = re.compile("\r\n|\n|\r")
_BOM = "\ufeff"


def content_of(file: PartFile) -> bytes:
    """The bytes of a file, unpacked.

    Raises Py4JJavaError, as PySpark does: FAILED_READ_FILE.FILE_NOT_EXIST where it is gone since it was listed, else
    FAILED_READ_FILE.NO_HINT.
    """
    try:
        codec = codec_of(file.path)
        source = filesystem_of(file.path).open_read(file.path)
        if codec is None:
            with source:
                return b"".join(iter(lambda: source.read(1 << 24), b""))
        return b"".join(unpacked(codec, source, file.path))
    except FileNotFoundError:
        raise missing(file.path) from None
    except (OSError, EOFError) as error:
        raise Py4JJavaError(
            f"{file.path} cannot be read: {error}", "FAILED_READ_FILE.NO_HINT", {"path": as_uri(file.path)}
        ) from None


def encoding_of(options: Options, default: str = "utf-8") -> str:
    """The Python name of the option encoding (or charset). Raises IllegalArgumentException for an unknown one."""
    import codecs

    name = options.get("encoding", "charset") or default
    try:
        return codecs.lookup(name).name
    except LookupError:
        raise IllegalArgumentException(
            f"encoding {name!r} is unknown; valid are iso-8859-1, us-ascii, utf-16, utf-16be, utf-16le, utf-32, utf-8",
            "INVALID_PARAMETER_VALUE.CHARSET",
            {"charset": name},
        ) from None


def text_of(file: PartFile, encoding: str = "utf-8") -> str:
    """The text of a file; bytes that are none become U+FFFD, as in Java. A byte order mark at its start is left out."""
    return content_of(file).decode(encoding, "replace").removeprefix(_BOM)


def lines_of(text: str, separator: str | None = None) -> list[str]:
    """The lines of a text: ``separator`` ends them, or without it each of ``\\n``, ``\\r\\n`` and ``\\r``.

    >>> lines_of("a\\r\\nb\\n\\nc"), lines_of("a|b|", "|"), lines_of("")
    (['a', 'b', '', 'c'], ['a', 'b'], [])
    """
    if separator:
        lines = text.split(separator)
    elif "\r" in text:
        lines = _LINE_END.split(text)
    else:
        lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    return lines


def separator_of(options: Options) -> str | None:
    """The option lineSep. Raises IllegalArgumentException for an empty one."""
    found = options.get("lineSep")
    if found == "":
        raise IllegalArgumentException("option lineSep must not be empty", "INVALID_LINE_SEPARATOR.EMPTY", {})
    return found
