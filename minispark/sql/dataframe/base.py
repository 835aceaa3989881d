"""What every part of DataFrame leans on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from minispark.errors import PySparkTypeError
from minispark.sql.column import Column
from minispark.sql.plan.expressions import Expression, Name, Star, fresh_id
from minispark.sql.plan.names import parse_name
from minispark.sql.plan.nodes import Node

if TYPE_CHECKING:
    from minispark.sql.session import SparkSession
    from minispark.sql.types import StructType


class Base:
    """A session and a plan."""

    def __init__(self, plan: Node, session: SparkSession) -> None:
        self._plan = plan
        self._session = session
        self._number = fresh_id()

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


def expression_of(given: Any, where: str = "col") -> Expression:
    """The expression of a Column or of a column's name. Raises PySparkTypeError for anything else."""
    if isinstance(given, Column):
        found: Expression = given._expression
        return found
    if isinstance(given, str):
        return Star() if given == "*" else name_expression(given)
    raise PySparkTypeError(
        f"{where} needs a Column or a column's name, not {given!r:.200}",
        "NOT_COLUMN_OR_STR",
        {"arg_name": where, "arg_type": type(given).__name__},
    )


def name_expression(text: str) -> Expression:
    """A column by its name; ``t.*`` for all of a table or struct."""
    if text.endswith(".*") and len(text) > 2:
        return Star(parse_name(text[:-2]))
    return Name(parse_name(text))


def flat(cols: Sequence[Any]) -> list[Any]:
    """Arguments given one by one or as one list."""
    if len(cols) == 1 and isinstance(cols[0], (list, tuple)):
        return list(cols[0])
    return list(cols)
