"""Upper, lower and title case in a language, words as Unicode parts them, and LIKE without regard to case."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from minispark.sql.types.collationrules import rules_of

Row = Callable[..., Any]
_TURKISH = ("tr", "az")


def _language(bound: Any) -> str:
    return rules_of(bound.types[0].collation).language.partition("-")[0]


def _refuse(language: str, text: str) -> None:
    """Raises for text whose case follows rules of a language that are not here: Greek, Lithuanian, Armenian, Dutch."""
    scripts = {"el": "GREEK", "hy": "ARMENIAN"}
    special = language in scripts and any(scripts[language] in unicodedata.name(one, "") for one in text)
    if special or (language == "lt" and not text.isascii()):
        from minispark.errors import PySparkNotImplementedError

        raise PySparkNotImplementedError(
            f"upper and lower case of {text[:50]!r} by the rules of the language {language!r} is not there; say "
            "COLLATE UNICODE for those of all languages",
            "NOT_IMPLEMENTED",
            {"feature": f"upper and lower case of the collation {language}"},
        )


def _upper(text: str, language: str) -> str:
    if text.isascii():
        return text.upper()
    _refuse(language, text)
    return (text.replace("i", "\u0130") if language in _TURKISH else text).upper()


def _lower(text: str, language: str) -> str:
    if text.isascii():
        return text.lower()
    _refuse(language, text)
    return _turkish_lower(text) if language in _TURKISH else text.lower()


def _turkish_lower(text: str) -> str:
    return text.replace("I\u0307", "i").replace("\u0130", "i").replace("I", "\u0131").lower()


def upper(bound: Any) -> Row:
    """Upper case."""
    language = _language(bound)
    return lambda text: _upper(text, language)


def lower(bound: Any) -> Row:
    """Lower case."""
    language = _language(bound)
    return lambda text: _lower(text, language)


def initcap(bound: Any) -> Row:
    """Each word with its first letter in title case, the others in lower case."""
    language = _language(bound)
    return lambda text: "".join(_titled(word, language) for word in words(text))


def _titled(word: str, language: str) -> str:
    at = next((place for place, one in enumerate(word) if unicodedata.category(one)[0] in "LNS"), None)
    if at is None:
        return word
    _refuse(language, word)
    first = word[at]
    if language == "nl" and word[at : at + 2].lower() == "ij":
        return word[:at] + "IJ" + word[at + 2 :].lower()
    capital = "\u0130" if first == "i" and language in _TURKISH else first.title()
    lowered = _turkish_lower if language in _TURKISH else str.lower
    return word[:at] + capital + lowered(word[at:])[len(lowered(first)) :]


# --- words -----------------------------------------------------------------------------------------------------------


def words(text: str) -> list[str]:
    """The pieces between word boundaries, the spaces and signs between words included (Unicode's annex 29).

    >>> words("it's 3.5-fold, ok")
    ["it's", ' ', '3.5', '-', 'fold', ',', ' ', 'ok']
    """
    found: list[str] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or _boundary(text, at):
            found.append(text[start:at])
            start = at
    return found


_MIDDLE_LETTER = ":\u00b7\u0387\u055f\u05f4\u2027\ufe13\ufe55\uff1a"
_MIDDLE_BOTH = "'.\u2018\u2019\u2024\ufe52\uff07\uff0e"
_MIDDLE_DIGIT = ",;\u037e\u0589\u060c\u060d\u066c\u07f8\u2044\ufe10\ufe14\ufe50\ufe54\uff0c\uff1b"


def _kind(one: str) -> str:
    category = unicodedata.category(one)
    if one in ("\r", "\n", "\u200d") or category in ("Zl", "Zp"):
        return "line" if one != "\u200d" else "extend"
    if category in ("Mn", "Me", "Mc", "Cf"):
        return "extend"
    if category == "Nd":
        return "digit"
    if category == "Pc":
        return "joiner"
    if category[0] == "L" or category == "Nl":
        name = unicodedata.name(one, "")
        if "KATAKANA" in name:
            return "katakana"
        alone = ("CJK", "HIRAGANA")
        return "other" if name.startswith(alone) else "letter"
    for kind, signs in (("mid-letter", _MIDDLE_LETTER), ("mid-both", _MIDDLE_BOTH), ("mid-digit", _MIDDLE_DIGIT)):
        if one in signs:
            return kind
    return "space" if one == " " else "other"


def _boundary(text: str, at: int) -> bool:
    after = _kind(text[at])
    if text[at - 1] == "\r" and text[at] == "\n":
        return False
    if after == "extend":
        return _kind(text[at - 1]) == "line"
    back = _base(text, at - 1)
    before = _kind(text[back])
    if before == after and before in ("letter", "digit", "katakana", "joiner", "space"):
        return before == "space" and back != at - 1
    if {before, after} == {"letter", "digit"}:
        return False
    wordy = ("letter", "digit", "katakana", "joiner")
    if "joiner" in (before, after) and before in wordy and after in wordy:
        return False
    return not _within(text, back, at, before, after)


def _within(text: str, back: int, at: int, before: str, after: str) -> bool:
    """Whether a sign between two letters, or two digits, is there."""
    for kind, signs in (("letter", ("mid-letter", "mid-both")), ("digit", ("mid-digit", "mid-both"))):
        if before == kind and after in signs:
            following = next((one for one in text[at + 1 :] if _kind(one) != "extend"), "")
            if following and _kind(following) == kind:
                return True
        if before in signs and after == kind and back > 0 and _kind(text[_base(text, back - 1)]) == kind:
            return True
    return False


def _base(text: str, at: int) -> int:
    """The character that combining ones up to ``at`` belong to."""
    while at > 0 and _kind(text[at]) == "extend":
        at -= 1
    return at


# --- patterns --------------------------------------------------------------------------------------------------------


def like(bound: Any) -> Row:
    """LIKE that looks at no case."""

    def called(text: str, pattern: str, escape: str = "\\") -> bool:
        return _like(pattern, escape).fullmatch(text) is not None

    return called


@lru_cache(256)
def _like(pattern: str, escape: str) -> re.Pattern[str]:
    from minispark.sql.exact.regexes import like_regex

    return re.compile(like_regex(pattern, escape), re.S | re.I)
