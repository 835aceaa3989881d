"""Random tables and expressions over them, for two engines to answer: everything follows from a seed.

Values lean to the edges: nulls, NaN, -0.0, extremes, empty and unicode strings, leap days, times around changes of the clock.
"""

from __future__ import annotations

import random
from typing import Any

COLUMNS = {
    "b": "boolean", "i": "int", "j": "int", "l": "bigint", "t": "tinyint", "d": "double", "e": "double", "f": "float",
    "m": "decimal(10,2)", "n": "decimal(20,5)", "s": "string", "u": "string", "dt": "date", "ts": "timestamp",
    "xs": "array<int>", "ys": "array<string>", "mp": "map<string,int>", "st": "struct<a:int,b:string>",
}  # fmt: skip
SCHEMA = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())

_VALUES: dict[str, list[str]] = {
    "boolean": ["true", "false"],
    "int": ["0", "1", "-1", "7", "42", "-100", "2147483647", "-2147483648", "1000"],
    "bigint": ["0", "1", "-3", "123456789012", "9223372036854775807", "-9223372036854775808"],
    "tinyint": ["0", "1", "-128", "127", "5"],
    "double": ["0.0", "-0.0", "1.5", "-2.5", "1e10", "1.0E-5", "'NaN'", "'Infinity'", "123456.789", "3.0", "0.1", "1e300"],
    "float": ["0.0", "1.25", "-3.5", "'NaN'", "1e20", "0.1"],
    "decimal(10,2)": ["0.00", "1.50", "-2.25", "99999999.99", "-99999999.99", "0.01", "10.00"],
    "decimal(20,5)": ["0.00000", "1.50000", "-123456789012345.67891", "99999.99999", "0.00001"],
    "string": ["''", "'a'", "'Abc'", "'  x y  '", "'ß'", "'héllo wörld'", "'日本'", "'1'", "'-12.5'", "'2020-02-29'",
               "'true'", "'a,b,c'", "'A1b2'", "'1e3'", "'null'", "'%_'", "'😀x'"],
    "date": ["'2020-02-29'", "'1970-01-01'", "'1969-12-31'", "'2024-12-31'", "'1900-01-01'", "'2021-03-14'", "'0001-01-01'",
             "'9999-12-31'"],
    "timestamp": ["'2020-02-29 23:59:59.999999'", "'1970-01-01 00:00:00'", "'1969-12-31 12:30:00.5'", "'2021-03-14 02:30:00'",
                  "'2021-11-07 01:30:00'", "'2024-06-15 08:09:10'", "'1900-01-01 00:00:00'"],
    "array<int>": ["array()", "array(1, 2, 3)", "array(3, NULL, 1, 3)", "array(NULL)", "array(-1)"],
    "array<string>": ["array()", "array('a', 'b')", "array('b', NULL, 'A', '')", "array('x,y')"],
    "map<string,int>": ["map()", "map('a', 1)", "map('b', 2, 'a', NULL)"],
    "struct<a:int,b:string>": ["named_struct('a', 1, 'b', 'x')", "named_struct('a', NULL, 'b', '')"],
}  # fmt: skip

BOOL, INT, LONG, DOUBLE, DEC, STR, DATE, TS, INTS, STRS, MAP, STRUCT = (
    "boolean", "int", "bigint", "double", "decimal", "string", "date", "timestamp", "ints", "strings", "map", "struct",
)  # fmt: skip

_LEAVES: dict[str, list[str]] = {
    BOOL: ["b", "true", "NULL"], INT: ["i", "j", "t", "0", "1", "2", "-3"], LONG: ["l", "5L", "i"],
    DOUBLE: ["d", "e", "f", "1.5D", "0.0D"], DEC: ["m", "n", "1.5", "0.01"], STR: ["s", "u", "'a'", "'b%'", "''"],
    DATE: ["dt", "DATE '2020-01-31'"], TS: ["ts", "TIMESTAMP '2021-03-14 01:59:59'"], INTS: ["xs", "array(1, 2)"],
    STRS: ["ys", "array('a')"], MAP: ["mp", "map('a', 1)"], STRUCT: ["st"],
}  # fmt: skip

