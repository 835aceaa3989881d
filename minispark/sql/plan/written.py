"""Where in a SQL text the parts of a query were written, for errors to tell."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from minispark.engine.core.querycontext import QueryContext, TextContext
from minispark.errors import PySparkException
from minispark.sql.plan.expressions import Apply, Call, Cast, walk
from minispark.sql.plan.nodes import Node, walk_plan

E = TypeVar("E", bound=PySparkException)


class Written:
    """The places of what a text was parsed to, by identity: the innermost comes first, and stays."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._places: dict[int, tuple[Any, int, int]] = {}

    def mark(self, part: Any, start: int, stop: int) -> None:
        """A part stands there; nothing where it is known already."""
        self._places.setdefault(id(part), (part, start, stop))

    def all(self, kinds: tuple[str, ...]) -> list[QueryContext]:
        """The places of the parts that are of these kinds."""
        found = [(start, stop) for part, start, stop in self._places.values() if _is(part, kinds)]
        return [TextContext(self.text, start, stop) for start, stop in dict.fromkeys(found)]

    def context(self, part: Any) -> TextContext | None:
        """The place of a part, None where it is not of this text."""
        found = self._places.get(id(part))
        return None if found is None else TextContext(self.text, found[1], found[2])


_current: ContextVar[Written | None] = ContextVar("written", default=None)


@contextmanager
def written(text: str) -> Iterator[Written]:
    """Within, errors of what is parsed of this text tell their places."""
    made = Written(text)
    token = _current.set(made)
    try:
        yield made
    finally:
        _current.reset(token)


def marks_of(text: str) -> Written | None:
    """Where the parts of a text are to be marked; None where nobody asks."""
    current = _current.get()
    return current if current is not None and current.text == text else None


def located(error: E, part: Any) -> E:
    """The error with the place of the part that it is about, unless it has one."""
    current = _current.get()
    if current is not None and not error.getQueryContext():
        context = current.context(part)
        if context is not None:
            error._contexts = [context]
    return error


class Texts:
    """The SQL texts of a session's latest plans, so that errors of their runs can tell places too."""

    def __init__(self) -> None:
        self._texts: OrderedDict[int, tuple[Node, Written]] = OrderedDict()

    def keep(self, plan: Node, text: Written) -> None:
        """A plan was made of a text."""
        self._texts[id(plan)] = plan, text
        if len(self._texts) > TEXTS_MAX:
            self._texts.popitem(last=False)

    def locate(self, error: PySparkException, plan: Node) -> None:
        """Give an error that a run of the plan raised its place, where only one part of its text can have raised it."""
        kinds = _RAISING.get(str(error.getCondition()).partition(".")[0])
        if kinds is None or error.getQueryContext():
            return
        nodes = list(walk_plan(plan))
        found = [self._texts[id(node)][1] for node in nodes if id(node) in self._texts]
        parts = found[0].all(kinds) if len(found) == 1 else []
        expressions = [each for node in nodes for each in node.expressions]
        if len(parts) == 1 and sum(_is(one, kinds) for each in expressions for one in walk(each)) == 1:
            error._contexts = parts


TEXTS_MAX = 100
_RAISING: dict[str, tuple[str, ...]] = {
    "DIVIDE_BY_ZERO": ("/", "div"),
    "REMAINDER_BY_ZERO": ("%", "mod", "pmod"),
    "ARITHMETIC_OVERFLOW": ("+", "-", "*", "/", "div", "abs", "unary_minus", "sum", "avg"),
    "INVALID_ARRAY_INDEX_IN_ELEMENT_AT": ("element_at",),
    "INVALID_INDEX_OF_ZERO": ("element_at",),
    "CAST_INVALID_INPUT": ("cast",),
    "NUMERIC_VALUE_OUT_OF_RANGE": ("cast",),
}
"""By error condition what raises it."""


def _is(one: Any, kinds: tuple[str, ...]) -> bool:
    if isinstance(one, Cast):
        return "cast" in kinds
    return isinstance(one, (Apply, Call)) and one.name.lower() in kinds
