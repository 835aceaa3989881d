"""XPath 1.0 evaluated over trees of XML: values are lists of nodes, numbers, texts and truth values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from minispark.sql.exact.xmltree import Node
from minispark.sql.exact.xpathlanguage import Tree, XPathError

Value = Any


def evaluate(tree: Tree, node: Node, place: int = 1, size: int = 1) -> Value:
    """The value of an expression at a node, which is the ``place``-th of ``size``. Raises XPathError for functions
    that there are not, and for what is no list of nodes where one is needed.

    >>> from minispark.sql.exact import xmltree, xpathlanguage
    >>> evaluate(xpathlanguage.parsed("sum(a/b) * 2"), xmltree.parsed("<a><b>1</b><b>2</b></a>"))
    6.0
    """
    kind = tree[0]
    if kind in ("number", "text"):
        return tree[1]
    if kind == "path":
        start = [node] if tree[1] is None else nodes(evaluate(tree[1], node, place, size))
        return _walked(start, tree[2])
    if kind == "root":
        return [node.root]
    if kind == "filtered":
        found = nodes(evaluate(tree[1], node, place, size))
        for condition in tree[2]:
            found = _kept(found, condition)
        return found
    if kind == "call":
        return _called(tree[1], tree[2], node, place, size)
    if kind == "negative":
        return -number(evaluate(tree[1], node, place, size))
    if kind == "or":
        return boolean(evaluate(tree[1], node, place, size)) or boolean(evaluate(tree[2], node, place, size))
    if kind == "and":
        return boolean(evaluate(tree[1], node, place, size)) and boolean(evaluate(tree[2], node, place, size))
    left, right = evaluate(tree[1], node, place, size), evaluate(tree[2], node, place, size)
    if kind == "|":
        return _ordered([*nodes(left), *nodes(right)])
    if kind in _COMPARISONS:
        return _compared(kind, left, right)
    return _ARITHMETIC[kind](number(left), number(right))


# --- conversions -----------------------------------------------------------------------------------------------------


def nodes(value: Value) -> list[Node]:
    """A list of nodes. Raises XPathError for anything else."""
    if not isinstance(value, list):
        raise XPathError("an XPath expression gives a number, a text or a truth value where nodes are needed")
    return value


def text(value: Value) -> str:
    """XPath's ``string()``."""
    if isinstance(value, list):
        return value[0].text() if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, float) else str(value)


def number_text(value: float) -> str:
    """A number without an exponent, without a point where it is whole."""
    if value != value:
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value):
        return str(int(value))
    from decimal import Decimal

    return f"{Decimal(repr(value)):f}"


def number(value: Value) -> float:
    """XPath's ``number()``: NaN for texts that are none."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, float):
        return value
    plain = text(value).strip(" \t\r\n")
    body = plain[1:] if plain.startswith("-") else plain
    whole, _, fraction = body.partition(".")
    if not body.isascii() or not (whole + fraction).isdigit():
        return math.nan
    return float(plain)


def boolean(value: Value) -> bool:
    """XPath's ``boolean()``."""
    if isinstance(value, float):
        return value == value and value != 0
    return bool(value)


# --- operators -------------------------------------------------------------------------------------------------------


def _divided(left: float, right: float) -> float:
    if right == 0:
        sign = math.copysign(1, left) * math.copysign(1, right)
        return math.nan if left == 0 or left != left else sign * math.inf
    return left / right


def _remainder(left: float, right: float) -> float:
    return math.nan if right == 0 or math.isinf(left) or left != left or right != right else math.fmod(left, right)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "div": _divided,
    "mod": _remainder,
}
_COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


def _compared(kind: str, left: Value, right: Value) -> bool:
    compare = _COMPARISONS[kind]
    if isinstance(left, list) and not isinstance(right, bool):
        return any(_compared(kind, one.text(), right) for one in left)
    if isinstance(right, list) and not isinstance(left, bool):
        return any(_compared(kind, left, one.text()) for one in right)
    if kind in ("=", "!="):
        if isinstance(left, bool) or isinstance(right, bool):
            return compare(boolean(left), boolean(right))
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
    return compare(number(left), number(right))


# --- paths -----------------------------------------------------------------------------------------------------------


def _ordered(found: list[Node]) -> list[Node]:
    return sorted({node.place: node for node in found}.values(), key=lambda node: node.place)


def _walked(start: list[Node], steps: tuple[Tree, ...]) -> list[Node]:
    found = start
    for axis, test, conditions in steps:
        reached: list[Node] = []
        for node in found:
            here = [one for one in _axis(axis, node) if _passes(one, test, axis)]
            for condition in conditions:
                here = _kept(here, condition)
            reached += here
        found = _ordered(reached)
    return found


def _kept(found: list[Node], condition: Tree) -> list[Node]:
    kept = []
    for place, node in enumerate(found, 1):
        value = evaluate(condition, node, place, len(found))
        if value == place if isinstance(value, float) else boolean(value):
            kept.append(node)
    return kept


