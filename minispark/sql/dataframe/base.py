"""What every part of DataFrame leans on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Self

from minispark.errors import AnalysisException, PySparkTypeError
from minispark.sql.analysis.origins import remember
from minispark.sql.column import Column
from minispark.sql.plan.expressions import Expression, Name, Star, fresh_id
from minispark.sql.plan.names import parse_name
from minispark.sql.plan.nodes import Node
from minispark.sql.plan.sites import made_here

if TYPE_CHECKING:
    from minispark.sql.dataframe.frame import DataFrame
    from minispark.sql.row import Row
    from minispark.sql.session import SparkSession
    from minispark.sql.types import StructType


class Base:
    """A session and a plan."""

    def __init__(self, plan: Node, session: SparkSession) -> None:
        self._plan = plan
        self._session = session
        self._number = fresh_id()
        remember(self._number, plan)

    @property
    def _itself(self) -> DataFrame:
        return self  # type: ignore[return-value]  # every instance is a DataFrame: this class is its base alone

    @property
    def sparkSession(self) -> SparkSession:
        """The session that made it."""
        return self._session

    @property
    def schema(self) -> StructType:
        """The columns' names, types and nullability."""
        from minispark.sql.fused.engine import schema_of

        return schema_of(self._plan)

    def _over(self, plan: Node) -> Self:
        """Another DataFrame of the session."""
        return type(self)(plan, self._session)

    @property
    def _analyzer(self) -> Any:
        return self._session._analyzer

    def _rows(self, plan: Node, action: str = "collect") -> list[Row]:
        return self._session._run_rows(plan, action)

    def _table(self, plan: Node, action: str = "collect") -> Any:
        return self._session._run_table(plan, action)


def expression_of(given: Any, where: str = "col") -> Expression:
    """The expression of a Column or of a column's name. Raises PySparkTypeError for anything else."""
    if isinstance(given, Column):
        found: Expression = given._expression
        return found
    if isinstance(given, str):
        return Star() if given == "*" else name_expression(given)
    raise wrong_type(where, "Column or str", given)


def wrong_type(name: str, expected: str, given: Any) -> PySparkTypeError:
    """The error for an argument of another type than expected."""
    return PySparkTypeError(
        f"{name} must be of type {expected}, not {given!r:.200}",
        "NOT_EXPECTED_TYPE",
        {"arg_name": name, "expected_type": expected, "arg_type": type(given).__name__},
    )


def name_expression(text: str) -> Expression:
    """A column by its name; ``t.*`` for all of a table or struct."""
    if text.endswith(".*") and len(text) > 2:
        return Star(parse_name(text[:-2]))
    return made_here(Name(parse_name(text)), "col")


def flat(cols: Sequence[Any]) -> list[Any]:
    """Arguments given one by one or as one list."""
    if len(cols) == 1 and isinstance(cols[0], (list, tuple)):
        return list(cols[0])
    return list(cols)


def names_of(given: Any, name: str) -> list[str]:
    """Names in a list or another iterable. Raises PySparkTypeError for what is none."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise wrong_type(name, "list or tuple", given)
    names = list(given)
    for one in names:
        if not isinstance(one, str):
            raise wrong_type(name, "str", one)
    return names


def count_of(num: Any, what: str) -> int:
    """A number of rows. Raises PySparkTypeError for what is no int, AnalysisException for a negative one."""
    if not isinstance(num, int) or isinstance(num, bool):
        raise wrong_type("num", "int", num)
    if num < 0:
        raise AnalysisException(
            f"{what} takes a number of rows of at least 0, not {num}",
            "INVALID_LIMIT_LIKE_EXPRESSION.IS_NEGATIVE",
            {"name": what, "expr": f'"{num}"', "v": str(num)},
        )
    return num
