"""Compressions by Spark's names."""

from __future__ import annotations

from collections.abc import Mapping

from minispark.errors import IllegalArgumentException


def checked_codec(name: str, known: Mapping[str, tuple[str, str]]) -> tuple[str, str]:
    """The entry of a compression. Raises IllegalArgumentException (CODEC_NOT_AVAILABLE...) for one that is not there.

    An entry whose second part is empty is one that Spark knows and this cannot write.
    """
    found = known.get(name.lower())
    if found is None or (found[1] == "" and found[0] == "" and name.lower() not in ("none", "uncompressed")):
        names = ", ".join(one for one, entry in known.items() if entry[1] or one in ("none", "uncompressed"))
        raise IllegalArgumentException(
            f"compression {name!r} is not there; valid are {names}",
            "CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION",
            {"codecName": name, "availableCodecs": names},
        )
    return found
