"""Names show the collation that a constant took from what it is compared with: ``(a = 'x' collate UNICODE)``.

Spark's ``ReassignAliasNamesWithCollations``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.defaultcollation import default_type
from minispark.sql.plan.expressions import Apply, Call, Expression, LambdaFunction, Literal, holds, transform, walk
from minispark.sql.plan.labels import label

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer
    from minispark.sql.analysis.scope import Scope


def with_collated_constants(analyzer: Analyzer, item: Expression, scope: Scope) -> Expression:
    """An expression as written, its constants of the types that they have in it."""
    default = default_type()
    if default is not None:
        item = transform(item, lambda one: replace(one, dtype=default) if _is_text(one) else one)
    if not any(_is_text(part) for part in walk(item)) or holds(item, LambdaFunction):
        return item

    def change(one: Expression) -> Expression:
        if not isinstance(one, Apply) or one.name in ("collate", "btrim") or not any(map(_is_text, one.args)):
            return one
        try:
            resolved: Any = analyzer.resolve(one, scope)
        except AnalysisException:  # a column of the list before it, or an aggregate's own place
            return one
        if not isinstance(resolved, Call) or len(resolved.args) < len(one.args):
            return one
        if resolved.name != one.name.lower() and resolved.name not in _ALSO.get(one.name.lower(), ()):
            return one
        pairs = list(zip(one.args, resolved.args, strict=False))
        return _shown(replace(one, args=tuple(_told(written, meant) for written, meant in pairs)))

    return transform(item, change)


_ALSO = {"||": ("concat",), "==": ("=",), "<>": ("!=",), "position": ("locate",)}
"""Names that show as themselves."""


_SIDES = {"trim": "BOTH", "ltrim": "LEADING", "rtrim": "TRAILING"}


def _shown(one: Apply) -> Apply:
    """``TRIM(BOTH 'x' FROM a)`` has a text of its own."""
    if one.label is None or one.name not in _SIDES:
        return one
    characters, source = map(label, one.args)
    return replace(one, label=f"TRIM({_SIDES[one.name]} {characters} FROM {source})")


def _is_text(one: Expression) -> bool:
    return isinstance(one, Literal) and isinstance(one.dtype, t.StringType)


def _told(written: Expression, meant: Any) -> Expression:
    if not _is_text(written) or not isinstance(meant, Literal) or not isinstance(meant.dtype, t.StringType):
        return written
    return written if meant.dtype.isUTF8BinaryCollation() else replace(written, dtype=meant.dtype)
