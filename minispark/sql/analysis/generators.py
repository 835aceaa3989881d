"""Generators in lists of columns: ``select("a", explode("xs"))``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from minispark.errors import AnalysisException
from minispark.sql.analysis.resolver import is_generator
from minispark.sql.analysis.telling import text_of
from minispark.sql.plan.expressions import Alias, Attribute, Call, MultiAlias, find, fresh_id
from minispark.sql.plan.nodes import Generate, Node
from minispark.sql.plan.written import located
from minispark.sql.types import StructType

if TYPE_CHECKING:
    from minispark.sql.analysis.resolver import Analyzer


def generated(analyzer: Analyzer, child: Node, named: Sequence[Any]) -> tuple[Node, list[Any]]:
    """The child with each generator's rows, and the list over it.

    Several give every combination of their rows. Raises AnalysisException for one inside of another expression.
    """
    made: list[Any] = []
    for item in named:
        inner: Any
        inner, names = (item.child, item.names) if isinstance(item, MultiAlias) else (item, ())
        if isinstance(inner, Alias):
            names, inner = names or (inner.name,), inner.child
        if not is_generator(inner):
            if any(map(is_generator, find(inner, Call))):
                raise AnalysisException(
                    "a generator such as explode must be a column of its own, not a part of one; compute it first",
                    "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
                    {"expression": text_of(inner)},
                )
            if isinstance(item, MultiAlias):
                listed = ", ".join(item.names)
                wrong = AnalysisException(
                    f"only a generator such as explode makes several columns, to be named {listed}",
                    "MULTI_ALIAS_WITHOUT_GENERATOR",
                    {"expr": text_of(inner), "names": listed},
                )
                raise located(wrong, item)
            made.append(item)
            continue
        columns = generator_columns(inner, names)
        child = Generate(child, inner, inner.name.endswith("_outer"), columns, (*child.output, *columns))
        made += columns
    return child, made


def generator_columns(generator: Call, names: Sequence[str]) -> tuple[Attribute, ...]:
    """The attributes of a generator's columns under the names given, if any.

    Raises AnalysisException for another number of names.
    """
    kind = generator.dtype
    assert isinstance(kind, StructType)
    fields = kind.fields
    if names and len(names) != len(fields):
        raise AnalysisException(
            f"{generator.name} gives {len(fields)} column(s), and there are {len(names)} names: {', '.join(names)}",
            "UDTF_ALIAS_NUMBER_MISMATCH",
            {"aliasesSize": str(len(fields)), "aliasesNames": ",".join(names)},
        )
    outer = generator.name.endswith("_outer")
    chosen = names or [field.name for field in fields]
    return tuple(
        Attribute(name, field.dataType, field.nullable or outer, fresh_id())
        for name, field in zip(chosen, fields, strict=True)
    )
