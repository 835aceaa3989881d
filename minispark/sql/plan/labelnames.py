"""How a function's call reads in the name of a column, where it is not ``name(argument, ...)`` in lower case.

Spark names a column after the resolved function, which may have another name than the one called, arguments that were
left out, or none of those that only steer it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

_BETWEEN_TWO = {
    **{
        sign: sign
        for sign in ("+", "-", "*", "/", "%", "&", "|", "^", "=", "<=>", "<", "<=", ">", ">=", "<<", ">>", ">>>")
    },
    "==": "=",
    "div": "div",
    "and": "AND",
    "or": "OR",
}

Rule = Callable[[Sequence[str]], str]
PLAIN = ("add interval", "subtract interval")
"""Operators that show without brackets: intervals added to dates and times, and taken from them."""


def infix(name: str, args: Sequence[str]) -> str | None:
    """The text of an operator; None for a name that is a function's.

    >>> infix("and", ["a", "b"]), infix("!=", ["a", "1"]), infix("upper", ["a"])
    ('(a AND b)', '(NOT (a = 1))', None)
    """
    name = name.lower()
    if name in _BETWEEN_TWO and len(args) == 2:
        return f"({args[0]} {_BETWEEN_TWO[name]} {args[1]})"
    if name in PLAIN:
        return f"{args[0]} {'+' if name == PLAIN[0] else '-'} {args[1]}"
    rule = _OPERATORS.get(name)
    return None if rule is None else rule(args)


def called(name: str, args: Sequence[str], distinct: bool = False, within: bool = False) -> str:
    """The text of a function's call.

    >>> called("SPLIT", ["a", ","]), called("sqrt", ["a"]), called("count", ["a", "b"], distinct=True)
    ('split(a, ,, -1)', 'SQRT(a)', 'count(DISTINCT a, b)')
    """
    name = name.lower()
    rule = _RULES.get(name)
    if rule is not None:
        found = rule(args)
        if isinstance(found, str):
            return found
        name, args = found
    more = _DEFAULTS.get(name)
    if more is not None and len(args) < more[0]:
        args = [*args, *more[1][len(args) - more[0] :]]
    kept = _KEPT.get(name)
    if kept is not None:
        args = args[:kept]
    if within and name == "string_agg":
        name = "listagg"
    if name in _CAPITAL:
        name = name.upper()
    return f"{name}({'DISTINCT ' if distinct else ''}{', '.join(args)})"


def _case(args: Sequence[str]) -> str:
    branches = [f"WHEN {when} THEN {then}" for when, then in zip(args[::2], args[1::2], strict=False)]
    ending = [f"ELSE {args[-1]}"] if len(args) % 2 else []
    return " ".join(["CASE", *branches, *ending, "END"])


def _like(args: Sequence[str]) -> str:
    return f"{args[0]} LIKE {args[1]}" + (f" ESCAPE '{args[2]}'" if len(args) > 2 else "")


_OPERATORS: dict[str, Rule] = {
    "!=": lambda args: f"(NOT ({args[0]} = {args[1]}))",
    "<>": lambda args: f"(NOT ({args[0]} = {args[1]}))",
    "not": lambda args: f"(NOT {args[0]})",
    "!": lambda args: f"(NOT {args[0]})",
    "~": lambda args: f"~{args[0]}",
    "-": lambda args: f"(- {args[0]})",
    "unary_minus": lambda args: f"(- {args[0]})",
    "+": lambda args: f"(+ {args[0]})",
    "positive": lambda args: f"(+ {args[0]})",
    "||": lambda args: f"concat({', '.join(args)})",
    "in": lambda args: f"({args[0]} IN ({', '.join(args[1:])}))",
    "isnull": lambda args: f"({args[0]} IS NULL)",
    "isnotnull": lambda args: f"({args[0]} IS NOT NULL)",
    "case": _case,
    "when": _case,
    "if": lambda args: f"(IF({', '.join(args)}))",
    "like": _like,
    "window": lambda args: "window",
    "session_window": lambda args: "session_window",
}

_CAPITAL = frozenset(
    ("acos", "acosh", "asin", "asinh", "atan", "atan2", "atanh", "cbrt", "cos", "cosh", "cot", "csc", "degrees", "e")
    + ("exp", "expm1", "hypot", "log", "log10", "log1p", "log2", "pi", "power", "radians", "sec", "signum", "sin")
    + ("sinh", "spark_partition_id", "sqrt", "tan", "tanh", "rlike", "regexp", "regexp_like")
    + ("rank", "dense_rank", "percent_rank")
)

_FIRST_ALONE = (
    *(f"{verb}_{form}" for verb in ("from", "to", "schema_of") for form in ("json", "csv", "xml")),
    *("first", "last", "first_value", "last_value", "any_value", "shuffle", "approx_count_distinct"),
    *("likeany", "likeall", "notlikeany", "notlikeall"),
)
_KEPT = {
    **dict.fromkeys(_FIRST_ALONE, 1),
    **dict.fromkeys(("rank", "dense_rank", "percent_rank"), 0),
    "variant_get": 2,
    "try_variant_get": 2,
    "uuid": 0,
    "ilike": 2,
}
"""How many arguments show; the others only steer the function."""

_TIME = "yyyy-MM-dd HH:mm:ss"
_SAME = "lambdafunction(namedlambdavariable(), namedlambdavariable())"
_DEFAULTS: dict[str, tuple[int, tuple[str, ...]]] = {
    "aes_decrypt": (5, ("GCM", "DEFAULT", "")),
    "aes_encrypt": (6, ("GCM", "DEFAULT", "", "")),
    "aggregate": (4, (_SAME,)),
    "approx_percentile": (3, ("10000",)),
    "approx_top_k": (3, ("5", "10000")),
    "approx_top_k_accumulate": (2, ("10000",)),
    "approx_top_k_combine": (2, ("-1",)),
    "approx_top_k_estimate": (2, ("5",)),
    "bround": (2, ("0",)),
    "current_time": (1, ("6",)),
    "from_unixtime": (2, (_TIME,)),
    "hll_sketch_agg": (2, ("12",)),
    "hll_union": (3, ("false",)),
    "hll_union_agg": (2, ("false",)),
    "hmac": (3, ("SHA-256",)),
    "lag": (3, ("1", "NULL")),
    "lead": (3, ("1", "NULL")),
    "listagg": (2, ("NULL",)),
    "locate": (3, ("1",)),
    "lpad": (3, (" ",)),
    "make_dt_interval": (4, ("0", "0", "0", "0.000000")),
    "make_interval": (7, ("0", "0", "0", "0", "0", "0", "0.000000")),
    "make_ym_interval": (2, ("0", "0")),
    "mask": (5, ("X", "x", "n", "NULL")),
    "months_between": (3, ("true",)),
    "ntile": (1, ("1",)),
    "overlay": (4, ("-1",)),
    "percentile": (3, ("1",)),
    "percentile_approx": (3, ("10000",)),
    "position": (3, ("1",)),
    "reduce": (4, (_SAME,)),
    "regexp_extract": (3, ("1",)),
    "regexp_extract_all": (3, ("1",)),
    "regexp_instr": (3, ("0",)),
    "regexp_replace": (4, ("1",)),
    "round": (2, ("0",)),
    "rpad": (3, (" ",)),
    "sentences": (3, ("", "")),
    "sort_array": (2, ("true",)),
    "split": (3, ("-1",)),
    "st_asbinary": (2, ("NDR",)),
    "st_geomfromwkb": (2, ("0",)),
    "replace": (3, ("",)),
    "str_to_map": (3, (",", ":")),
    "string_agg": (2, ("NULL",)),
    "substr": (3, ("2147483647",)),
    "substring": (3, ("2147483647",)),
    "theta_sketch_agg": (2, ("12",)),
    "theta_union": (3, ("12",)),
    "theta_union_agg": (2, ("12",)),
    "to_unix_timestamp": (2, (_TIME,)),
    "try_aes_decrypt": (5, ("GCM", "DEFAULT", "")),
    "try_make_interval": (7, ("0", "0", "0", "0", "0", "0", "0.000000")),
    "try_variant_set": (4, ("true",)),
    "unix_timestamp": (2, ("current_timestamp()", _TIME)),
    "variant_set": (4, ("true",)),
    "variant_strip_nulls": (2, ("true",)),
    **{f"tuple_sketch_agg_{kind}": (4, ("12", "sum")) for kind in ("double", "integer")},
    **{f"tuple_union_agg_{kind}": (3, ("12", "sum")) for kind in ("double", "integer")},
    **{f"tuple_union_{kind}": (4, ("12", "sum")) for kind in ("double", "integer", "theta_double", "theta_integer")},
    **{f"tuple_intersection_{kind}": (3, ("sum",)) for kind in ("double", "integer", "theta_double", "theta_integer")},
    **{f"tuple_intersection_agg_{kind}": (2, ("sum",)) for kind in ("double", "integer")},
    **{f"tuple_sketch_summary_{kind}": (2, ("sum",)) for kind in ("double", "integer")},
}
"""How many arguments show, and what the last of them are where they were left out."""


def _renamed(other: str) -> Callable[[Sequence[str]], tuple[str, Sequence[str]]]:
    return lambda args: (other, args)


def _by_count(rules: dict[int, str]) -> Callable[[Sequence[str]], str | tuple[str, Sequence[str]]]:
    """Another name by the number of arguments; the last rule's key counts for more, too."""

    def rule(args: Sequence[str]) -> tuple[str, Sequence[str]]:
        return rules.get(len(args), rules[-1]), args

    return rule


