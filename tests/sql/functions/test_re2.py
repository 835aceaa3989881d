"""Functions of regular expressions give the same whether DuckDB's RE2 or Python runs the pattern."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from minispark.rdd.context import SparkContext
from minispark.sql import SparkSession
from minispark.sql import functions as F
from minispark.sql.exact import regexes

TEXTS = ["", "a", "ab1", "1a1", "foo.bar@x.com 12", "A-123", "é1ü2", "a1b2\nc3", "\U0001f600a1", "b-a@", "aab..1 "]


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkContext("local[1]", "re2") as sc:
        yield SparkSession(sc)


def test_as_python_has_it(spark: SparkSession) -> None:
    df = spark.createDataFrame([(text,) for text in TEXTS], "s string").cache()
    patterns = [
        r"(\w+)@(\w+)\.com",
        r"\d+",
        r"(a)|(b)",
        r"[a-c]+(\d)",
        r"(\d)(\d?)",
        r"(?:a|b)(1)",
        r"-|@",
        r"a+?b",
        r"a*",
        r"(a)(?=b)",
    ]
    for pattern in patterns:
        group, p = min(1, regexes.compiled(pattern).groups), F.lit(pattern)
        columns = [
            F.regexp_replace("s", pattern, "#"),
            F.regexp_replace("s", pattern, f"[${group}]\\$"),
            F.regexp_extract_all("s", p, F.lit(0)),
            F.regexp_extract_all("s", p, F.lit(group)),
            F.regexp_count("s", p),
            F.regexp_substr("s", p),
            F.split("s", pattern),
        ]
        for text, row in zip(TEXTS, df.select(*columns).collect(), strict=True):
            assert list(row) == [
                regexes.regexp_replace(text, pattern, "#", 1),
                regexes.regexp_replace(text, pattern, f"[${group}]\\$", 1),
                regexes.regexp_extract_all(text, pattern, 0),
                regexes.regexp_extract_all(text, pattern, group),
                regexes.regexp_count(text, pattern),
                regexes.regexp_substr(text, pattern),
                regexes.split(text, pattern),
            ], (pattern, text)


def test_replacing_all_at_once_is_replacing_one_by_one() -> None:
    """Beyond the first position Python replaces match by match."""
    for pattern in (r"(\w+)@(\w+)\.com", r"\d+", r"(a)|(b)", r"(\d)(\d?)", r"-|@", r"(?<name>a)(?=b)"):
        for replacement in ("#", "[$0]\\$", "\\\\$1" if "(" in pattern else "\\\\"):
            for text in TEXTS:
                later = regexes.regexp_replace("\t" + text, pattern, replacement, 2)
                assert regexes.regexp_replace(text, pattern, replacement) == later[1:], (pattern, replacement, text)
