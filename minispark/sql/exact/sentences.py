"""``sentences``: text as lists of words, as Java's BreakIterator parts English text.

A sentence ends at ``!`` or ``?``, and at a full stop that white space and then no small letter follow. A word is
letters and digits, joined by single ``-``, ``'``, ``.`` or ``_`` between them, digits by ``,`` too; a per cent sign may
end a number.
"""

from __future__ import annotations

import re

_ENDS = re.compile(r"""[.!?]*[!?][.!?]*["')\]]*\s*|\.+["')\]]*(?:\s+(?![a-z])|$)""")
_WORD = re.compile(r"[^\W_](?:[^\W_]|[-'._](?=[^\W_])|(?<=\d),(?=\d)|_)*(?:(?<=\d)%)?|[$€£¥]\d[\d.,]*")


def sentences(text: str, language: str | None = None, country: str | None = None) -> list[list[str]]:
    """The words of each sentence; sentences without words are left out.

    >>> sentences("Hi there! Good morning.")
    [['Hi', 'there'], ['Good', 'morning']]
    """
    found, at = [], 0
    for end in _ENDS.finditer(text):
        found.append(text[at : end.end()])
        at = end.end()
    parted = [_words(sentence) for sentence in [*found, text[at:]]]
    return [words for words in parted if words]


def _words(sentence: str) -> list[str]:
    return [word for word in _WORD.findall(sentence) if word[0].isalnum()]