RULES: list[tuple[str, str, tuple[str, ...]]] = [
    # arithmetic and comparisons
    *((kind, f"({{0}} {sign} {{1}})", (kind, kind)) for kind in (INT, LONG, DOUBLE, DEC) for sign in ("+", "-", "*")),
    (DOUBLE, "({0} / {1})", (INT, INT)), (DEC, "({0} / {1})", (DEC, DEC)), (INT, "({0} % {1})", (INT, INT)),
    (DOUBLE, "({0} % {1})", (DOUBLE, DOUBLE)), (DEC, "({0} % {1})", (DEC, DEC)), (LONG, "({0} div {1})", (INT, INT)),
    *((BOOL, f"({{0}} {sign} {{1}})", (kind, kind)) for kind in (INT, DOUBLE, DEC, STR, DATE, TS) for sign in ("=", "<", "<=>", "!=")),
    (BOOL, "({0} = {1})", (INT, DOUBLE)), (BOOL, "({0} > {1})", (DEC, INT)), (BOOL, "({0} < {1})", (DATE, TS)),
    (BOOL, "({0} = {1})", (INTS, INTS)), (BOOL, "({0} and {1})", (BOOL, BOOL)), (BOOL, "({0} or {1})", (BOOL, BOOL)),
    (BOOL, "(not {0})", (BOOL,)), (BOOL, "({0} is null)", (STR,)), (BOOL, "({0} in (1, 2, NULL))", (INT,)),
    (BOOL, "({0} between {1} and {2})", (INT, INT, INT)), (BOOL, "({0} like {1})", (STR, STR)),
    (BOOL, "isnan({0})", (DOUBLE,)),
    # choices
    *((kind, "if({0}, {1}, {2})", (BOOL, kind, kind)) for kind in (INT, DOUBLE, DEC, STR, DATE)),
    *((kind, "coalesce({0}, {1})", (kind, kind)) for kind in (INT, LONG, DOUBLE, DEC, STR, TS, INTS)),
    *((kind, "greatest({0}, {1})", (kind, kind)) for kind in (INT, DOUBLE, DEC, STR)),
    *((kind, "least({0}, {1})", (kind, kind)) for kind in (INT, DOUBLE, DEC, STR)),
    (DOUBLE, "nanvl({0}, {1})", (DOUBLE, DOUBLE)), (INT, "nullif({0}, {1})", (INT, INT)),
    (STR, "case when {0} then {1} else {2} end", (BOOL, STR, STR)),
    # numbers
    *((DOUBLE, f"{name}({{0}})", (DOUBLE,)) for name in (
        "sqrt", "exp", "ln", "log10", "log2", "log1p", "expm1", "sin", "cos", "tan", "asin", "atan", "sinh", "tanh",
        "degrees", "radians", "cbrt", "rint", "signum")),
    (LONG, "ceil({0})", (DOUBLE,)), (LONG, "floor({0})", (DOUBLE,)), (DEC, "ceil({0})", (DEC,)), (DEC, "floor({0})", (DEC,)),
    (DOUBLE, "round({0}, 1)", (DOUBLE,)), (DEC, "round({0}, 1)", (DEC,)), (INT, "round({0}, -1)", (INT,)),
    (DOUBLE, "bround({0}, 1)", (DOUBLE,)), (DEC, "bround({0})", (DEC,)), (INT, "abs({0})", (INT,)), (DOUBLE, "abs({0})", (DOUBLE,)),
    (DOUBLE, "pow({0}, {1})", (DOUBLE, DOUBLE)), (DOUBLE, "atan2({0}, {1})", (DOUBLE, DOUBLE)), (INT, "pmod({0}, {1})", (INT, INT)),
    (DOUBLE, "hypot({0}, {1})", (DOUBLE, DOUBLE)), (STR, "hex({0})", (LONG,)), (STR, "bin({0})", (LONG,)),
    (STR, "conv({0}, 10, 16)", (STR,)), (LONG, "factorial({0})", (INT,)), (INT, "shiftleft({0}, {1})", (INT, INT)),
    (INT, "({0} & {1})", (INT, INT)), (INT, "({0} ^ {1})", (INT, INT)), (INT, "(~{0})", (INT,)), (INT, "bit_count({0})", (LONG,)),
    (LONG, "try_add({0}, {1})", (LONG, LONG)), (DOUBLE, "try_divide({0}, {1})", (INT, INT)), (INT, "-({0})", (INT,)),
    (LONG, "width_bucket({0}, 0, 10, 5)", (DOUBLE,)), (STR, "format_number({0}, 2)", (DOUBLE,)),
    # strings
    *((STR, f"{name}({{0}})", (STR,)) for name in (
        "upper", "lower", "initcap", "trim", "ltrim", "rtrim", "reverse", "soundex", "md5", "base64", "hex", "quote")),
    (INT, "length({0})", (STR,)), (INT, "octet_length({0})", (STR,)), (INT, "ascii({0})", (STR,)), (INT, "crc32({0})", (STR,)),
    (STR, "substring({0}, {1}, {2})", (STR, INT, INT)), (STR, "substring_index({0}, ',', {1})", (STR, INT)),
    (STR, "left({0}, 2)", (STR,)), (STR, "right({0}, 2)", (STR,)), (STR, "repeat({0}, 2)", (STR,)), (STR, "lpad({0}, 5, {1})", (STR, STR)),
    (STR, "rpad({0}, 3, 'xy')", (STR,)), (STR, "concat({0}, {1})", (STR, STR)), (STR, "concat_ws('-', {0}, {1})", (STR, STRS)),
    (STR, "replace({0}, {1}, 'Z')", (STR, STR)), (STR, "translate({0}, 'abc', 'xy')", (STR,)), (INT, "instr({0}, {1})", (STR, STR)),
    (INT, "locate({0}, {1}, 2)", (STR, STR)), (INT, "levenshtein({0}, {1})", (STR, STR)), (STRS, "split({0}, ',')", (STR,)),
    (STR, "split_part({0}, ',', 2)", (STR,)), (STR, "overlay({0}, 'Q', 2)", (STR,)), (STR, "regexp_replace({0}, '[a-z]+', '<$0>')", (STR,)),
    (STR, "regexp_extract({0}, '([A-Za-z])([0-9])', 2)", (STR,)), (BOOL, "{0} rlike '^[A-Z]'", (STR,)), (BOOL, "startswith({0}, {1})", (STR, STR)),
    (BOOL, "contains({0}, {1})", (STR, STR)), (INT, "find_in_set({0}, 'a,b,Abc')", (STR,)), (STR, "sha2({0}, 256)", (STR,)),
    (STR, "url_encode({0})", (STR,)), (STR, "mask({0})", (STR,)), (STR, "btrim({0}, ' x')", (STR,)),
    (INT, "hash({0}, {1})", (STR, INT)), (LONG, "xxhash64({0}, {1})", (STR, DOUBLE)), (INT, "hash({0})", (DEC,)), (LONG, "xxhash64({0})", (TS,)),
    # dates
    *((INT, f"{name}({{0}})", (DATE,)) for name in (
        "year", "month", "day", "quarter", "dayofweek", "dayofyear", "weekofyear", "weekday")),
    *((INT, f"{name}({{0}})", (TS,)) for name in ("hour", "minute", "second")),
    (DATE, "last_day({0})", (DATE,)), (DATE, "date_add({0}, {1})", (DATE, INT)), (DATE, "add_months({0}, 1)", (DATE,)),
    (DATE, "next_day({0}, 'MON')", (DATE,)), (INT, "datediff({0}, {1})", (DATE, DATE)), (DOUBLE, "months_between({0}, {1})", (TS, TS)),
    (DATE, "trunc({0}, 'MM')", (DATE,)), (TS, "date_trunc('HOUR', {0})", (TS,)), (TS, "date_trunc('WEEK', {0})", (TS,)),
    (STR, "date_format({0}, 'yyyy-MM-dd HH:mm:ss.SSS EEE')", (TS,)), (LONG, "unix_timestamp({0})", (TS,)), (TS, "timestamp_seconds({0})", (INT,)),
    (DATE, "to_date({0})", (TS,)), (TS, "to_utc_timestamp({0}, 'America/New_York')", (TS,)), (LONG, "unix_micros({0})", (TS,)),
    (TS, "({0} + INTERVAL '1' MONTH)", (TS,)), (TS, "({0} + INTERVAL '1 02:03:04' DAY TO SECOND)", (TS,)), (DATE, "({0} - INTERVAL '1' YEAR)", (DATE,)),
    (STR, "dayname({0})", (DATE,)), (DATE, "make_date({0}, 2, 28)", (INT,)), (DATE, "try_to_date({0}, 'yyyy-MM-dd')", (STR,)),
    # collections
    (INT, "size({0})", (INTS,)), (INT, "{0}[0]", (INTS,)), (INT, "get({0}, {1})", (INTS, INT)), (INTS, "sort_array({0}, false)", (INTS,)),
    (INTS, "array_distinct({0})", (INTS,)), (INTS, "array_union({0}, {1})", (INTS, INTS)), (INTS, "array_except({0}, {1})", (INTS, INTS)),
    (INTS, "array_intersect({0}, {1})", (INTS, INTS)), (BOOL, "array_contains({0}, 1)", (INTS,)), (LONG, "array_position({0}, 3)", (INTS,)),
    (INTS, "array_remove({0}, 3)", (INTS,)), (INT, "array_max({0})", (INTS,)), (INT, "array_min({0})", (INTS,)), (STR, "array_join({0}, '|', '?')", (STRS,)),
    (INTS, "transform({0}, x -> x + 1)", (INTS,)), (INTS, "filter({0}, x -> x > 1)", (INTS,)), (BOOL, "exists({0}, x -> x > 1)", (INTS,)),
    (BOOL, "forall({0}, x -> x > 1)", (INTS,)), (INT, "aggregate({0}, 0, (a, x) -> a + coalesce(x, 0))", (INTS,)), (INTS, "reverse({0})", (INTS,)),
    (INTS, "slice({0}, 1, 2)", (INTS,)), (INTS, "concat({0}, {1})", (INTS, INTS)), (STRS, "array_sort({0})", (STRS,)), (BOOL, "arrays_overlap({0}, {1})", (INTS, INTS)),
    (INTS, "array_compact({0})", (INTS,)), (INTS, "array_append({0}, {1})", (INTS, INT)), (STRS, "map_keys({0})", (MAP,)), (INTS, "map_values({0})", (MAP,)),
    (INT, "{0}['a']", (MAP,)), (INT, "{0}.a", (STRUCT,)), (STR, "{0}.b", (STRUCT,)), (INT, "size({0})", (MAP,)),
    (STR, "to_json({0})", (STRUCT,)), (STR, "to_json({0})", (MAP,)), (STR, "get_json_object('{{\"a\": [1, {{\"b\": 2}}]}}', concat('$.', {0}))", (STR,)),
    # casts
    *((STR, "cast({0} as string)", (kind,)) for kind in (BOOL, INT, DOUBLE, DEC, DATE, TS, INTS, MAP, STRUCT)),
    *((INT, "try_cast({0} as int)", (kind,)) for kind in (BOOL, LONG, DOUBLE, DEC, STR)),
    *((DOUBLE, "try_cast({0} as double)", (kind,)) for kind in (INT, DEC, STR)),
    (DEC, "try_cast({0} as decimal(10,2))", (DOUBLE,)), (DEC, "try_cast({0} as decimal(10,2))", (STR,)), (DATE, "try_cast({0} as date)", (STR,)),
    (TS, "try_cast({0} as timestamp)", (STR,)), (BOOL, "try_cast({0} as boolean)", (STR,)), (BOOL, "cast({0} as boolean)", (INT,)), (INT, "cast({0} as int)", (STR,)),
    (LONG, "cast({0} as bigint)", (DEC,)), (TS, "cast({0} as timestamp)", (DATE,)), (DATE, "cast({0} as date)", (TS,)), (DEC, "cast({0} as decimal(12,3))", (INT,)),
]  # fmt: skip

