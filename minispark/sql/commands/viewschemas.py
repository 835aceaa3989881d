"""What a lasting view gives when the columns of its query are not what they were when it was made.

BINDING: the same columns by name, of types that fit without loss. COMPENSATION: cast to the types there were.
TYPE EVOLUTION: the same columns with the types of now. EVOLUTION: whatever the query gives now. The last two change the
view's entry when they are read.
"""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.plan.expressions import Alias, fresh_id
from minispark.sql.plan.nodes import Node, project
from minispark.sql.sources.catalog.errors import quoted
from minispark.sql.sources.catalog.model import Table
from minispark.sql.types import StructField, StructType
from minispark.sql.types.limits import declared, declared_schema, noted


def default_mode(session: Any) -> str:
    """The mode of a view that says none."""
    if not legacy_setting(session, "viewSchemaBindingMode"):
        return ""
    return "COMPENSATION" if legacy_setting(session, "viewSchemaCompensation") else "BINDING"


def mode_of(mode: str, columns: tuple[Any, ...]) -> str:
    """The mode that a view has which names its columns: these do not evolve.

    >>> mode_of("EVOLUTION", ("a",)), mode_of("EVOLUTION", ())
    ('TYPE EVOLUTION', 'EVOLUTION')
    """
    return "TYPE EVOLUTION" if mode == "EVOLUTION" and columns else mode


def legacy_setting(session: Any, name: str) -> bool:
    """Whether one of Spark's legacy settings of views, which are on by default, is."""
    return str(session.conf.get(f"spark.sql.legacy.{name}", "true")).lower() == "true"


def arranged(session: Any, plan: Node, view: Table) -> Node:
    """The view's columns over the plan of its query.

    Raises AnalysisException (INCOMPATIBLE_VIEW_SCHEMA_CHANGE, CANNOT_UP_CAST_DATATYPE) where they are not to be had.
    """
    mode = view.binding or "COMPENSATION"
    if mode == "EVOLUTION":
        _evolved(session, view, plan)
        return plan
    names = view.given or tuple(view.schema.names)
    fold = session._analyzer.scope(()).fold
    items = []
    fields = []
    for place, (name, field) in enumerate(zip(names, view.schema.fields, strict=True)):
        found = [one for one in plan.output if fold(one.name) == fold(name)]
        wanted = sum(fold(other) == fold(name) for other in names)
        if len(found) != wanted:
            raise _incompatible(view, name, wanted, [one.name for one in found])
        one = found[sum(fold(other) == fold(name) for other in names[:place])]
        if mode == "TYPE EVOLUTION":
            field = _typed(field, one)
            fields.append(field)
        told = noted(field)
        value = _fitted(session, mode, view, one, told)
        items.append(Alias(value, field.name, tuple((told.metadata or {}).items()) or None, fresh_id()))
    if mode == "TYPE EVOLUTION":
        _kept(session, view, StructType(fields), view.given)
    return project(plan, tuple(items))


def _typed(field: StructField, one: Any) -> StructField:
    new = declared(StructField(one.name, one.dtype, one.nullable, dict(one.metadata) or None))
    return StructField(field.name, new.dataType, one.nullable, field.metadata)


def _fitted(session: Any, mode: str, view: Table, one: Any, field: StructField) -> Any:
    from minispark.sql.analysis.relations import cast_to

    target = field.dataType
    if mode == "BINDING" and not _widens(one.dtype, target):
        source, wanted = (f'"{kind.simpleString().upper()}"' for kind in (one.dtype, target))
        raise AnalysisException(
            f"the view {quoted(view.path)} was made when its column `{field.name}` was {wanted}; it is {source} now",
            "CANNOT_UP_CAST_DATATYPE",
            {
                "expression": ".".join((*one.qualifier, one.name)), "sourceType": source, "targetType": wanted,
                "details": "The type path of the target object is:\n\nYou can either add an explicit cast to the "
                "input data or choose a higher precision type of the field in the target object",
            },
        )  # fmt: skip
    return cast_to(session._analyzer, one, target)


def _widens(source: t.DataType, target: t.DataType) -> bool:
    """``Cast.canUpCast``: whether no value is lost."""
    from minispark.sql.library import kinds as k

    if source == target or isinstance(source, t.NullType):
        return True
    if isinstance(target, t.StringType):
        return isinstance(source, t.AtomicType)
    if k.is_numeric(source) and k.is_numeric(target):
        return k.widens(source, target)
    if isinstance(source, t.ArrayType) and isinstance(target, t.ArrayType):
        return _widens(source.elementType, target.elementType)
    if isinstance(source, t.MapType) and isinstance(target, t.MapType):
        return _widens(source.keyType, target.keyType) and _widens(source.valueType, target.valueType)
    if isinstance(source, t.StructType) and isinstance(target, t.StructType):
        pairs = zip(source.fields, target.fields, strict=False)
        return len(source.fields) == len(target.fields) and all(_widens(a.dataType, b.dataType) for a, b in pairs)
    return isinstance(source, t.DateType) and isinstance(target, t.TimestampType)


def _evolved(session: Any, view: Table, plan: Node) -> None:
    from minispark.sql.sources.schemas import check_names

    names = tuple(one.name for one in plan.output)
    check_names(list(names), session._runner.settings().case_sensitive)
    fields = [StructField(one.name, one.dtype, one.nullable, dict(one.metadata) or None) for one in plan.output]
    _kept(session, view, declared_schema(StructType(fields)), names)


def _kept(session: Any, view: Table, schema: StructType, given: tuple[str, ...]) -> None:
    """The view's entry as its columns are now."""
    if schema != view.schema or given != view.given:
        session._catalog.alter_table(replace(view, schema=schema, given=given))


def _incompatible(view: Table, name: str, wanted: int, found: list[str]) -> AnalysisException:
    columns = "" if not view.columns else "(" + ", ".join(view.columns) + ") "
    return AnalysisException(
        f"the query of the view {quoted(view.path)} gives {len(found)} columns named `{name}`, and {wanted} were there "
        "when it was made; make it anew",
        "INCOMPATIBLE_VIEW_SCHEMA_CHANGE",
        {
            "viewName": quoted(view.path),
            "colName": name,
            "expectedNum": str(wanted),
            "actualCols": f"[{','.join(found)}]",
            "suggestion": f"CREATE OR REPLACE VIEW {'.'.join(view.path)} {columns}AS {view.text}",
        },
    )
