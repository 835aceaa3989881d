"""Texts are cut into tokens by the rules of Spark's lexer."""

from __future__ import annotations

import pytest

from minispark.errors import ParseException
from minispark.sql.parsing.tokens import string_value, tokenize


def keys(text: str) -> list[str]:
    return [token.key for token in tokenize(text)][:-1]


def test_words_signs_and_names() -> None:
    assert keys("Select a<=>b, `x y`!=1") == ["SELECT", "A", "<=>", "B", ",", "quoted", "!=", "number"]
    assert keys("a<>b == c !> d") == ["A", "!=", "B", "=", "C", "<=", "D"]
    assert keys("a -- b\n/* c /* d */ e */ f") == ["A", "F"]
    assert keys("/*+ BROADCAST(t) */ 1") == ["/*+", "BROADCAST", "(", "T", ")", "*/", "number"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1.5e3BD", ["1.5e3BD"]),
        ("1a", ["1a"]),
        ("2.3W", ["2", ".", "3W"]),
        ("t.1", ["t", ".1"]),
        (".5+5.", [".5", "+", "5."]),
        ("10L 3Y", ["10L", "3Y"]),
    ],
)
def test_numbers_and_names_that_start_with_digits(text: str, parts: list[str]) -> None:
    assert [token.text for token in tokenize(text)][:-1] == parts


@pytest.mark.parametrize(
    ("text", "item"),
    [
        (r"'a\tb\\c'", "a\tb\\c"),
        (r"'\u0041\101\x41'", "AAx41"),
        (r"'50\%\_'", r"50\%\_"),
        ("'it''s'", "it's"),
        ('"say ""hi"""', 'say "hi"'),
        (r"'a\'b'", "a'b"),
        (r"r'\d+'", r"\d+"),
        (r"'\U0001F600'", "\U0001f600"),
        ("''", ""),
    ],
)
def test_strings(text: str, item: str) -> None:
    assert string_value(text) == item


def test_comment_without_an_end() -> None:
    with pytest.raises(ParseException) as caught:
        tokenize("select 1 /* x")
    assert caught.value.getCondition() == "UNCLOSED_BRACKETED_COMMENT"