AGGREGATES = [
    "count({int})", "count(distinct {str})", "sum({int})", "sum({long})", "sum({double})", "sum({dec})", "avg({int})", "avg({dec})",
    "avg({double})", "min({str})", "max({ts})", "min({double})", "max({dec})", "stddev({int})", "var_pop({double})", "skewness({int})", "corr({int}, {double})",
    "covar_samp({int}, {int})", "bool_and({bool})", "bit_or({int})", "count_if({bool})", "max_by({str}, {int})", "median({int})",
    "percentile({int}, 0.3)", "any_value({int}) is not null", "sort_array(collect_set({int}))", "approx_count_distinct({int})",
    "try_sum({long})", "kurtosis({int})", "regr_slope({double}, {int})", "mode({bool})", "sum(distinct {int})",
]  # fmt: skip


def table(chance: random.Random, rows: int) -> list[str]:
    """Rows as SQL: each the values of the columns, in order, as a SELECT list."""
    lines = []
    for _ in range(rows):
        items = []
        for kind in COLUMNS.values():
            value = "NULL" if chance.random() < 0.15 else chance.choice(_VALUES[kind])
            items.append(f"cast({value} as {kind})")
        lines.append(", ".join(items))
    return lines


_PLAIN = (BOOL, INT, LONG, DOUBLE, DEC, STR, DATE, TS)


