"""What may stand with WITHIN GROUP, and must."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.library.function import Function

_CLAUSE = "INVALID_WITHIN_GROUP_EXPRESSION"


def check(function: Function, distinct: bool, count: int, orders: int) -> None:
    """Raises AnalysisException for a call with ``count`` arguments and ``orders`` sort keys that is not allowed."""
    name = f"`{function.name}`"
    if not function.keyed:
        if orders and function.name != "listagg":
            raise AnalysisException(
                f"{function.name} takes no WITHIN GROUP",
                "INVALID_SQL_SYNTAX.FUNCTION_WITH_UNSUPPORTED_SYNTAX",
                {"prettyName": name, "syntax": "WITHIN GROUP (ORDER BY ...)"},
            )
        return
    wanted = 0 if function.name == "mode" and count else 1
    if distinct:
        raise _wrong(function.name, "takes no DISTINCT", "DISTINCT_UNSUPPORTED")
    if wanted and not orders:
        raise _wrong(function.name, "needs WITHIN GROUP (ORDER BY ...)", "WITHIN_GROUP_MISSING")
    if orders != wanted:
        said = f"is ordered by {wanted} expression(s) within its group, not by {orders}"
        more = {"expectedNum": str(wanted), "actualNum": str(orders)}
        raise _wrong(function.name, said, "WRONG_NUM_ORDERINGS", more)


def _wrong(name: str, said: str, condition: str, more: dict[str, Any] | None = None) -> AnalysisException:
    return AnalysisException(f"{name} {said}", f"{_CLAUSE}.{condition}", {"funcName": f"`{name}`", **(more or {})})
