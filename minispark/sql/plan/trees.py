"""Trees of expressions: what every node has, and the walks over them."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from operator import attrgetter, is_not
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

from minispark.engine.core.values import replace
from minispark.sql.plan.sites import kept

E = TypeVar("E", bound="Expression")
T = TypeVar("T")
_ids = itertools.count(1)


def fresh_id() -> int:
    """A number that no other attribute of this process has."""
    return next(_ids)


class Expression:
    """A node of an expression tree."""

    __slots__ = ("_kinds",)

    inner: ClassVar[tuple[str, ...]] = ()
    """The fields that hold expressions: one, a tuple of them, or None."""

    if TYPE_CHECKING:
        _kinds: int  # once it is noted (``kinds_in``); below: what every expression has once it is resolved

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

    def __init_subclass__(cls) -> None:
        children = short_children(cls, cls.inner)
        if children is not None and "children" not in cls.__dict__:
            cls.children = children  # type: ignore[assignment, method-assign]  # a property made for this class

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
        return kept(self, replace(self, **changes)) if changes else self


def short_children(cls: type, names: tuple[str, ...]) -> property | None:
    """``children`` of a class none of whose fields must be looked into: most walks spend most of their time there."""
    said = [str(cls.__dict__.get("__annotations__", {}).get(name, "")) for name in names]
    if not names:
        return property(lambda self: ())
    if len(names) == 1 and said[0].startswith("tuple["):
        return property(attrgetter(names[0]))
    of: Callable[[Any], Any] = attrgetter(*names)
    if all(kind in ("Expression", "Node") for kind in said):
        return property(of if len(names) > 1 else lambda self: (of(self),))
    if said[0].startswith("tuple["):

        def children(self: Any) -> Any:
            listed, *rest = of(self)
            return Expression.children.fget(self) if any(rest) else listed  # type: ignore[attr-defined]  # a property

        return property(children)
    return None


_places = itertools.count()
_BIT: dict[type, int] = {}
_BITS: dict[type, int] = {}
_MASKS: dict[tuple[type, ...], int] = {}


def _bit(kind: type) -> int:
    """The bit that stands for a class."""
    known = _BIT.get(kind)
    return _BIT.setdefault(kind, 1 << next(_places)) if known is None else known


def bits_of(node: Any) -> int:
    """The bits of a node's class and of the classes that this is one of."""
    kind = type(node)
    known = _BITS.get(kind)
    if known is None:
        known = _BITS[kind] = sum(map(_bit, kind.__mro__[:-1]))
    return known


def has_kind(bits: int, kinds: tuple[type, ...]) -> bool:
    """Whether the bit of one of these classes is set."""
    mask = _MASKS.get(kinds)
    if mask is None:
        mask = _MASKS[kinds] = sum(map(_bit, set(kinds)))
    return bits & mask != 0


def kinds_in(expression: Expression) -> int:
    """Which classes of nodes a tree has, as bits; noted in each node when it is first asked (Catalyst's
    ``TreePatternBits``)."""
    try:
        return expression._kinds
    except AttributeError:
        pass
    waiting = [expression]
    while waiting:
        one = waiting[-1]
        below = one.children
        if not below:
            object.__setattr__(waiting.pop(), "_kinds", bits_of(one))
            continue
        unknown = [child for child in below if not hasattr(child, "_kinds")]
        if unknown:
            waiting += unknown
            continue
        waiting.pop()
        bits = bits_of(one)
        for child in below:
            bits |= child._kinds
        object.__setattr__(one, "_kinds", bits)
    return expression._kinds


def holds(expression: Expression, *kinds: type) -> bool:
    """Whether a node of one of these classes is in it, or is it.

    >>> from minispark.sql.plan.expressions import Alias, Literal, Outer
    >>> one = Alias(Literal(1, None), "one", None, 1)
    >>> holds(one, Literal), holds(one, Outer, Alias), holds(one, Outer)
    (True, True, False)
    """
    return has_kind(kinds_in(expression), kinds)


def find(expression: Expression, kind: type[E]) -> Iterator[E]:
    """The nodes of a class in it, each before its children; parts without any are not gone into."""
    own = _bit(kind)
    waiting = [expression]
    while waiting:
        one = waiting.pop()
        if kinds_in(one) & own:
            if isinstance(one, kind):
                yield one
            waiting += reversed(one.children)


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
            if not children:
                done.append(change(one))
                continue
            waiting.append((one, len(children)))
            waiting += [(child, -1) for child in reversed(children)]
        else:
            children = tuple(done[-count:])
            del done[-count:]
            if any(map(is_not, children, one.children)):
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
            if not children:
                done.append(combine(one, []))
                continue
            waiting.append((one, len(children)))
            waiting += [(child, -1) for child in reversed(children)]
        else:
            results = done[len(done) - count :]
            del done[len(done) - count :]
            done.append(combine(one, results))
    return done[0]
