"""The names that expressions give to columns, as Spark's ``toPrettySQL`` writes them: ``(a + 1)``, ``upper(a)``.

They are those of the expression as the user wrote it, without the conversions that analysis adds. What only types
tell (whether ``a["k"]`` is a struct's field, whether ``t.a`` names a table) analysis may answer by the two callbacks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.sql import types as t
from minispark.sql.plan import expressions as e
from minispark.sql.plan.labelnames import called, infix
from minispark.sql.plan.literaltext import bare
from minispark.sql.types.toddl import sql_type

Names = Callable[[e.Name], str]
Dotted = Callable[[e.Field], bool]
_VARIABLE = "namedlambdavariable()"


def label(
    expression: e.Expression, names: Names | None = None, dotted: Dotted | None = None, zone: str | None = None
) -> str:
    """The text of an expression, as it stands inside of another one's name.

    ``names`` writes the column that a Name stands for (default: its parts with dots), ``dotted`` tells whether a Field
    is one of a struct or array of structs (default: as it says itself, or its child's type where it has one), ``zone``
    is the session's time zone.

    >>> a = e.Name(("a",))
    >>> label(e.Apply("and", (e.Apply(">", (a, e.Literal(1, t.IntegerType()))), e.Apply("isnull", (a,)))))
    '((a > 1) AND (a IS NULL))'
    """
    return e.fold(bound(expression), lambda node, texts: piece(node, texts, names, dotted, zone))


def column_name(
    expression: e.Expression, names: Names | None = None, dotted: Dotted | None = None, zone: str | None = None
) -> str:
    """The name of the column that an expression makes in a list: of a column, or a cast of one, its own name.

    >>> column_name(e.Cast(e.Name(("s", "f")), t.LongType())), column_name(e.Alias(e.Name(("a",)), "b"))
    ('f', 'b')
    """
    inner = expression.child if isinstance(expression, e.Cast) else expression
    if isinstance(inner, (e.Alias, e.Attribute)):
        return inner.name
    if isinstance(inner, e.Name):
        return inner.parts[-1]
    return label(expression, names, dotted, zone)


def piece(
    node: e.Expression,
    texts: Sequence[str],
    names: Names | None = None,
    dotted: Dotted | None = None,
    zone: str | None = None,
) -> str:
    """The text of one node from those of its children; parameters of lambdas are LambdaVariables (``bound``)."""
    match node:
        case e.Name(parts):
            return names(node) if names else ".".join(parts)
        case e.Literal():
            return bare(node, zone)
        case e.Apply():
            return _apply(node, texts)
        case e.Attribute(name):
            return name
        case e.Outer(attribute):
            return attribute.name
        case e.Alias(_, name):
            return f"{texts[0]} AS {name}"
        case e.MultiAlias(_, several):
            return f"{texts[0]} AS ({', '.join(several)})"
        case e.Cast(_, dtype, mode, given):
            if not given or isinstance(dtype, (t.ArrayType, t.MapType, t.StructType)):
                return texts[0]
            word = "TRY_CAST" if mode == "try" else "CAST"
            limited = isinstance(dtype, (t.CharType, t.VarcharType))
            return f"{word}({texts[0]} AS {'STRING' if limited else sql_type(dtype)})"
        case e.Field():
            struct = dotted(node) if dotted else _is_struct(node)
            return f"{texts[0]}.{texts[1]}" if struct else f"{texts[0]}[{texts[1]}]"
        case e.SortOrder(_, ascending):
            return f"{texts[0]} {'ASC' if ascending else 'DESC'} NULLS {'FIRST' if node.puts_nulls_first else 'LAST'}"
        case _:
            return _rarer(node, texts, zone)


def _rarer(node: e.Expression, texts: Sequence[str], zone: str | None) -> str:
    match node:
        case e.Over():
            return _over(node, texts, zone)
        case e.LambdaVariable():
            return _VARIABLE
        case e.LambdaFunction(parameters):
            return f"lambdafunction({', '.join([texts[0], *[_VARIABLE] * len(parameters)])})"
        case e.PythonCall(_, name, _, args, keywords):
            first = len(args) - len(keywords)
            named = [f"{word} => {text}" for word, text in zip(keywords, texts[first:], strict=True)]
            return f"{name}({', '.join([*texts[:first], *named])})"
        case e.Subquery(kind):
            around = ", ".join(one.name for one in node.outer)
            if kind == "in":
                left = (
                    texts[0]
                    if len(texts) == 1
                    else f"named_struct({', '.join(x for text in texts for x in (text, text))})"
                )
                return f"({left} IN (listquery({around})))"
            return f"exists({around})" if kind == "exists" else f"scalarsubquery({around})"
        case e.WithField(_, path):
            changed = f"WithField({texts[1]})"
            for _ in path[:-1]:
                changed = f"WithField(update_fields({texts[0]}, {changed}))"
            return f"update_fields({texts[0]}, {changed})"
        case e.WithoutFields(_, paths):
            return f"update_fields({texts[0]}{', dropfield()' * len(paths)})"
        case e.Call(function, args):
            shown = list(texts[: len(args)])
            return infix(function.name, shown) or called(function.name, shown, node.distinct)
        case e.Star(target):
            return ".".join((*target, "*"))
        case e.ByRegex(pattern):
            return f"`{pattern}`"
        case e.SqlText(text):
            return text
        case _:
            return f"{type(node).__name__.lower()}({', '.join(texts)})"


def bound(expression: e.Expression) -> e.Expression:
    """The same with the parameters of lambdas as LambdaVariables of unknown type."""
    if not e.holds(expression, e.LambdaFunction):
        return expression
    return e.transform(expression, _bind)


def _bind(node: e.Expression) -> e.Expression:
    if not isinstance(node, e.LambdaFunction):
        return node

    def variable(name: e.Expression) -> e.Expression:
        if not isinstance(name, e.Name) or name.parts[0] not in node.parameters:
            return name
        found: e.Expression = e.LambdaVariable(name.parts[0], t.NullType(), True, 0)
        for part in name.parts[1:]:
            found = e.Field(found, e.Literal(part, t.StringType()), True)
        return found

    return e.LambdaFunction(node.parameters, e.transform(node.body, variable))


def _is_struct(node: e.Field) -> bool:
    dtype: Any = getattr(node.child, "dtype", None)
    if isinstance(dtype, t.ArrayType):
        dtype = dtype.elementType
    by_name = isinstance(node.key, e.Literal) and isinstance(node.key.item, str)
    return by_name and (node.dotted or isinstance(dtype, t.StructType))


def _apply(node: e.Apply, texts: Sequence[str]) -> str:
    if node.label is not None:
        return _tuple(node, texts) if node.name == "struct" else node.label
    count = len(node.args)
    args = list(texts[:count])
    if node.names:
        args = [text if name is None else f"{name} => {text}" for text, name in zip(args, node.names, strict=True)]
    if count == 1 and node.name.lower() == "count" and isinstance(node.args[0], e.Star):
        args = ["*"] if node.distinct else ["1"]
    text = infix(node.name, args) or called(node.name, args, node.distinct, bool(node.within))
    if node.within:
        text += f" WITHIN GROUP (ORDER BY {', '.join(_within(node, texts))})"
    if node.name.lower() == "nth_value" and node.ignore_nulls:
        text += " ignore nulls"
    if node.where is not None:
        text += f" FILTER (WHERE {texts[count]})"
    return text


def _tuple(node: e.Apply, texts: Sequence[str]) -> str:
    """``(a, b)`` of SQL: a struct whose fields have the names of columns, or of their places."""
    parts: list[str] = []
    for place, (item, text) in enumerate(zip(node.args, texts, strict=True), 1):
        named = item.parts[-1] if isinstance(item, e.Name) else getattr(item, "name", None)
        plain = isinstance(item, (e.Name, e.Alias, e.Attribute, e.LambdaVariable))
        parts += [str(named) if plain else f"col{place}", text]
    return f"named_struct({', '.join(parts)})"


def _within(node: e.Apply, texts: Sequence[str]) -> Sequence[str]:
    orders = texts[len(texts) - len(node.within) :]
    if node.name.lower() not in ("percentile_cont", "percentile_disc", "mode"):
        return orders
    backwards = node.name.lower() == "mode"
    return [
        text.rsplit(" ", 3)[0] + (" DESC" if order.ascending == backwards else "")
        for text, order in zip(orders, node.within, strict=True)
        if isinstance(order, e.SortOrder)
    ]


_RANKING = ("row_number", "rank", "dense_rank", "percent_rank", "ntile")


def _over(node: e.Over, texts: Sequence[str], zone: str | None) -> str:
    parts = len(node.partition)
    if node.named is not None:
        return f"{texts[0]} OVER {node.named}"
    clauses = []
    if parts:
        clauses.append(f"PARTITION BY {', '.join(texts[1 : 1 + parts])}")
    if node.order:
        clauses.append(f"ORDER BY {', '.join(texts[1 + parts :])}")
    clauses.append(frame_text(node.frame, zone) if node.frame else _usual_frame(node, zone))
    return f"{texts[0]} OVER ({' '.join(clauses)})"


def _usual_frame(node: e.Over, zone: str | None) -> str:
    name = node.child.name.lower() if isinstance(node.child, (e.Apply, e.Call)) else ""
    if name in ("lag", "lead"):
        args = node.child.args if isinstance(node.child, (e.Apply, e.Call)) else ()
        offset = label(args[1], zone=zone) if len(args) > 1 else "1"
        if name == "lag":
            offset = offset[1:] if offset.startswith("-") else f"-{offset}"
        return f"ROWS BETWEEN {offset} FOLLOWING AND {offset} FOLLOWING"
    if name in _RANKING:
        return "ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    if node.order or name == "cume_dist":
        return "RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW"
    return "ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING"


def order_text(key: e.SortOrder) -> str:
    """A key of an order, in full.

    >>> order_text(e.SortOrder(e.Name(("a",)), False))
    'a DESC NULLS LAST'
    """
    nulls = "FIRST" if key.puts_nulls_first else "LAST"
    return f"{label(key.child)} {'ASC' if key.ascending else 'DESC'} NULLS {nulls}"


def frame_text(frame: e.Frame, zone: str | None = None) -> str:
    """A frame, as SQL wrote it or else in full; a bound that is ``-`` of something reads as PRECEDING.

    >>> frame_text(e.Frame("rows", e.UNBOUNDED_PRECEDING, e.Literal(-1, t.IntegerType())))
    'ROWS BETWEEN UNBOUNDED PRECEDING AND -1 FOLLOWING'
    """
    if frame.text is not None:
        return frame.text
    return f"{frame.kind.upper()} BETWEEN {bound_text(frame.start, zone)} AND {bound_text(frame.end, zone)}"


def bound_text(one: Any, zone: str | None) -> str:
    """A bound of a frame, as it stands in the frame's text."""
    if one == e.UNBOUNDED_PRECEDING:
        return "UNBOUNDED PRECEDING"
    if one == e.UNBOUNDED_FOLLOWING:
        return "UNBOUNDED FOLLOWING"
    if one == 0 or (isinstance(one, e.Literal) and one.item == 0 and isinstance(one.dtype, t.IntegralType)):
        return "CURRENT ROW"
    if isinstance(one, e.Apply) and one.name in ("-", "negative") and len(one.args) == 1:
        return f"{label(one.args[0], zone=zone)} PRECEDING"
    return f"{label(one, zone=zone) if isinstance(one, e.Expression) else one} FOLLOWING"
