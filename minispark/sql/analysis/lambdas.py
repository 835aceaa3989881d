"""Lambdas: their parameters get the types that the function around them gives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.plan.expressions import Lambda, LambdaFunction, LambdaVariable, Subquery, fresh_id, holds

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


class Unbound:
    """A lambda before its parameters have types."""

    nullable = True

    def __init__(self, analyzer: Analyzer, scope: Scope, function: LambdaFunction) -> None:
        self._analyzer = analyzer
        self._scope = scope
        self.function = function
        self.count = len(function.parameters)

    def bind(self, kinds: Sequence[tuple[t.DataType, bool]], least: int | None = None) -> Lambda:
        """The lambda over parameters of these types and nullabilities; from ``least`` on it may have fewer.

        Raises AnalysisException for another number of parameters.
        """
        if not (len(kinds) if least is None else least) <= self.count <= len(kinds):
            raise AnalysisException(
                f"the lambda has {self.count} parameters where the function gives {len(kinds)}",
                "INVALID_LAMBDA_FUNCTION_CALL.NUM_ARGS_MISMATCH",
                {"expectedNumArgs": str(self.count), "actualNumArgs": str(least or len(kinds))},
            )
        names = self.function.parameters
        if len({self._scope.fold(name) for name in names}) < len(names):
            raise AnalysisException(
                f"the lambda has two parameters of one name: {', '.join(names)}",
                "INVALID_LAMBDA_FUNCTION_CALL.DUPLICATE_ARG_NAMES",
                {"args": ", ".join(names)},
            )
        variables = tuple(
            LambdaVariable(name, dtype, nullable, fresh_id())
            for name, (dtype, nullable) in zip(names, kinds[: self.count], strict=True)
        )
        if holds(self.function.body, Subquery):
            raise AnalysisException(
                "a query cannot stand in a lambda; compute its value outside, or join",
                "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.HIGHER_ORDER_FUNCTION", {},
            )  # fmt: skip
        body = self._analyzer.resolve(self.function.body, self._scope.with_variables(variables))
        return Lambda(variables, body)
