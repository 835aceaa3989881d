"""Cutting long expressions: parts of them become columns of SELECTs below, so that none is deep, and no text is long.

DuckDB takes a time that grows with the square of an expression's depth, and a function whose SQL names an argument four
times makes a text four times as long, at each level of nesting. A part is computed below only where it is computed
anyway: not in the branches of CASE and their like, which may never be looked at, and where an error must not be raised.
"""

from __future__ import annotations

from collections.abc import Callable

from minispark.sql.plan.expressions import (
    Alias,
    Attribute,
    Call,
    Cast,
    Expression,
    Lambda,
    Literal,
    Over,
    Subquery,
    fresh_id,
)

DEPTH_MAX = 40
"""Levels of an expression."""
TEXT_MAX = 2000
"""Characters of a part that stays in its place, if what is over it is more than that."""
_LAZY = {"case": 0, "if": 0, "coalesce": 1, "and": 1, "or": 1, "raise_error": 0, "assert_true_or": 1}
"""Functions that need not look at all arguments, and how many of the first may be computed elsewhere."""
_LOGIC = ("and", "or")
"""Those whose second argument DuckDB leaves alone in a condition only: they stay where they are."""
_PENDING = ("\1", "\2")


class Cuts:
    """The columns made of the parts of one node's expressions, by level: each level's are computed over those below."""

    def __init__(self, aggregates: bool = False) -> None:
        self._levels: list[list[str]] = []
        self._aggregates = aggregates

    def over(self, below: str) -> str:
        """The SELECT that the node's expressions are computed over."""
        for columns in self._levels:
            below = f"SELECT *, {', '.join(columns)} FROM ({below})"
        return below

    def text(self, expression: Expression, write: Callable[[Expression, list[str]], str]) -> str:
        """The SQL of an expression, without what was cut out of it. ``write`` gives a node's of those of its parts.

        With ``aggregates`` only what these are computed of can be cut.
        """
        done: list[_Part] = []
        waiting: list[tuple[Expression, int, bool]] = [(expression, -1, not self._aggregates)]
        while waiting:
            one, count, free = waiting.pop()
            if count < 0:
                children = one.children
                if not children:
                    part = _Part.of(one, write(one, []), [])
                    done.append(self._cut(part) if free and part.is_long() else part)
                    continue
                waiting.append((one, len(children), free))
                flags = self._free(one, len(children), free)
                waiting += [(child, -1, flag) for child, flag in zip(reversed(children), reversed(flags), strict=True)]
            else:
                parts = done[len(done) - count :]
                del done[len(done) - count :]
                part = _Part.of(one, write(one, [part.text for part in parts]), parts)
                stays = not free or (isinstance(one, Call) and one.name in _LOGIC)
                done.append(part if stays or not part.is_long() else self._cut(part))
        return done[0].text

    def _free(self, one: Expression, count: int, free: bool) -> list[bool]:
        """Which of a node's parts are computed for every row."""
        if isinstance(one, (Lambda, Over, Subquery)):
            return [False] * count
        if not isinstance(one, Call):
            return [free] * count
        if one.function.kind == "aggregate":
            return [self._aggregates and one.where is None] * count
        most = _LAZY.get(one.name, count)
        return [free and place < most for place in range(count)]

    def _cut(self, part: _Part) -> _Part:
        level, name = part.level, f"c{fresh_id()}"
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(f"{part.text} AS {name}")
        return _Part(name, 0, level + 1, True, True)


class _Part:
    """The text of a part, its depth, the level of SELECT that it can be computed in, and whether it can elsewhere."""

    __slots__ = ("depth", "level", "movable", "reads", "text")

    def __init__(self, text: str, depth: int, level: int, reads: bool, movable: bool) -> None:
        self.text = text
        self.depth = depth
        self.level = level
        self.reads = reads
        self.movable = movable

    @classmethod
    def of(cls, one: Expression, text: str, parts: list[_Part]) -> _Part:
        """A node's, of its text and those of its parts."""
        return cls(
            text,
            1 + max([part.depth for part in parts], default=0),
            max([part.level for part in parts], default=0),
            isinstance(one, Attribute) or any(part.reads for part in parts),
            _is_movable(one) and all(part.movable for part in parts),
        )

    def is_long(self) -> bool:
        if self.depth <= DEPTH_MAX and len(self.text) <= TEXT_MAX:
            return False
        return self.depth > 1 and self.movable and self.reads and not any(mark in self.text for mark in _PENDING)


def _is_movable(one: Expression) -> bool:
    """Whether a node means the same in a SELECT below."""
    if isinstance(one, Call):
        return bool(one.function.kind == "scalar" and one.function.deterministic)
    return isinstance(one, (Attribute, Literal, Cast, Alias))
