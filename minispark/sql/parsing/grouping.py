"""GROUP BY: plain keys, ALL, ROLLUP, CUBE, GROUPING SETS, and products of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.expressions import ExpressionParser
from minispark.sql.plan.expressions import Apply, Expression

Sets = list[tuple[Expression, ...]]


class GroupingParser(ExpressionParser):
    """Reads what stands after GROUP BY."""

    def grouping_clause(self) -> s.Grouping:
        """The keys, and the sets of them where grouping sets are asked for.

        Several elements multiply: ``a, ROLLUP(b, c)`` has the sets ``(a, b, c), (a, b), (a)``.
        """
        if self.at("ALL") and self.ahead().key not in (",", ".", "(", "["):
            self.next()
            return s.Grouping((), everything=True)
        elements: list[Sets] = []
        plain = True
        while True:
            found = self._analytics()
            plain = plain and found is None
            elements.append([(self.expression(),)] if found is None else found)
            if not self.accept(","):
                break
        keys = _distinct(one for element in elements for group in element for one in group)
        if self.at_any("WITH") and self.ahead().key in ("ROLLUP", "CUBE"):
            self.next()
            sets = _expanded(self.next().key, [(key,) for key in keys])
            return s.Grouping(keys, tuple(sets))
        if plain and self.accept("GROUPING", "SETS"):
            return s.Grouping(keys, tuple(self._sets()))
        if plain:
            return s.Grouping(tuple(element[0][0] for element in elements))
        sets = [_distinct(itertools.chain(*product)) for product in itertools.product(*elements)]
        return s.Grouping(keys, tuple(sets))

    def pipe_grouping(self) -> s.Grouping:
        """The keys of a pipe's AGGREGATE, which may have names: ``GROUP BY year(d) AS y``."""
        plain = self.attempt(self._named_keys)
        return self.grouping_clause() if plain is None else plain

    def _named_keys(self) -> s.Grouping:
        keys = self.named_expressions()
        if self.at_any("(", "SETS", "WITH"):
            self.fail()
        if any(isinstance(key, Apply) and key.name in ("rollup", "cube") for key in keys):
            self.fail()
        return s.Grouping(keys)

    def _analytics(self) -> Sets | None:
        if self.at("GROUPING", "SETS", "("):
            self.place += 2
            return self._sets()
        if self.at_any("ROLLUP", "CUBE") and self.ahead().key == "(":
            kind = self.next().key
            self.expect("(")
            start = self.token
            groups = self.listed(self._group)
            self.expect(")")
            if () in groups:
                raise self.error(
                    start, f"Empty set in {kind} grouping sets is not supported", "_LEGACY_ERROR_TEMP_0051",
                    {"element": kind},
                )  # fmt: skip
            return _expanded(kind, groups)
        return None

    def _sets(self) -> Sets:
        self.expect("(")
        found: Sets = []
        while True:
            nested = self._analytics()
            found += [self._group()] if nested is None else nested
            if not self.accept(","):
                break
        self.expect(")")
        return found

    def _group(self) -> tuple[Expression, ...]:
        """``(a, b)``, ``()`` or one expression."""
        if self.accept("(", ")"):
            return ()
        found = self.expression()
        return found.children if isinstance(found, Apply) and found.name == "struct" and found.label else (found,)


def _expanded(kind: str, groups: Sets) -> Sets:
    count = len(groups)
    if kind == "ROLLUP":
        picks = [range(size) for size in range(count, -1, -1)]
        return [tuple(itertools.chain(*(groups[index] for index in pick))) for pick in picks]
    chosen = [pick for size in range(count, -1, -1) for pick in itertools.combinations(range(count), size)]
    return [tuple(itertools.chain(*(groups[index] for index in pick))) for pick in chosen]


def _distinct(expressions: Iterable[Expression]) -> tuple[Expression, ...]:
    found: list[Expression] = []
    for one in expressions:
        if one not in found:
            found.append(one)
    return tuple(found)