def _trimmed(side: str, alone: str) -> Callable[[Sequence[str]], str]:
    def rule(args: Sequence[str]) -> str:
        return f"TRIM({side} {args[0]} FROM {args[1]})" if len(args) == 2 else f"{alone}({args[0]})"

    return rule


def _sorted(args: Sequence[str]) -> str:
    v = "namedlambdavariable()"
    usual = (
        f"lambdafunction((IF((({v} IS NULL) AND ({v} IS NULL)), 0, (IF(({v} IS NULL), 1, (IF(({v} IS NULL), -1, "
        f"(IF(({v} < {v}), -1, (IF(({v} > {v}), 1, 0)))))))))), {v}, {v})"
    )
    return f"array_sort({', '.join([*args, usual][:2])})"


def _rounded(name: str) -> Callable[[Sequence[str]], str]:
    return lambda args: f"{name.upper() if len(args) == 1 else name}({', '.join(args)})"


def _mode(args: Sequence[str]) -> str:
    return f"mode() WITHIN GROUP (ORDER BY {args[0]} DESC)" if args[1:] == ["true"] else f"mode({', '.join(args[:1])})"


def _try_ntz(args: Sequence[str]) -> str:
    shown = ", ".join(args)
    return f"try_make_timestamp_ntz({f'make_timestamp_ntz({shown})' if len(args) == 2 else shown})"


