"""Names that may be of one of several plans, one above the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from minispark.errors import AnalysisException
from minispark.sql.analysis.scope import Scope
from minispark.sql.plan.expressions import Attribute, LambdaVariable

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer

Parts = tuple[str, ...]


class Levels(Scope):
    """Columns of several plans, of which the first that has a name gives it.

    A plan where the name is ambiguous, or where its column has no such part, counts as one that does not have it.

    ``noted`` tells by which name a column was asked for; names in ``last`` are looked up in the last plan first.
    """

    def __init__(
        self,
        analyzer: Analyzer,
        levels: Sequence[Scope],
        own: Scope,
        last: frozenset[Parts] = frozenset(),
        grouped: bool = False,
    ) -> None:
        merged = {one.id: one for level in levels for one in level.attributes}
        super().__init__(tuple(merged.values()), own.outer, own.case_sensitive)
        self.analyzer, self.levels, self.own, self.last, self.grouped = analyzer, levels, own, last, grouped
        self.noted: dict[int, Parts] = {}

    def with_variables(self, variables: Sequence[LambdaVariable]) -> Scope:
        made = Levels(self.analyzer, self.levels, self.own, self.last, self.grouped)
        made.variables, made.used, made.noted = (*variables, *self.variables), self.used, self.noted
        return made

    def find(self, parts: Parts) -> tuple[Attribute, Parts] | None:
        for level in reversed(self.levels) if parts in self.last else self.levels:
            try:
                found = level.find(parts)
                if found is not None and found[1]:
                    self.analyzer.fields(*found)
            except AnalysisException:
                continue
            if found is not None:
                self.noted[found[0].id] = parts
                return found
        return None

    def missing(self, parts: Parts) -> AnalysisException:
        if self.grouped:
            try:
                self.own.find(parts)
            except AnalysisException as error:
                return error
        return self.own.missing(parts)
