"""Expressions of SQL become the expressions that Columns hold."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from minispark.errors import AnalysisException, ParseException
from minispark.sql import types as t
from minispark.sql.parsing.cursor import Settings
from minispark.sql.parsing.queries import parse_expression
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Cast,
    Field,
    LambdaFunction,
    Literal,
    Name,
    Over,
    Star,
    Subquery,
)


def shape(one: Any) -> Any:
    """An expression as nested tuples, for reading."""
    if isinstance(one, Apply):
        return (one.name, *map(shape, one.args))
    if isinstance(one, Name):
        return ".".join(one.parts)
    if isinstance(one, Literal):
        return one.item
    if isinstance(one, Field):
        return ("field", shape(one.child), shape(one.key))
    if isinstance(one, Cast):
        return ("cast", shape(one.child), one.dtype.simpleString(), one.mode)
    if isinstance(one, Alias):
        return (one.name, "=", shape(one.child))
    if isinstance(one, LambdaFunction):
        return (one.parameters, shape(one.body))
    return type(one).__name__


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("a + b * c - d", ("-", ("+", "a", ("*", "b", "c")), "d")),
        ("-a * b", ("*", ("unary_minus", "a"), "b")),
        ("- 5", -5),
        ("a - 5", ("-", "a", 5)),
        ("a | b ^ c & d << 1", ("|", "a", ("^", "b", ("&", "c", ("<<", "d", 1))))),
        ("a >>> 2 >> 1", (">>", (">>>", "a", 2), 1)),
        ("not a = b and c or d", ("or", ("and", ("not", ("=", "a", "b")), "c"), "d")),
        ("a != b", ("not", ("=", "a", "b"))),
        ("a = b is null", ("isnull", ("=", "a", "b"))),
        ("a between 1 and 2 and c", ("and", ("between", "a", 1, 2), "c")),
        ("a not in (1, 2)", ("not", ("in", "a", 1, 2))),
        ("a is not distinct from b", ("<=>", "a", "b")),
        ("a is not true", ("not", ("<=>", "a", True))),
        ("a like 'x%' escape '!'", ("like", "a", "x%", "!")),
        ("a not rlike 'x'", ("not", ("rlike", "a", "x"))),
        ("a regexp 'x'", ("rlike", "a", "x")),
        ("a || b || c", ("concat", ("concat", "a", "b"), "c")),
        ("a div b % c", ("%", ("div", "a", "b"), "c")),
        ("case when a then 1 else 2 end", ("case", "a", 1, 2)),
        ("case a when 1 then 'x' end", ("case", ("=", "a", 1), "x")),
        ("cast(a as decimal(10, 2))", ("cast", "a", "decimal(10,2)", "")),
        ("try_cast(a as array<map<string, int>>)", ("cast", "a", "array<map<string,int>>", "try")),
        ("a::int + 1", ("+", ("cast", "a", "int", ""), 1)),
        ("a.b.c[0].d", ("field", ("field", "a.b.c", 0), "d")),
        ("f(x).y", ("field", ("f", "x"), "y")),
        ("UPPER(a)", ("upper", "a")),
        ("system.builtin.abs(a)", ("abs", "a")),
        ("transform(xs, x -> x + 1)", ("transform", "xs", (("x",), ("+", "x", 1)))),
        ("reduce(xs, 0, (a, x) -> a + x)", ("reduce", "xs", 0, (("a", "x"), ("+", "a", "x")))),
        ("substring('abc' from 2)", ("substring", "abc", 2, 2147483647)),
        ("position('a' in b)", ("locate", "a", "b", 1)),
        ("trim(leading 'x' from a)", ("ltrim", "x", "a")),
        ("trim(a)", ("trim", "a")),
        ("extract(year from d)", ("extract", "year", "d")),
        ("overlay(a placing 'x' from 2)", ("overlay", "a", "x", 2, -1)),
        ("dateadd(month, 1, d)", ("timestampadd", "month", 1, "d")),
        ("date_add(d, 1)", ("date_add", "d", 1)),
        ("datediff(day, a, b)", ("timestampdiff", "day", "a", "b")),
        ("datediff(day, b)", ("datediff", "day", "b")),
        ("count(*)", ("count", 1)),
        ("v:a.b[0]", ("b", "=", ("variant_get", "v", "$.a.b[0]", "variant"))),
        ("struct(a, b as c)", ("struct", "a", ("c", "=", "b"))),
        ("(a, b)", ("struct", "a", "b")),
        ("a as b", ("b", "=", "a")),
        ("a `b c`", ("b c", "=", "a")),
        ("if(a, from, `select`)", ("if", "a", "from", "select")),
        ("interval", "interval"),
        ("date", "date"),
        ("identifier('a.b')", "a.b"),
        ("exists(xs, x -> x)", ("exists", "xs", (("x",), "x"))),
        ("map('a', 1)['a']", ("field", ("map", "a", 1), "a")),
        ("a collate utf8_lcase", ("collate", "a", "utf8_lcase")),
        ("'a' 'b' \"c\"", "abc"),
        ("left('abc', 2)", ("left", "abc", 2)),
    ],
)
def test_meaning(text: str, wanted: Any) -> None:
    assert shape(parse_expression(text)) == wanted


@pytest.mark.parametrize(
    ("text", "item", "dtype"),
    [
        ("1", 1, "int"),
        ("2147483648", 2147483648, "bigint"),
        ("-2147483648", -2147483648, "int"),
        ("99999999999999999999", Decimal("99999999999999999999"), "decimal(20,0)"),
        ("1L", 1, "bigint"),
        ("1S", 1, "smallint"),
        ("1Y", 1, "tinyint"),
        ("1.50", Decimal("1.50"), "decimal(3,2)"),
        (".5", Decimal("0.5"), "decimal(1,1)"),
        ("1e3", 1000.0, "double"),
        ("1e3BD", Decimal(1000), "decimal(4,0)"),
        ("1.5F", 1.5, "float"),
        ("true", True, "boolean"),
        ("null", None, "void"),
        ("x'1F0'", b"\x01\xf0", "binary"),
        ("interval 1 day 2 hours", 93_600_000_000, "interval day to hour"),
        ("interval '1-2' year to month", 14, "interval year to month"),
        ("interval '-1 2:03:04.5' day to second", -93_784_500_000, "interval day to second"),
        ("interval '2 weeks'", 1_209_600_000_000, "interval day"),
        ("interval -1.5 seconds", -1_500_000, "interval second"),
    ],
)
def test_literals(text: str, item: Any, dtype: str) -> None:
    found = parse_expression(text)
    assert isinstance(found, Literal) and found.item == item and type(found.item) is type(item)
    assert found.dtype.simpleString() == dtype


def test_times_are_read_in_the_session_zone() -> None:
    found = parse_expression("timestamp '2024-07-01 12:00:00'", Settings(zone="Europe/Paris"))
    assert isinstance(found, Literal) and str(found.item) == "2024-07-01 10:00:00"
    assert found.text == "TIMESTAMP '2024-07-01 12:00:00'"


def test_window_and_filter() -> None:
    found = parse_expression(
        "sum(distinct a) filter (where b) over (partition by c order by d desc nulls last "
        "rows between 1 preceding and current row)"
    )
    assert isinstance(found, Over) and isinstance(found.child, Apply) and found.child.distinct
    assert found.child.where == Name(("b",)) and found.partition == (Name(("c",)),)
    assert found.frame is not None and (found.frame.kind, found.frame.start, found.frame.end) == ("ROWS", -1, 0)
    assert parse_expression("rank() over w") == Over(Apply("rank"), (), (), named="w")


def test_subqueries_and_stars() -> None:
    found = parse_expression("a in (select 1)")
    assert isinstance(found, Subquery) and (found.kind, found.left) == ("in", (Name(("a",)),))
    assert shape(parse_expression("exists (select 1)")) == "Subquery"
    assert shape(parse_expression("((select 1)) + 1")) == ("+", "Subquery", 1)
    assert parse_expression("t.* except (a, b.c)") == Star(("t",), (("a",), ("b", "c")))


def test_named_arguments_and_parameters() -> None:
    found = parse_expression("mask('a', lowerChar => 'x')")
    assert isinstance(found, Apply) and found.names == (None, "lowerChar")
    one = Literal(1, t.IntegerType())
    assert parse_expression(":x + :x", Settings(named={"x": one})) == Apply("+", (one, one))
    with pytest.raises(AnalysisException) as caught:
        parse_expression(":y")
    assert caught.value.getCondition() == "UNBOUND_SQL_PARAMETER"


@pytest.mark.parametrize(
    ("text", "condition", "place"),
    [
        ("a +", "PARSE_SYNTAX_ERROR", "(line 1, pos 3)"),
        ("a\n  + )", "PARSE_SYNTAX_ERROR", "(line 2, pos 4)"),
        ("(a", "PARSE_SYNTAX_ERROR", "(line 1, pos 2)"),
        ("a b c", "PARSE_SYNTAX_ERROR", "(line 1, pos 4)"),
        ("'a", "PARSE_SYNTAX_ERROR", "(line 1, pos 0)"),
        ("date 'x'", "INVALID_TYPED_LITERAL", "(line 1, pos 0)"),
        ("1000Y", "INVALID_NUMERIC_LITERAL_RANGE", "(line 1, pos 0)"),
        ("interval 1 month 1 day", "_LEGACY_ERROR_TEMP_0029", "(line 1, pos 0)"),
        ("interval '1 day 2' hour", "_LEGACY_ERROR_TEMP_0026", "(line 1, pos 9)"),
        ("interval 1 year to month", "_LEGACY_ERROR_TEMP_0027", "(line 1, pos 0)"),
        ("interval '10 25:00' day to minute", "_LEGACY_ERROR_TEMP_0063", "(line 1, pos 9)"),
        ("interval '1-13' year to month", "INVALID_INTERVAL_FORMAT.INTERVAL_PARSING", "(line 1, pos 9)"),
        ("interval '1   2' day to hour", "INVALID_INTERVAL_FORMAT.UNMATCHED_FORMAT_STRING_WITH_NOTICE", "pos 9"),
        ("interval '1' year to second", "INVALID_INTERVAL_FORMAT.UNSUPPORTED_FROM_TO_EXPRESSION", "pos 9"),
        ("interval '1.5 day'", "INVALID_TYPED_LITERAL", "(line 1, pos 0)"),
        ("a like 'b' escape 'cd'", "INVALID_ESC", "(line 1, pos 18)"),
        ("foo 'x'", "UNSUPPORTED_TYPED_LITERAL", "(line 1, pos 0)"),
        ("cast(a as nosuch)", "UNSUPPORTED_DATATYPE", "(line 1, pos 10)"),
    ],
)
def test_errors_say_where(text: str, condition: str, place: str) -> None:
    with pytest.raises(ParseException) as caught:
        parse_expression(text)
    assert caught.value.getCondition() == condition
    assert place in str(caught.value) and "== SQL ==" in str(caught.value) and "^^^" in str(caught.value)


def test_long_chains_need_no_stack() -> None:
    found = parse_expression(" + ".join(["a"] * 5000) + " = 1 or " + " or ".join(["b"] * 5000))
    assert isinstance(found, Apply) and found.name == "or"
