"""Words cut and counted in columns are those that Python would have cut, whatever the text."""

from __future__ import annotations

import sys
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from minispark.engine.lifting.text import word_counts
from minispark.engine.lifting.words import Cut, cut_of

BREAK = ","


@pytest.mark.parametrize(
    ("function", "cut"),
    [
        (str.split, Cut(None)),
        (lambda line: line.split(), Cut(None)),
        (lambda line: line.split(" "), Cut(" ")),
        (lambda line: line.split("\t"), Cut("\t")),
        (lambda line: line.split(None), None),
        (lambda line: line.split(""), None),
        (lambda line: line.split("é"), None),
        (lambda line: line.split(" ", 1), None),
        (lambda line: line.split(sep=" "), None),
        (lambda line: line.split(BREAK), None),
        (lambda line: line.rsplit(), None),
        (lambda line, other=" ": other.split(), None),
        (lambda *line: line[0].split(), None),
        (lambda line: [line.split()], None),
        (lambda line: line.split, None),
        (lambda line: (yield line.split()), None),
        (str.rsplit, None),
        (bytes.split, None),
    ],
)
def test_only_a_plain_split_is_recognised(function: Any, cut: Cut | None) -> None:
    assert cut_of(function) == cut


SPACES = [character for character in map(chr, range(sys.maxunicode)) if character.isspace()]
TEXT = st.lists(
    st.sampled_from(["a", "b", "word", "é", "\u2019", "\u200b", "\U0001f600", ",", ";", " ", "\n", "\t", *SPACES]),
    max_size=30,
).map(lambda parts: "".join(parts).replace("\r", "\n") + "\n")


@given(st.lists(TEXT, min_size=1, max_size=4), st.sampled_from([None, ",", " ", "\n", "\t"]), st.integers(1, 200))
def test_counts_are_those_of_cutting_each_line(texts: list[str], separator: str | None, batch_bytes: int) -> None:
    texts[-1] = texts[-1][:-1] or "x"  # a file's last line may lack its end
    found: Counter[str] = Counter()
    for words, counts in word_counts([text.encode() for text in texts], Cut(separator), batch_bytes):
        assert len(words) == len(set(words)) == len(counts)
        found.update(dict(zip(words, counts, strict=True)))
    expected: Counter[str] = Counter()
    for text in texts:
        for line in text.removesuffix("\n").split("\n"):
            expected.update(line.split(separator))
    assert found == expected


def test_every_white_space_of_python_is_one() -> None:
    for space in SPACES:
        if space not in "\r\n":
            ((words, counts),) = word_counts([f"é{space}b b\n".encode()], Cut(None), 1 << 20)
            assert dict(zip(words, counts, strict=True)) == {"é": 1, "b": 2}, repr(space)
