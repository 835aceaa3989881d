"""Calls of functions, and windows over them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.parsing.grammar import Grammar
from minispark.sql.parsing.special import shown
from minispark.sql.parsing.tokens import QUOTED, WORD
from minispark.sql.plan.expressions import (
    UNBOUNDED_FOLLOWING,
    UNBOUNDED_PRECEDING,
    Apply,
    Expression,
    Frame,
    Literal,
    Name,
    Over,
    Star,
    Subquery,
    holds,
)


class CallParser(Grammar):
    """Reads what follows a function's name."""

    def _call(self) -> Expression:
        """``name(args)`` with all that may follow."""
        start = self.token
        parts = self.identifier_clause() if self._is_identifier_clause() else self._function_name()
        name = function_name(parts)
        self.expect("(")
        distinct = bool(self._quantifier())
        args, names = self._arguments()
        named = next((one for one in names if one is not None), None)
        if named is not None and not self.settings.named_arguments:
            raise self.error(
                start, f"{name} has the argument {named} by name; set spark.sql.allowNamedFunctionArguments",
                "NAMED_PARAMETER_SUPPORT_DISABLED", {"functionName": f"`{name}`", "argument": f"`{named}`"},
            )  # fmt: skip
        ignore = None
        if self.at_any("IGNORE", "RESPECT") and self.ahead().key == "NULLS":
            ignore = self.next().key == "IGNORE"
            self.next()
        self.expect(")")
        if name == "count" and not args:
            raise AnalysisException(
                "count needs an argument: write count(*)",
                "WRONG_NUM_ARGS.WITH_SUGGESTION",
                {
                    "functionName": "`count`", "expectedNum": " >= 1", "actualNum": "0", "legacyNum": "0",
                    "legacyConfKey": '"spark.sql.legacy.allowParameterlessCount"', "legacyConfValue": '"true"',
                },
            )  # fmt: skip
        if name == "count" and not distinct and len(args) == 1 and isinstance(args[0], Star):
            if args[0].target and not args[0].without and not self.settings.count_of_star:
                raise AnalysisException(
                    f"count({'.'.join(args[0].target)}.*) is ambiguous: use count(*), or count of the columns",
                    "INVALID_USAGE_OF_STAR_WITH_TABLE_IDENTIFIER_IN_COUNT",
                    {"tableName": ".".join(f"`{part}`" for part in args[0].target)},
                )
            args = (Literal(1, t.IntegerType()),) if args[0] == Star() else args
        return self._called(Apply(name, args, distinct, ignore_nulls=ignore, names=names))

    def _is_identifier_clause(self) -> bool:
        return self.at("IDENTIFIER", "(") and self.closing_followed_by("(")

    def _function_name(self) -> tuple[str, ...]:
        parts = [self.name() if not self.at("IDENTIFIER") else self.next().text]
        while self.accept("."):
            parts.append(self.name())
        return tuple(parts)

    def _quantifier(self) -> str | None:
        """DISTINCT or ALL before arguments, unless that is a column's name."""
        if self.at("ALL") and self.ahead().key in (")", ",", "."):
            return None
        if self.at("DISTINCT") and self.ahead().key in (")", ","):
            return None
        return "DISTINCT" if self.accept_any("DISTINCT", "ALL") == "DISTINCT" else None

    def _arguments(self) -> tuple[tuple[Expression, ...], tuple[str | None, ...]]:
        args: list[Expression] = []
        names: list[str | None] = []
        while not self.at(")"):
            if self.at_name() and self.ahead().key == "=>":
                names.append(self.name())
                self.next()
            else:
                names.append(None)
            args.append(self.argument())
            if not self.accept(","):
                break
        return tuple(args), tuple(names) if any(names) else ()

    def argument(self) -> Expression:
        """An argument of a call."""
        return self.expression()

    def _called(self, call: Apply) -> Expression:
        within: tuple[Expression, ...] = ()
        where: Expression | None = None
        ignore = call.ignore_nulls
        if self.at("WITHIN", "GROUP"):
            self.place += 2
            self.expect("(", "ORDER", "BY")
            within = self.sort_items()
            self.expect(")")
        if self.at("FILTER", "(", "WHERE"):
            self.place += 3
            where = self.expression()
            self.expect(")")
        if self.at_any("IGNORE", "RESPECT") and self.ahead().key == "NULLS":
            ignore = self.next().key == "IGNORE"
            self.next()
        found: Expression = Apply(call.name, call.args, call.distinct, where, within, ignore, call.names)
        if self.at("OVER") and (self.ahead().key == "(" or self.ahead().kind in (WORD, QUOTED)):
            self.next()
            found = self.window(found)
        return found

    # --- windows -------------------------------------------------------------------------------------------------

    def window(self, child: Expression) -> Over:
        """What OVER stands before: a window's name, or its definition in parentheses."""
        if not self.at("("):
            return Over(child, (), (), named=self.strict_name())
        first = self.place
        self.expect("(")
        if self.at_name() and self.ahead().key == ")":
            named = self.name()
            self.next()
            return Over(child, (), (), named=named)
        partition: tuple[Expression, ...] = ()
        order: tuple[Expression, ...] = ()
        if self.accept("CLUSTER", "BY") or self.accept("PARTITION", "BY") or self.accept("DISTRIBUTE", "BY"):
            partition = self.expressions()
        if self.accept("ORDER", "BY") or self.accept("SORT", "BY"):
            order = self.sort_items()
        frame = self._frame() if self.at_any("ROWS", "RANGE") else None
        self.expect(")")
        return Over(child, partition, order, None if frame is None else self.marked(frame, first))

    def _frame(self) -> Frame:
        kind = self.next().key
        if self.accept("BETWEEN"):
            first, shown_first = self._bound()
            self.expect("AND")
            last, shown_last = self._bound()
            return Frame(kind, first, last, f"{kind} BETWEEN {shown_first} AND {shown_last}")
        first, shown_first = self._bound()
        return Frame(kind, first, 0, f"{kind} BETWEEN {shown_first} AND CURRENT ROW")

    def _bound(self) -> tuple[Any, str]:
        """A bound of a frame, and how it shows in names."""
        if self.accept("UNBOUNDED"):
            if self.expect_any("PRECEDING", "FOLLOWING") == "PRECEDING":
                return UNBOUNDED_PRECEDING, "UNBOUNDED PRECEDING"
            return UNBOUNDED_FOLLOWING, "UNBOUNDED FOLLOWING"
        if self.accept("CURRENT", "ROW"):
            return 0, "CURRENT ROW"
        start = self.token
        amount = self.expression()
        if holds(amount, Name, Subquery, Over):
            raise self.error(
                start, "Frame bound value must be a literal", "INVALID_SQL_SYNTAX.INVALID_WINDOW_FRAME_BOUND"
            )
        word = self.expect_any("PRECEDING", "FOLLOWING")
        return self._away(amount, word == "PRECEDING"), f"{shown(amount)} {word}"

    def _away(self, amount: Any, before: bool) -> Any:
        amount = _folded(amount)
        if (
            isinstance(amount, Literal)
            and isinstance(amount.item, int)
            and isinstance(amount.dtype, (t.IntegerType, t.LongType))
        ):
            return -amount.item if before else amount.item
        if isinstance(amount, Literal) and isinstance(amount.item, tuple):
            return replace(amount, item=tuple(-part for part in amount.item)) if before else amount
        if isinstance(amount, Literal) and isinstance(amount.item, (int, float, Decimal)):
            return Literal(-amount.item if before else amount.item, amount.dtype)
        return Apply("negative", (amount,)) if before else amount


def function_name(parts: tuple[str, ...]) -> str:
    """A function's name: Spark's own, or with its catalog and schema."""
    lower = [part.lower() for part in parts]
    if lower[:2] in (["system", "builtin"], ["system", "session"]):
        lower = lower[2:]
    elif len(lower) == 2 and lower[0] in ("builtin", "session"):
        lower = lower[1:]
    return _SAME.get(lower[0], lower[0]) if len(lower) == 1 else ".".join(lower)


_SAME = {"current_database": "current_schema"}
"""Functions that are called, and shown, by another name."""


def _folded(amount: Expression) -> Expression:
    """A sum, difference or product of whole numbers as the number that it is."""
    if not (isinstance(amount, Apply) and amount.name in ("+", "-", "*", "negative")):
        return amount
    parts = [_folded(arg) for arg in amount.args]
    numbers: list[int] = [part.item for part in parts if isinstance(part, Literal) and type(part.item) is int]
    if len(numbers) < len(parts):
        return amount
    if len(numbers) == 1:
        return Literal(-numbers[0], t.IntegerType())
    one, other = numbers
    return Literal({"+": one + other, "-": one - other, "*": one * other}[amount.name], t.IntegerType())