_CASTS = "boolean tinyint smallint int bigint float double decimal date timestamp time binary string"


def _from_json(args: Sequence[str]) -> str:
    """Spark names what reads a map after the map's entries."""
    schema = args[1].strip().lower() if len(args) > 1 else ""
    if schema.startswith("{"):
        import json

        with suppress(ValueError):
            schema = f"{json.loads(args[1]).get('type')}<"
    return "entries" if schema.startswith("map<") else f"from_json({args[0]})"


_RULES: dict[str, Callable[[Sequence[str]], str | tuple[str, Sequence[str]]]] = {
    "from_json": _from_json,
    "array_agg": _renamed("collect_list"),
    "array_sort": _sorted,
    **{name: lambda args: args[0] if len(args) == 1 else ("cast", args) for name in _CASTS.split()},
    "assert_true": lambda args: ("assert_true", [*args, f"'{args[0]}' is not true!"][:2]),
    "bucket": lambda args: f"bucket({args[-1]})",
    "ceil": _rounded("ceil"),
    "convert_timezone": lambda args: ("convert_timezone", args if len(args) > 2 else ["current_timezone()", *args]),
    "curdate": _renamed("current_date"),
    "current_database": _renamed("current_schema"),
    "date_add": _by_count({3: "timestampadd", -1: "date_add"}),
    "date_diff": _by_count({3: "timestampdiff", -1: "date_diff"}),
    "dateadd": _by_count({3: "timestampadd", -1: "date_add"}),
    "datediff": _by_count({3: "timestampdiff", -1: "datediff"}),
    "datepart": lambda args: f"datepart({args[0]} FROM {args[1]})",
    "extract": lambda args: f"extract({args[0]} FROM {args[1]})",
    "floor": _rounded("floor"),
    "instr": lambda args: ("instr", [*args, "1"] if len(args) == 3 else args),
    "localtime": _renamed("current_time"),
    "log": lambda args: ("log", ["E()", *args] if len(args) == 1 else args),
    "ltrim": _trimmed("LEADING", "ltrim"),
    "make_timestamp_ltz": _by_count({2: "make_timestamp", 3: "make_timestamp", -1: "make_timestamp_ltz"}),
    "mode": _mode,
    "raise_error": lambda args: (
        f"raise_error({', '.join(args)})"
        if len(args) > 1
        else f"raise_error(USER_RAISED_EXCEPTION, map(errorMessage, {args[0]}))"
    ),
    "random": _renamed("rand"),
    "rtrim": _trimmed("TRAILING", "rtrim"),
    "to_varchar": _renamed("to_char"),
    "trim": _trimmed("BOTH", "trim"),
    "try_make_timestamp": lambda args: ("try_make_timestamp", args[:6]),
    "try_make_timestamp_ltz": _by_count({2: "make_timestamp", 3: "make_timestamp", -1: "try_make_timestamp_ltz"}),
    "try_make_timestamp_ntz": _try_ntz,
}
"""Rules that give the whole text, or another name and arguments."""
