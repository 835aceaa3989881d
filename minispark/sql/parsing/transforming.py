"""TRANSFORM, MAP and REDUCE: rows as lines of text through a program: Spark's ``ScriptTransformation`` without a serde.

Each row is a line, fields are apart by tabs, null is ``\\N``; ROW FORMAT DELIMITED says otherwise. What the program
writes is read the same way. Without names the first two fields are ``key`` and ``value``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import value
from minispark.errors import Py4JJavaError
from minispark.sql import types as t
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Alias, Apply, Attribute, Call, Cast, Literal, fresh_id
from minispark.sql.plan.nodes import Local, Node, project
from minispark.sql.types.limits import unlimited

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner


@value
class Format:
    """How fields are written in lines."""

    field: str = "\t"
    line: str = "\n"
    null: str = "\\N"


@value
class Transform:
    """A SELECT whose rows go through a program. ``columns`` are names and types; None for key and value."""

    select: s.Select
    command: str
    columns: tuple[tuple[str, t.DataType], ...] | None
    given: Format = Format()
    back: Format = Format()


def read_transform(parser: Any, source: Any) -> Any:
    """What stands at TRANSFORM (...), MAP or REDUCE. Raises ParseException for aliases, DISTINCT and serdes."""
    start = parser.token
    closed = parser.next().key == "TRANSFORM"
    if closed:
        parser.expect("(")
    if parser.at_any("DISTINCT", "ALL") and parser.ahead().key not in (",", ")"):
        raise parser.error(
            start, "TRANSFORM takes neither DISTINCT nor ALL", "UNSUPPORTED_FEATURE.TRANSFORM_DISTINCT_ALL"
        )
    items = tuple(parser.listed(parser.expression))
    if closed:
        parser.expect(")")
    given = _format(parser)
    if parser.accept("RECORDWRITER"):
        parser.string()
    parser.expect("USING")
    command = parser.string()
    columns = _columns(parser) if parser.accept("AS") else None
    back = _format(parser)
    if parser.accept("RECORDREADER"):
        parser.string()
    if source is None and parser.accept("FROM"):
        source = parser.from_clause()
    select = parser._select_rest(items, source, False, ())
    return Transform(select, command, columns, given, back)


def _columns(parser: Any) -> tuple[tuple[str, t.DataType], ...]:
    closed = parser.accept("(")
    typed = parser.ahead().key not in (",", ")", "end", "FROM", "ROW")

    def one() -> tuple[str, t.DataType]:
        name = parser.name()
        return name, parser.data_type() if typed else t.StringType()

    found = tuple(parser.listed(one))
    if closed:
        parser.expect(")")
    return found


def _format(parser: Any) -> Format:
    start = parser.token
    if not parser.accept("ROW", "FORMAT"):
        return Format()
    if not parser.accept("DELIMITED"):
        raise parser.error(
            start, "TRANSFORM with SERDE needs Hive, which is not here", "UNSUPPORTED_FEATURE.TRANSFORM_NON_HIVE"
        )
    found: dict[str, str] = {}
    while True:
        if parser.accept("FIELDS", "TERMINATED", "BY"):
            found["field"] = parser.string()
            if parser.accept("ESCAPED", "BY"):
                parser.string()
        elif parser.accept("COLLECTION", "ITEMS", "TERMINATED", "BY"):
            parser.string()  # as in Spark, nested values are JSON whatever this says
        elif parser.accept("MAP", "KEYS", "TERMINATED", "BY"):
            parser.string()
        elif parser.accept("LINES", "TERMINATED", "BY"):
            place = parser.token
            found["line"] = parser.string()
            if found["line"] != "\n":
                raise parser.error(
                    place, f"LINES TERMINATED BY only supports newline '\\n' right now: {found['line']}",
                    "_LEGACY_ERROR_TEMP_0059", {"parameters": found["line"]},
                )  # fmt: skip
        elif parser.accept("NULL", "DEFINED", "AS"):
            found["null"] = parser.string()
        else:
            return Format(**found)


def transformed(planner: Planner, query: Transform, outer: Scope | None) -> Node:
    """The plan of the program's rows; it runs when they are asked for."""
    child = planner.plan(query.select, outer)
    items = tuple(Alias(_text(planner, one), f"c{place}", None, fresh_id()) for place, one in enumerate(child.output))
    texts = project(child, items)
    columns = query.columns or (("key", t.StringType()), ("value", t.StringType()))
    output = tuple(Attribute(name, t.StringType(), True, fresh_id()) for name, _ in columns)
    rows = Local(lambda: _run(query, planner.table(texts), len(columns)), output, "ScriptTransformation")
    made = [_value(planner, one, dtype) for one, (_, dtype) in zip(output, columns, strict=True)]
    if all(one is item for one, item in zip(output, made, strict=True)):
        return rows
    named = zip(made, columns, strict=True)
    return project(rows, tuple(Alias(item, name, None, fresh_id()) for item, (name, _) in named))


