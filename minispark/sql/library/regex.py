"""Regular expressions and LIKE.

DuckDB's RE2 runs patterns that are constants of a class where it finds Java's matches: characters, ``\\d``, ``\\w``,
classes of characters and ranges, alternatives, groups without quantifiers of their own, greedy and lazy quantifiers of
single characters, ``^`` at the very start. Where matches are replaced, extracted or parted, the pattern must not match
empty text either. All others run as exact functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.library import kinds as k
from minispark.sql.library.function import Emitting, Function, Settings, macro, scalar
from minispark.sql.library.sides import constant
from minispark.sql.plan.expressions import Apply, Call, Expression, Literal

_STRING, _INT, _BOOLEAN = t.StringType(), t.IntegerType(), t.BooleanType()
_ONE = r"(?:[^\\.^$|?*+()\[\]{}]|\\[^a-zA-Z0-9]|\\[dw]|\[\^?(?:[^\\\[\]^&-]|[a-z]-[a-z]|[A-Z]-[A-Z]|[0-9]-[0-9])+\])"
_QUANTIFIED = _ONE + r"(?:[*+?]\??|\{[0-9]{1,2}(?:,[0-9]{0,2})?\}\??)?"
_SHARED = re.compile(rf"\^?(?:{_QUANTIFIED}|\((?:\?:)?(?!\?)|\)(?![*+?{{])|\|)*\Z", re.S)
_PLAIN = re.compile(r"(?:[^\\.^$|?*+()\[\]{}]|\\[^a-zA-Z0-9])+\Z", re.S)


def shared(pattern: Any, empty: bool = True) -> bool:
    """Whether RE2 finds Java's matches of a pattern (None for one that is no constant).

    >>> shared("^[a-z]+-(x|yz)"), shared("a$"), shared("a*"), shared("a*", empty=False)
    (True, False, True, False)
    """
    if not isinstance(pattern, str) or not _SHARED.match(pattern):
        return False
    from minispark.sql.exact.javaescapes import PatternError
    from minispark.sql.exact.javaregex import compiled

    try:
        return empty or compiled(pattern).match("") is None
    except PatternError:
        return False


def _shared_valid(pattern: Any, empty: bool) -> bool:
    return shared(pattern, empty) and _valid(pattern)


def _valid(pattern: str) -> bool:
    from minispark.sql.exact.javaescapes import PatternError
    from minispark.sql.exact.javaregex import compiled

    try:
        compiled(pattern)
    except PatternError:
        return False
    return True


def _by_re2(sql: Callable[[Call, Sequence[str]], str | None], empty: bool = False) -> Any:
    def rule(emit: Emitting, call: Call, args: Sequence[str]) -> str:
        found = sql(call, args) if _shared_valid(constant(call, 1), empty) else None
        return emit.exact(call, args) if found is None else found

    return rule


def _replaced(call: Call, args: Sequence[str]) -> str | None:
    from minispark.sql.exact.javaregex import compiled
    from minispark.sql.exact.regexes import replacement_parts
    from minispark.sql.library.constants import text_sql

    replacement = constant(call, 2)
    if not isinstance(replacement, str) or (len(args) == 4 and constant(call, 3) != 1):
        return None
    parts = replacement_parts(replacement, compiled(constant(call, 1)))
    if parts is None or not all(isinstance(part, str) or part[0] in range(10) for part in parts):
        return None
    plain = "".join(part.replace("\\", "\\\\") if isinstance(part, str) else f"\\{part[0]}" for part in parts)
    return f"regexp_replace({args[0]}, {args[1]}, {text_sql(plain)}, 'g')"


def _extracted(call: Call, args: Sequence[str]) -> str | None:
    from minispark.sql.exact.javaregex import compiled

    index = constant(call, 2) if len(args) == 3 else 1
    if index is None or not 0 <= index <= compiled(constant(call, 1)).groups:
        return None
    return f"regexp_extract({args[0]}, {args[1]}, {index})"


def _all_extracted(call: Call, args: Sequence[str]) -> str | None:
    """Where no group may have taken no part in a match, for which DuckDB has null."""
    from minispark.sql.exact.javaregex import compiled

    pattern, index = constant(call, 1), constant(call, 2) if len(args) == 3 else 1
    if index is None or not 0 <= index <= compiled(pattern).groups or (index and "|" in pattern):
        return None
    return f"regexp_extract_all({args[0]}, {args[1]}, {index})"


def _split(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    pattern, limit = constant(call, 1), constant(call, 2) if len(args) == 3 else -1
    if isinstance(pattern, str) and limit is not None and limit <= 0 and _PLAIN.match(pattern):
        from minispark.sql.library.constants import text_sql

        plain = re.sub(r"\\(.)", r"\1", pattern, flags=re.S)
        return f"string_split({args[0]}, {text_sql(plain)})"
    if limit is not None and limit <= 0 and _shared_valid(pattern, False):
        return f"string_split_regex({args[0]}, {args[1]})"
    return emit.exact(call, args)


def _positive(name: str, place: int) -> Any:
    def check(args: Sequence[Any], settings: Settings) -> None:
        from minispark.errors import AnalysisException

        if len(args) <= place:
            return
        given = args[place]
        if not isinstance(given, Literal):
            raise AnalysisException(
                f"{name}: the position must be a constant",
                "DATATYPE_MISMATCH.NON_FOLDABLE_INPUT",
                {"inputName": "`position`"},
            )
        if given.item is not None and given.item < 1:
            raise AnalysisException(
                f"{name}: positions start at 1; {given.item} is none",
                "DATATYPE_MISMATCH.VALUE_OUT_OF_RANGE",
                {"exprName": "position", "valueRange": "(0, 2147483647]", "currentValue": str(given.item)},
            )

    return check


# --- LIKE ------------------------------------------------------------------------------------------------------------


def _like(emit: Emitting, call: Call, args: Sequence[str]) -> str:
    pattern, escape = constant(call, 1), constant(call, 2) if len(args) == 3 else "\\"
    if not isinstance(pattern, str) or escape is None:
        return emit.exact(call, args)
    from minispark.sql.exact.regexes import like_regex

    like_regex(pattern, escape)
    if escape not in pattern:
        return f"({args[0]} LIKE {args[1]})"
    return f"({args[0]} LIKE {args[1]} ESCAPE '{escape.replace(chr(39), chr(39) * 2)}')"


def _like_check(args: Sequence[Any], settings: Settings) -> None:
    from minispark.errors import AnalysisException

    if len(args) == 3:
        given = args[2]
        if not isinstance(given, Literal) or not isinstance(given.item, str) or len(given.item) != 1:
            shown = given.item if isinstance(given, Literal) else "an expression"
            raise AnalysisException(
                f"the escape of LIKE is a constant of one character, not {shown!r}",
                "INVALID_ESCAPE_CHAR",
                {"sqlExpr": f'"{shown}"'},
            )


def _ilike(args: tuple[Expression, ...], settings: Settings) -> Expression:
    text, pattern, *escape = args
    return Apply("like", (Apply("lower", (text,)), Apply("lower", (pattern,)), *escape))


def _exact(name: str, takes: tuple[k.Kind, ...], gives: t.DataType, sql: Any = None, **more: Any) -> Function:
    return scalar(name, takes, gives, sql, exact=f"regexes:{name}", **more)


FUNCTIONS = (
    _exact(
        "rlike",
        (k.STRING, k.STRING),
        _BOOLEAN,
        _by_re2(lambda call, args: f"regexp_matches({args[0]}, {args[1]})", empty=True),
        aliases=("regexp", "regexp_like"),
    ),
    _exact(
        "regexp_replace",
        (k.STRING, k.STRING, k.STRING, k.INT),
        _STRING,
        _by_re2(_replaced),
        least=3,
        check=_positive("regexp_replace", 3),
    ),
    _exact("regexp_extract", (k.STRING, k.STRING, k.INT), _STRING, _by_re2(_extracted), least=2),
    _exact("regexp_extract_all", (k.STRING, k.STRING, k.INT), t.ArrayType(_STRING), _by_re2(_all_extracted), least=2),
    _exact(
        "regexp_count",
        (k.STRING, k.STRING),
        _INT,
        _by_re2(lambda call, args: f"CAST(len(regexp_extract_all({args[0]}, {args[1]})) AS INTEGER)"),
    ),
    _exact(
        "regexp_substr",
        (k.STRING, k.STRING),
        _STRING,
        _by_re2(lambda call, args: f"nullif(regexp_extract({args[0]}, {args[1]}), '')"),
        null="always",
    ),
    _exact("regexp_instr", (k.STRING, k.STRING, k.INT), _INT, least=2),
    _exact("split", (k.STRING, k.STRING, k.INT), t.ArrayType(_STRING, False), _split, least=2),
    _exact("like", (k.STRING, k.STRING, k.STRING), _BOOLEAN, _like, least=2, check=_like_check),
    macro("ilike", 2, 3, _ilike),
)