def _passes(node: Node, test: str, axis: str) -> bool:
    if test == "node()":
        return True
    if test.endswith("()"):
        return node.kind == {"text()": "text", "comment()": "comment", "processing-instruction()": "pi"}[test]
    principal = "attribute" if axis == "attribute" else "element"
    if node.kind != principal or ":" in test:
        return False
    return test == "*" or node.name == test


def _axis(axis: str, node: Node) -> Iterator[Node]:
    """The nodes of an axis, nearest first."""
    if axis == "child":
        yield from node.children
    elif axis == "attribute":
        yield from node.attributes
    elif axis == "self":
        yield node
    elif axis in ("descendant", "descendant-or-self"):
        if axis == "descendant-or-self":
            yield node
        yield from node.below()
    elif axis == "parent":
        if node.parent is not None:
            yield node.parent
    elif axis in ("ancestor", "ancestor-or-self"):
        here = node if axis == "ancestor-or-self" else node.parent
        while here is not None:
            yield here
            here = here.parent
    elif axis in ("following-sibling", "preceding-sibling"):
        siblings = [] if node.parent is None or node.kind == "attribute" else node.parent.children
        if axis == "following-sibling":
            yield from (one for one in siblings if one.place > node.place)
        else:
            yield from (one for one in reversed(siblings) if one.place < node.place)
    elif axis == "following":
        inside = {one.place for one in node.below()}
        yield from (one for one in node.root.below() if one.place > node.place and one.place not in inside)
    elif axis == "preceding":
        above = {one.place for one in _axis("ancestor", node)}
        before = [one for one in node.root.below() if one.place < node.place and one.place not in above]
        yield from reversed(before)


# --- functions -------------------------------------------------------------------------------------------------------


def _called(name: str, args: tuple[Tree, ...], node: Node, place: int, size: int) -> Value:
    if name == "position" and not args:
        return float(place)
    if name == "last" and not args:
        return float(size)
    values = [evaluate(arg, node, place, size) for arg in args]
    if name in _OF_CONTEXT and not values:
        values = [[node]]
    known = _FUNCTIONS.get(name)
    if known is None or not known[0] <= len(values) <= known[1]:
        raise XPathError(f"XPath has no function {name} of {len(values)} arguments")
    return known[2](*values)


_OF_CONTEXT = ("string", "number", "name", "local-name", "namespace-uri", "string-length", "normalize-space")


def _name(value: Value) -> str:
    found = nodes(value)
    return found[0].name if found else ""


def _substring(value: Value, start: Value, length: Value = None) -> str:
    whole, first = text(value), _rounded(number(start))
    end = math.inf if length is None else first + _rounded(number(length))
    return "".join([character for at, character in enumerate(whole, 1) if first <= at < end])


def _rounded(value: float) -> float:
    return value if math.isinf(value) or value != value else float(math.floor(value + 0.5))


def _translated(value: Value, out: Value, into: Value) -> str:
    given, made = text(out), text(into)
    table: dict[int, str | None] = {}
    for at, character in enumerate(given):
        table.setdefault(ord(character), made[at] if at < len(made) else None)
    return text(value).translate(table)


def _whole(function: Callable[[float], int]) -> Callable[[Value], float]:
    def apply(value: Value) -> float:
        given = number(value)
        return given if math.isinf(given) or given != given else float(function(given))

    return apply


_FUNCTIONS: dict[str, tuple[int, float, Callable[..., Value]]] = {
    "count": (1, 1, lambda value: float(len(nodes(value)))),
    "sum": (1, 1, lambda value: math.fsum([number([one]) for one in nodes(value)])),
    "string": (1, 1, text),
    "number": (1, 1, number),
    "boolean": (1, 1, boolean),
    "not": (1, 1, lambda value: not boolean(value)),
    "true": (0, 0, lambda: True),
    "false": (0, 0, lambda: False),
    "name": (1, 1, _name),
    "local-name": (1, 1, lambda value: _name(value).rpartition(":")[2]),
    "namespace-uri": (1, 1, lambda value: ""),
    "concat": (2, math.inf, lambda *values: "".join(map(text, values))),
    "contains": (2, 2, lambda value, part: text(part) in text(value)),
    "starts-with": (2, 2, lambda value, part: text(value).startswith(text(part))),
    "substring": (2, 3, _substring),
    "substring-before": (2, 2, lambda value, part: text(value)[: max(text(value).find(text(part)), 0)]),
    "substring-after": (2, 2, lambda value, part: text(value).partition(text(part))[2]),
    "string-length": (1, 1, lambda value: float(len(text(value)))),
    "normalize-space": (1, 1, lambda value: " ".join(text(value).split())),
    "translate": (3, 3, _translated),
    "floor": (1, 1, _whole(math.floor)),
    "ceiling": (1, 1, _whole(math.ceil)),
    "round": (1, 1, lambda value: _rounded(number(value))),
}