def _text(planner: Planner, one: Attribute) -> Any:
    """A column as the program sees it: arrays, maps and structs as JSON."""
    if isinstance(one.dtype, (t.ArrayType, t.MapType, t.StructType)):
        return planner.analyzer.call(Apply("to_json"), (one,))
    if isinstance(one.dtype, t.StringType):
        return one
    return planner.analyzer.cast(Cast(one, t.StringType(), "", given=False))


def _value(planner: Planner, one: Attribute, dtype: t.DataType) -> Any:
    """A field of the program's as a value: null where it is none of the type."""
    kind = unlimited(dtype)
    if isinstance(kind, t.StringType):
        return one
    if isinstance(kind, (t.ArrayType, t.MapType, t.StructType)):
        schema = Literal(kind.simpleString(), t.StringType())
        return planner.analyzer.call(Apply("from_json"), (one, schema))
    if isinstance(kind, t.BooleanType):
        lower: Any = planner.analyzer.call(Apply("lower"), (one,))
        known: Any = planner.analyzer.call(
            Apply("in"), (lower, Literal("true", t.StringType()), Literal("false", t.StringType()))
        )
        assert isinstance(known, Call)
        missing = Literal(None, t.StringType())
        only = planner.analyzer.call(Apply("if"), (known, one, missing))
        return planner.analyzer.cast(Cast(only, kind, "try", given=False))
    return planner.analyzer.cast(Cast(one, kind, "try", given=False))


def _run(query: Transform, table: Any, width: int) -> Any:
    """The program's rows as a table of texts. Raises Py4JJavaError where it fails."""
    import subprocess

    import pyarrow as pa

    given, back = query.given, query.back
    columns = [column.to_pylist() for column in table.columns]
    lines = "".join(
        given.field.join(given.null if item is None else item for item in row) + given.line
        for row in zip(*columns, strict=True)
    )
    ended = subprocess.run(["/bin/bash", "-c", query.command], input=lines.encode(), capture_output=True)
    if ended.returncode:
        raise Py4JJavaError(
            f"the program {query.command!r} of TRANSFORM ended with status {ended.returncode}: "
            f"{ended.stderr.decode(errors='replace')[-2000:].strip()}",
            "SCRIPT_TRANSFORMATION_FAILED", {"status": str(ended.returncode)},
        )  # fmt: skip
    text = ended.stdout.decode(errors="replace")
    found: list[list[str | None]] = []
    for line in text.removesuffix("\n").split("\n") if text else ():
        fields: list[str | None] = [*line.split(back.field)[:width]]
        fields += [None] * (width - len(fields))
        found.append(fields if query.columns is None else [None if one == back.null else one for one in fields])
    made = [pa.array([row[place] for row in found], pa.string()) for place in range(width)]
    return pa.table(made, names=[f"c{place}" for place in range(width)])
