"""Functions of strings as Spark's: positions count characters (code points) from 1, or bytes of binaries."""

from __future__ import annotations

import unicodedata
from typing import TypeVar

from minispark.errors import SparkRuntimeException

Text = TypeVar("Text", str, bytes)
_SOUNDS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "01230127022455012623017202", strict=True))


def upper(text: str) -> str:
    """Upper case by Unicode's full mapping."""
    return text.upper()


def lower(text: str) -> str:
    """Lower case by Unicode's full mapping."""
    return text.lower()


def initcap(text: str) -> str:
    """Lower case, but the first character of each word; only spaces part words."""
    return " ".join([word[:1].title() + word.lower()[len(word[:1].lower()) :] for word in text.split(" ")])


def substring(text: Text, position: int, length: int = 2**31 - 1) -> Text:
    """``length`` characters from a position: from the end if it is negative (0 is 1).

    >>> substring("Spark SQL", -3, 2), substring("Spark SQL", -100, 94)
    ('SQ', 'Spa')
    """
    start = position - 1 if position > 0 else len(text) + position if position < 0 else 0
    return text[max(start, 0) : max(start + length, 0)]


def left(text: Text, length: int) -> Text:
    """The first characters."""
    return text[: max(length, 0)]


def substring_index(text: str, delimiter: str, count: int) -> str:
    """What comes before the ``count``-th delimiter; counted from the end if negative, what comes after it.

    Delimiters may overlap, as in Spark.
    """
    if not delimiter or count == 0:
        return ""
    if count > 0:
        at = -1
        for _ in range(count):
            at = text.find(delimiter, at + 1)
            if at < 0:
                return text
        return text[:at]
    at = len(text) - len(delimiter) + 1
    for _ in range(-count):
        at = text.rfind(delimiter, 0, at - 1 + len(delimiter)) if at > 0 else -1
        if at < 0:
            return text
    return text[at + len(delimiter) :]


def overlay(text: Text, replacement: Text, position: int, length: int = -1) -> Text:
    """The text with ``length`` characters at a position replaced; as many as the replacement has if it is negative."""
    if length < 0:
        length = len(replacement)
    return substring(text, 1, position - 1) + replacement + substring(text, position + length)


def lpad(text: Text, length: int, pad: Text) -> Text:
    """Cut, or padded at its start, to a length; an empty pad pads nothing."""
    missing = length - len(text)
    return text[: max(length, 0)] if missing <= 0 else _filled(pad, missing) + text


def rpad(text: Text, length: int, pad: Text) -> Text:
    """Cut, or padded at its end, to a length; an empty pad pads nothing."""
    missing = length - len(text)
    return text[: max(length, 0)] if missing <= 0 else text + _filled(pad, missing)


