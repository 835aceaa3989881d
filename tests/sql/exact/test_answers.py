"""Exact functions against what Spark 4.3 answered: the tables in ``answers/``, a line for each expression.

A line holds the expression, the type of the result (``ERR`` for errors) and Python's repr of the result, or the error's
class and condition. Lines that the library's analysis answers (errors of constants, types) are not in the tables.
"""

from __future__ import annotations

import datetime
import pathlib
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from minispark.errors import PySparkException
from minispark.sql.exact import regexes

_ARGUMENT = re.compile(
    r"\s*(?:'((?:[^'\\]|\\.)*)'|[xX]'([0-9a-fA-F]*)'|(-?\d+\.?\d*(?:[eE]-?\d+)?)(BD|L|S|Y|D|F)?(?!\w)|(?i:(null))"
    r"|(true|false))\s*(?:,|$)",
    re.S,
)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "0": "\0", "Z": "\x1a", "%": "\\%", "_": "\\_"}
_SCOPE = {"Decimal": Decimal, "datetime": datetime, "bytearray": bytes, "nan": float("nan"), "inf": float("inf")}
_FUNCTIONS: dict[str, dict[str, Callable[..., Any]]] = {
    "regexes": {
        **{name: getattr(regexes, name) for name in ("rlike", "split", "like", "regexp_replace", "regexp_extract")},
        **{name: getattr(regexes, name) for name in ("regexp_extract_all", "regexp_count", "regexp_substr")},
        "regexp_instr": lambda text, pattern, group=0: regexes.regexp_instr(text, pattern),
    },
}


def _text(quoted: str) -> str:
    def escape(match: re.Match[str]) -> str:
        found = match[1]
        return chr(int(found[1:], 16)) if len(found) > 1 else _ESCAPES.get(found, found)

    return re.sub(r"\\(u[0-9a-fA-F]{4}|.)", escape, quoted, flags=re.S)


def _arguments(text: str) -> list[Any]:
    found: list[Any] = []
    at = 0
    while at < len(text):
        match = _ARGUMENT.match(text, at)
        assert match is not None, f"what is {text[at:]}?"
        quoted, digits, number, suffix, null, boolean = match.groups()
        if quoted is not None:
            found.append(_text(quoted))
        elif digits is not None:
            found.append(bytes.fromhex(digits))
        elif number is not None:
            point = suffix == "BD" or ("." in number and suffix not in ("D", "F"))
            double = suffix in ("D", "F") or "e" in number.lower()
            found.append(Decimal(number) if point and not double else float(number) if double else int(number))
        else:
            found.append(None if null else boolean == "true")
        at = match.end()
    return found


@pytest.mark.parametrize("table", sorted(_FUNCTIONS))
def test_answers_are_sparks(table: str) -> None:
    wrong = []
    lines = (pathlib.Path(__file__).parent / "answers" / f"{table}.tsv").read_text().splitlines()
    for line in lines:
        expression, kind, *rest = line.split("\t")
        name, _, arguments = expression.partition("(")
        try:
            answer = repr(_FUNCTIONS[table][name](*_arguments(arguments[:-1])))
            expected = repr(eval(rest[0], dict(_SCOPE))) if kind != "ERR" else rest[1]
        except PySparkException as error:
            answer, expected = str(error.getCondition()), rest[1] if kind == "ERR" else rest[0]
        if answer != expected:
            wrong.append(f"{expression}: {answer} instead of {expected}")
    assert not wrong, "\n".join(wrong)