def expression(chance: random.Random, kind: str, depth: int, loose: float = 0.0) -> str:
    """A random expression of a kind, so deep at most; a share ``loose`` of its leaves is of any other plain kind."""
    if depth == 0 or chance.random() < 0.15:
        other = kind in _PLAIN and loose > 0 and chance.random() < loose
        return chance.choice(_LEAVES[chance.choice(_PLAIN) if other else kind])
    rules = [rule for rule in RULES if rule[0] == kind]
    if not rules:
        return chance.choice(_LEAVES[kind])
    _, text, takes = chance.choice(rules)
    for place, one in enumerate(takes):
        text = text.replace(f"{{{place}}}", expression(chance, one, depth - 1, loose))
    return text.replace("{{", "{").replace("}}", "}")


_SHORT = {"bool": BOOL, "int": INT, "long": LONG, "double": DOUBLE, "dec": DEC, "str": STR, "ts": TS}


def aggregate(chance: random.Random) -> str:
    """A random aggregate of simple arguments."""
    text = chance.choice(AGGREGATES)
    for name, kind in _SHORT.items():
        while f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", expression(chance, kind, chance.choice((0, 0, 1))), 1)
    return text


def programs(seed: int, count: int) -> list[dict[str, Any]]:
    """So many expressions, in cases of twenty over one table each; every tenth case aggregates by groups.

    Every other case is asked with ANSI mode off, and then mixes the kinds of values that it computes with.
    """
    cases = []
    for number in range(-(-count // 20)):
        chance = random.Random(seed * 1_000_003 + number)
        grouped, ansi = number % 10 == 9, (seed + number) % 2 == 0
        loose = 0.0 if ansi else 0.15
        if grouped:
            texts = [aggregate(chance) for _ in range(20)]
        else:
            kinds = list(_LEAVES)
            texts = [expression(chance, chance.choice(kinds), chance.choice((1, 1, 2, 3)), loose) for _ in range(20)]
        cases.append({
            "seed": f"{seed}/{number}", "rows": table(chance, 8), "grouped": grouped, "ansi": ansi, "expressions": texts,
        })  # fmt: skip
    return cases
