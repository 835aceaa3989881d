"""Scope: the columns that names may mean."""

from __future__ import annotations

from collections.abc import Sequence
from contextvars import ContextVar

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.plan.expressions import Attribute, LambdaVariable

BARE = {
    "current_date": "current_date",
    "current_timestamp": "current_timestamp",
    "localtimestamp": "localtimestamp",
    "current_time": "current_time",
    "localtime": "current_time",
    "current_user": "current_user",
    "session_user": "session_user",
    "user": "current_user",
    "current_catalog": "current_catalog",
    "current_database": "current_database",
    "grouping__id": "grouping_id",
}
"""Functions that SQL calls without parentheses."""


def quoted(parts: Sequence[str]) -> str:
    """A name as Spark's messages write it: each part in backticks."""
    return ".".join(f"`{part.replace('`', '``')}`" for part in parts)


class OuterNeeded(AnalysisException):
    """A column that may be of a query around is unknown so far: an error, but for those who can wait for that query."""

    def __init__(self, error: AnalysisException) -> None:
        super().__init__(*error.args)
        self.error = AnalysisException(*error.args)


class Scope:
    """The columns of one query level, and those around it.

    ``outer`` is the scope of the query around a subquery; ``used`` collects its attributes that were asked for.
    """

    grouped = False
    """Whether subqueries in it may call aggregate functions of its columns: those of HAVING may."""

    def __init__(
        self,
        attributes: Sequence[Attribute],
        outer: Scope | None = None,
        case_sensitive: bool = False,
        variables: Sequence[LambdaVariable] = (),
    ) -> None:
        self.attributes = tuple(attributes)
        self.outer = outer
        self.case_sensitive = case_sensitive
        self.variables = tuple(variables)
        self.used: list[Attribute] = []
        self.parameters = False
        """Whether these are parameters of a SQL function that is a query: subqueries of that see them too."""
        self._by_name: dict[str, list[Attribute]] | None = None
        self._ids: frozenset[int] | None = None
        self._copies: bool | None = None

    @property
    def output(self) -> tuple[Attribute, ...]:
        """The columns, as a plan has them."""
        return self.attributes

    def with_variables(self, variables: Sequence[LambdaVariable]) -> Scope:
        """The same with a lambda's parameters in front."""
        scope = Scope(self.attributes, self.outer, self.case_sensitive, (*variables, *self.variables))
        scope.used = self.used
        return scope

    @property
    def copies(self) -> bool:
        """Whether a plan was joined with itself to give these columns."""
        if self._copies is None:
            self._copies = any(attribute.copied for attribute in self.attributes)
        return self._copies

    def holds(self, id: int) -> bool:
        """Whether an attribute is one of its own."""
        if self._ids is None:
            self._ids = frozenset(attribute.id for attribute in self.attributes)
        return id in self._ids

    @property
    def shown(self) -> tuple[Attribute, ...]:
        """The columns that ``*`` stands for."""
        return tuple(one for one in self.attributes if not one.hidden)

    def fold(self, name: str) -> str:
        """A name as it is compared."""
        return name if self.case_sensitive else name.lower()

    def variable(self, name: str) -> LambdaVariable | None:
        """The parameter of a lambda around, the innermost first."""
        for one in self.variables:
            if self.fold(one.name) == self.fold(name):
                return one
        return None

    def find(self, parts: tuple[str, ...]) -> tuple[Attribute, tuple[str, ...]] | None:
        """The column that a name means, and the parts left over: fields inside of it. None where there is none.

        Parts before the column's name are its table's. Raises AnalysisException where several columns fit.
        """
        if self._by_name is None:
            self._by_name = {}
            for attribute in self.attributes:
                self._by_name.setdefault(self.fold(attribute.name), []).append(attribute)
        if len(parts) == 1:
            fitting = self._by_name.get(self.fold(parts[0]), ())
            if len(fitting) == 1 and not fitting[0].hidden:
                return fitting[0], ()
        for qualifiers in range(min(len(parts) - 1, 3), -1, -1):
            table = tuple(map(self.fold, parts[:qualifiers]))
            found = {
                one.id: one
                for one in self._by_name.get(self.fold(parts[qualifiers]), ())
                if (tuple(map(self.fold, one.qualifier[-qualifiers:])) == table if table else not one.hidden)
            }
            if len(found) > 1:
                raise self.ambiguous(parts[: qualifiers + 1], list(found.values()))
            if found:
                only = next(iter(found.values()))
                return replace(only, hidden=False) if only.hidden else only, parts[qualifiers + 1 :]
        return None

    def ambiguous(self, parts: tuple[str, ...], found: Sequence[Attribute]) -> AnalysisException:
        """Several columns have the name."""
        choices = ", ".join(quoted((*one.qualifier, one.name)) for one in found)
        return AnalysisException(
            f"{quoted(parts)} may be any of {choices}; say which by its table's alias, or rename one",
            "AMBIGUOUS_REFERENCE",
            {"name": quoted(parts), "referenceNames": f"[{choices}]"},
        )

    def missing(self, parts: tuple[str, ...]) -> AnalysisException:
        """No column has the name; the likeliest come first in the message."""
        found = suggestions(".".join(parts), [(*one.qualifier, one.name) for one in self.shown])
        listed = ", ".join(found[:5])
        parameters = {"objectName": quoted(parts)}
        if not found:
            return AnalysisException(
                f"there is no column {quoted(parts)}: the query has no columns here",
                "UNRESOLVED_COLUMN.WITHOUT_SUGGESTION",
                parameters,
            )
        rest = f" ({len(found)} in all)" if len(found) > 5 else ""
        return AnalysisException(
            f"there is no column {quoted(parts)}; the columns here are {listed}{rest}",
            "UNRESOLVED_COLUMN.WITH_SUGGESTION",
            {**parameters, "proposal": listed},
        )


def suggestions(name: str, candidates: Sequence[tuple[str, ...]]) -> list[str]:
    """Names in backticks, those like ``name`` first, without the qualifiers that all of them have.

    >>> suggestions("v1.abd", [("v1", "abc"), ("v1", "x")]), suggestions("abd", [("v1", "x"), ("v1", "abc")])
    (['`v1`.`abc`', '`v1`.`x`'], ['`abc`', '`x`'])
    """
    parts = name.count(".") + 1
    ordered = sorted(candidates, key=lambda one: one[-1])
    for kept in (1, 2) if parts == 1 else (2,) if parts == 2 else ():
        if len({one[:-kept] for one in ordered}) == 1:
            ordered = [one[-kept:] for one in ordered]
            break
    return sorted(map(quoted, ordered), key=lambda one: _distance(one, name))


def _distance(one: str, other: str) -> int:
    """How many letters must be put in, taken out or changed to make one of the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for place, letter in enumerate(one, 1):
        before, row[0] = row[0], place
        for at, wanted in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (letter != wanted))
    return row[-1]


around: ContextVar[Scope | None] = ContextVar("around", default=None)
"""The scope of the query that a DataFrame's plan is being made for."""