def _filled(pad: Text, length: int) -> Text:
    return (pad * (length // len(pad) + 1))[:length] if pad else pad


def instr(text: str, part: str, start: int = 1, occurrence: int = 1) -> int:
    """The position of an occurrence at or after ``start``, 0 without one; with a negative start backwards from there.

    >>> instr("abab", "b", 1, 2), instr("abab", "b", -1), instr("abab", "b", -1, 2)
    (4, 4, 2)
    """
    if occurrence < 1:
        raise SparkRuntimeException(
            f"instr: occurrences are counted from 1, not {occurrence}",
            "INVALID_PARAMETER_VALUE.OCCURRENCE",
            {"parameter": "`occurrence`", "functionName": "`instr`", "actual": str(occurrence)},
        )
    if start == 0:
        return 0
    if not part:
        return 1
    at = start - 2 if start > 0 else len(text) + start + 1
    for _ in range(occurrence):
        if start > 0:
            at = text.find(part, at + 1)
        else:
            at = text.rfind(part, 0, at - 1 + len(part)) if at > 0 else -1
        if at < 0:
            return 0
    return at + 1


def find_in_set(item: str, items: str) -> int:
    """The 1-based place of an item in a list of them parted by commas; 0 if it has a comma or is not there."""
    if "," in item:
        return 0
    parts = items.split(",")
    return parts.index(item) + 1 if item in parts else 0


def contains(text: Text, part: Text) -> bool:
    """Whether ``part`` is in the text."""
    return part in text


def startswith(text: Text, part: Text) -> bool:
    """Whether the text starts with ``part``."""
    return text.startswith(part)


def endswith(text: Text, part: Text) -> bool:
    """Whether the text ends with ``part``."""
    return text.endswith(part)


def jaro_winkler_similarity(left: str, right: str) -> float:
    """Winkler's similarity, 0 to 1: common characters and transpositions, and up to 4 characters of common prefix.

    >>> jaro_winkler_similarity("MARTHA", "MARHTA")
    0.9611111111111111
    """
    if not left and not right:
        return 1.0
    left, right = _units(left), _units(right)
    reach = max(max(len(left), len(right)) // 2 - 1, 0)
    taken = [False] * len(right)
    common = []
    for place, character in enumerate(left):
        for other in range(max(place - reach, 0), min(place + reach + 1, len(right))):
            if not taken[other] and right[other] == character:
                taken[other] = True
                common.append(character)
                break
    if not common:
        return 0.0
    ordered = [character for character, used in zip(right, taken, strict=True) if used]
    half = sum(one != other for one, other in zip(common, ordered, strict=True)) // 2
    count = len(common)
    jaro = (count / len(left) + count / len(right) + (count - half) / count) / 3
    prefix = 0
    while prefix < min(4, len(left), len(right)) and left[prefix] == right[prefix]:
        prefix += 1
    return jaro + prefix * 0.1 * (1 - jaro)


def _units(text: str) -> str:
    """The text with characters beyond U+FFFF as two, as Java has them."""
    if all(one <= "\uffff" for one in text):
        return text
    units = text.encode("utf-16-be")
    return "".join([chr(units[at] << 8 | units[at + 1]) for at in range(0, len(units), 2)])


def soundex(text: str) -> str:
    """A letter and three digits that tell how an English word sounds; the text itself if it starts with no letter."""
    letters = text.upper() if text.isascii() else "".join([one.upper() if one.isascii() else one for one in text])
    if not letters or letters[0] not in _SOUNDS:
        return text
    code, last = letters[0], _SOUNDS[letters[0]]
    for letter in letters[1:]:
        sound = _SOUNDS.get(letter)
        if sound is None:
            last = "0"
        elif sound == "7":
            continue
        else:
            if sound not in ("0", last):
                code += sound
                if len(code) == 4:
                    return code
            last = sound
    return code.ljust(4, "0")


def luhn_check(digits: str) -> bool:
    """Whether the last digit checks the others by Luhn's rule."""
    if not digits or not (digits.isascii() and digits.isdigit()):
        return False
    total = 0
    for place, digit in enumerate(reversed(digits)):
        number = int(digit) * (1 + place % 2)
        total += number - 9 if number > 9 else number
    return total % 10 == 0


def mask(text: str | None, upper: str | None, lower: str | None, digit: str | None, other: str | None) -> str | None:
    """Each character replaced by what stands for its kind; None leaves it. A null stays null."""
    if text is None:
        return None
    kinds = {"Lu": upper, "Ll": lower, "Nd": digit}
    return "".join([kinds.get(unicodedata.category(one), other) or one for one in text])


def quote(text: str) -> str:
    """In single quotes, those inside escaped."""
    escaped = text.replace("'", "\\'")
    return f"'{escaped}'"


def uuid_of(text: str | None) -> str | None:
    """What Java's ``UUID.fromString`` makes of a text: five hex numbers, each cut to its width."""
    from minispark.errors import IllegalArgumentException

    if text is None:
        return None
    found = try_uuid_of(text)
    if found is None:
        raise IllegalArgumentException(f"{text!r} is no UUID: that is five hex numbers, joined by hyphens")
    return found


def try_uuid_of(text: str | None) -> str | None:
    """As :func:`uuid_of`, but None of what is no UUID."""
    parts = (text or "").split("-")
    widths = (8, 4, 4, 4, 12)
    if len(parts) != 5 or not all(part and part.isascii() and part.isalnum() for part in parts):
        return None
    try:
        numbers = [int(part, 16) for part in parts]
    except ValueError:
        return None
    return "-".join([f"{number:0{width}x}"[-width:] for number, width in zip(numbers, widths, strict=True)])
