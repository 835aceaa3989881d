"""Trees of expressions: what every node has, and the walks over them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from minispark.engine.core.values import replace

T = TypeVar("T")
_ids = itertools.count(1)


def fresh_id() -> int:
    """A number that no other attribute of this process has."""
    return next(_ids)


class Expression:
    """A node of an expression tree."""

    __slots__ = ()

    inner: ClassVar[tuple[str, ...]] = ()

    if TYPE_CHECKING:  # what every expression has once it is resolved

        @property
        def dtype(self) -> Any: ...
        @property
        def nullable(self) -> bool: ...

    @property
    def children(self) -> tuple[Expression, ...]:
        """The expressions right below, in order."""
        found: list[Expression] = []
        for name in self.inner:
            part = getattr(self, name)
            if isinstance(part, tuple):
                found += part
            elif part is not None:
                found.append(part)
        return tuple(found)

    def with_children(self, children: tuple[Expression, ...]) -> Self:
        """The same node over other children: as many, in the same order."""
        rest = iter(children)
        changes: dict[str, Any] = {}
        for name in self.inner:
            part = getattr(self, name)
            if isinstance(part, tuple):
                changes[name] = tuple(next(rest) for _ in part)
            elif part is not None:
                changes[name] = next(rest)
        return replace(self, **changes) if changes else self


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all below it, each before its children."""
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        yield one
        waiting += reversed(one.children)


def transform(
    expression: Expression,
    change: Callable[[Expression], Expression],
    before: Callable[[Expression], Expression | None] | None = None,
) -> Expression:
    """Bottom up: every node over its changed children, then changed itself.

    ``before`` is asked first, on the way down; where it gives an expression, that one is taken and not gone into.
    """
    done: list[Expression] = []
    waiting: list[tuple[Expression, int]] = [(expression, -1)]
    while waiting:
        one, count = waiting.pop()
        if count < 0:
            taken = before(one) if before is not None else None
            if taken is not None:
                done.append(taken)
                continue
            children = one.children
            waiting.append((one, len(children)))
            waiting += [(child, -1) for child in reversed(children)]
        else:
            if count:
                children = tuple(done[-count:])
                del done[-count:]
                old = one.children
                if any(new is not was for new, was in zip(children, old, strict=True)):
                    one = one.with_children(children)
            done.append(change(one))
    return done[0]


def fold(expression: Expression, combine: Callable[[Expression, list[T]], T]) -> T:
    """Bottom up: ``combine(node, results of its children)`` of the whole tree."""
    done: list[T] = []
    waiting: list[tuple[Expression, int]] = [(expression, -1)]
    while waiting:
        one, count = waiting.pop()
        if count < 0:
            children = one.children
            waiting.append((one, len(children)))
            waiting += [(child, -1) for child in reversed(children)]
        else:
            results = done[len(done) - count :]
            del done[len(done) - count :]
            done.append(combine(one, results))
    return done[0]
