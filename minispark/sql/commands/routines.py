"""CREATE FUNCTION in SQL: a body of parameters, put in the place of its calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.commands.capturing import planner_within
from minispark.sql.commands.noting import note
from minispark.sql.parsing import commands as c
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Attribute, Cast, Expression, fresh_id, transform
from minispark.sql.plan.nodes import Named, Node
from minispark.sql.sources.catalog import StoredFunction
from minispark.sql.sources.catalog.errors import quoted

if TYPE_CHECKING:
    from minispark.sql.parsing.planning import Planner


def path_of(function: StoredFunction) -> tuple[str, ...]:
    """Its whole name."""
    return (function.name,) if function.database is None else ("spark_catalog", function.database, function.name)


def note_use(session: Any, function: StoredFunction) -> None:
    """Tell those who watch (``names.noted``) that the function is used."""
    if function.is_temporary:
        note(session, "FUNCTION", (function.name,))
    elif function.reads:
        note(session, "TABLE", path_of(function))


def wrong_kind_of_function(function: StoredFunction) -> AnalysisException:
    """The error for a function of values called as one of tables, or the reverse."""
    wanted = "SCALAR" if function.is_table else "TABLE"
    name = quoted(path_of(function))
    return AnalysisException(
        f"{name} cannot be called as a {wanted.lower()} function", f"NOT_A_{wanted}_FUNCTION", {"functionName": name}
    )


@contextmanager
def _opened(session: Any, function: StoredFunction) -> Iterator[None]:
    """While its body is read. Raises AnalysisException where functions call themselves."""
    path = ".".join(path_of(function))
    opened: list[str] = session.__dict__.setdefault("_open_functions", [])
    if path in opened:
        cycle = " -> ".join((*opened[opened.index(path) :], path))
        raise AnalysisException(f"the function calls itself: {cycle}", "CYCLIC_FUNCTION_REFERENCE", {"path": cycle})
    opened.append(path)
    try:
        yield
    finally:
        opened.pop()


CLASS = "class "
"""What a comment starts with that names a JVM class in place of a body."""


def no_class(name: str, class_name: str) -> AnalysisException:
    """The error for a function of a JVM class."""
    return AnalysisException(
        f"Can not load class '{class_name}' when registering the function `{name}`: there is no JVM here; use a SQL "
        "function (CREATE FUNCTION f(x INT) RETURNS INT RETURN x + 1), or spark.udf.register",
        "CANNOT_LOAD_FUNCTION_CLASS",
        {"className": class_name, "functionName": f"`{name}`"},
    )


def is_complex(resolved: Any) -> bool:
    """Whether it holds aggregates, windows or generators outside of a query."""
    from minispark.sql.analysis.resolver import is_aggregate, is_generator
    from minispark.sql.plan.expressions import Over, walk

    return any(is_aggregate(one) or is_generator(one) or isinstance(one, Over) for one in walk(resolved))


def parameters_of(function: StoredFunction) -> list[tuple[str, Any]]:
    """Its parameters with their types."""
    from minispark.sql.types.ddl import parse_one

    return [(name, parse_one(text)) for name, text in function.parameters]


def body_of(session: Any, function: StoredFunction, holders: tuple[Attribute, ...]) -> Any:
    """The resolved body over columns that stand for the parameters."""
    from minispark.sql.parsing.queries import QueryParser
    from minispark.sql.parsing.settings import parse_settings
    from minispark.sql.plan.expressions import Subquery
    from minispark.sql.types.ddl import parse_one

    parser = QueryParser(function.text or "", parse_settings(session))
    query = parser.query() if parser.at_query() else None
    parsed = parser.expression() if query is None else _as_expression(query)
    parser.end()
    planner = planner_within(session, function.captured)
    with _opened(session, function):
        resolved: Any = planner.analyzer.resolve(parsed, _holding(planner, holders, isinstance(parsed, Subquery)))
        if query is not None and is_complex(resolved):
            resolved = planner.analyzer.resolve(Subquery("scalar", query), _holding(planner, holders))
    if not function.returns:
        return resolved
    return planner.analyzer.cast(Cast(resolved, parse_one(function.returns), "", given=False))


def _as_expression(query: Any) -> Expression:
    """A query's value: of a SELECT of one expression and nothing else, that expression."""
    from minispark.sql.plan.expressions import Alias, MultiAlias, Star, Subquery

    if isinstance(query, s.Select) and query == s.Select(query.items) and len(query.items) == 1:
        item = query.items[0]
        item = item.child if isinstance(item, Alias) else item
        if not isinstance(item, (Star, MultiAlias)):
            return item
    return Subquery("scalar", query)


def _holding(planner: Planner, holders: tuple[Attribute, ...], is_query: bool = True) -> Any:
    scope = planner.analyzer.scope(holders)
    scope.parameters = is_query
    return scope


def call_function(session: Any, function: StoredFunction) -> Any:
    """What the analyzer calls with resolved arguments: the body with them in place of the parameters."""
    if function.target is not None:
        return function.target
    if function.text is None:
        raise no_class(function.name, (function.comment or "").removeprefix(CLASS))

    if function.is_table:
        raise wrong_kind_of_function(function)

    note_use(session, function)

    def call(*args: Any, names: tuple[str | None, ...] = ()) -> Any:
        kinds = parameters_of(function)
        holders = tuple(Attribute(name, dtype, True, fresh_id(), (function.name,)) for name, dtype in kinds)
        given = _given(session, function, args, names)
        resolved = body_of(session, function, holders)
        return _with_arguments(session, resolved, holders, given)

    call.shown = ".".join(path_of(function))  # type: ignore[attr-defined]  # functions take attributes
    call.path = quoted(path_of(function))  # type: ignore[attr-defined]  # likewise
    return call


def _with_arguments(session: Any, resolved: Any, holders: tuple[Attribute, ...], given: list[Any]) -> Any:
    from minispark.sql.plan.expressions import Outer, Subquery

    analyzer = session._analyzer
    values = {
        holder.id: analyzer.cast(Cast(value, holder.dtype, "", given=False))
        for holder, value in zip(holders, given, strict=True)
    }

    def change(one: Expression) -> Any:
        if isinstance(one, Attribute):
            return values.get(one.id, one)
        if isinstance(one, Subquery) and any(each.id in values for each in one.outer):
            plan = _over(one.plan, values)
            outer = tuple(each for each in one.outer if each.id not in values)
            further = tuple(
                part.attribute if isinstance(part, Outer) else part
                for value in values.values()
                for part in _columns(value)
            )
            return replace(one, plan=plan, outer=(*outer, *further), of_function=True)
        return one

    return transform(resolved, change)


def _columns(value: Any) -> list[Any]:
    from minispark.sql.plan.expressions import Outer, walk

    return [part for part in walk(value) if isinstance(part, (Attribute, Outer))]


def _over(plan: Node, values: dict[int, Any]) -> Node:
    """A plan with the parameters (columns around it) replaced by the arguments: their columns are around it then."""
    from minispark.sql.commands.rewriting import with_outer

    return with_outer(plan, values)


def _given(session: Any, function: StoredFunction, args: tuple[Any, ...], names: tuple[str | None, ...]) -> list[Any]:
    """A value for each parameter. Raises AnalysisException for arguments too few, too many or unknown."""
    from minispark.sql.parsing.queries import parse_expression

    parameters = [name for name, _ in function.parameters]
    found: dict[str, Any] = {}
    for place, arg in enumerate(args):
        name = names[place] if place < len(names) else None
        if name is None:
            if place >= len(parameters):
                raise _count(function, len(args))
            found[parameters[place].lower()] = arg
        elif name.lower() not in [one.lower() for one in parameters]:
            raise AnalysisException(
                f"`{function.name}` has no parameter `{name}`; there are {', '.join(parameters)}",
                "UNRECOGNIZED_PARAMETER_NAME",
                {"routineName": f"`{function.name}`", "argumentName": f"`{name}`", "proposal": ", ".join(parameters)},
            )
        else:
            found[name.lower()] = arg
    defaults = {name.lower(): text for name, text in function.defaults}
    values = []
    for name in parameters:
        if name.lower() in found:
            values.append(found[name.lower()])
        elif name.lower() in defaults:
            values.append(
                session._analyzer.resolve(parse_expression(defaults[name.lower()]), session._analyzer.scope(()))
            )
        elif not args:
            raise _count(function, 0)
        else:
            raise AnalysisException(
                f"`{function.name}` needs a value for `{name}`", "REQUIRED_PARAMETER_NOT_FOUND",
                {"routineName": f"`{function.name}`", "parameterName": f"`{name}`", "index": str(len(values))},
            )  # fmt: skip
    return values


def _count(function: StoredFunction, count: int) -> AnalysisException:
    wanted, name = len(function.parameters), quoted(path_of(function))
    return AnalysisException(
        f"{name} requires {wanted} parameters but the actual number is {count}",
        "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
        {
            "functionName": name, "expectedNum": str(wanted), "actualNum": str(count),
            "docroot": "https://spark.apache.org/docs/latest",
        },
    )  # fmt: skip


# --- functions that give tables ---------------------------------------------------------------------------------------


def table_plan_of(session: Any, function: StoredFunction, holders: tuple[Attribute, ...]) -> Node:
    """The plan of a table function\'s query over columns that stand for the parameters."""
    from minispark.sql.parsing.queries import parse_query
    from minispark.sql.parsing.settings import parse_settings
    from minispark.sql.types import StructField, StructType
    from minispark.sql.types.ddl import parse_fields

    planner = planner_within(session, function.captured)
    with _opened(session, function):
        plan = planner.plan(parse_query(function.text or "", parse_settings(session)), _holding(planner, holders))
    if not function.returns:
        return plan
    schema = parse_fields(function.returns)
    if len(schema.fields) != len(plan.output):
        raise AnalysisException(
            f"`{function.name}` declares {len(schema.fields)} columns, and its query gives {len(plan.output)}",
            "USER_DEFINED_FUNCTIONS.RETURN_COLUMN_COUNT_MISMATCH",
            {
                "outputSize": str(len(plan.output)),
                "returnParamSize": str(len(schema.fields)),
                "name": ".".join(path_of(function)),
            },
        )
    from minispark.sql.commands.rewriting import as_schema

    return as_schema(session, plan, StructType([StructField(one.name, one.dataType) for one in schema.fields]))


def table_call(session: Any, function: StoredFunction, call: s.TableFunction, outer: Any = None) -> Node:
    """The plan of a table function's call: its query over a row of the arguments, which may be columns of ``outer``."""
    note_use(session, function)
    analyzer = session._analyzer
    args = tuple(analyzer.resolve(arg, analyzer.scope((), outer)) for arg in call.args)
    given = _given(session, function, args, call.names)
    kinds = parameters_of(function)
    holders = tuple(Attribute(name, dtype, True, fresh_id(), (function.name,)) for name, dtype in kinds)
    plan = table_plan_of(session, function, holders)
    values = {
        holder.id: analyzer.cast(Cast(value, holder.dtype, "", given=False))
        for holder, value in zip(holders, given, strict=True)
    }
    made = _over(plan, values)
    path = path_of(function)
    return Named(made, path, tuple(replace(one, qualifier=path) for one in made.output))


# --- looking and dropping ---------------------------------------------------------------------------------------------


def known_function(session: Any, parts: tuple[str, ...]) -> None:
    """Raises AnalysisException for a name that no function has."""
    from minispark.sql.library import lookup

    name = parts[-1].lower()
    if session._catalog.function(parts) is None and name not in session._functions and lookup(name) is None:
        raise unresolved(parts)


def unresolved(parts: tuple[str, ...]) -> AnalysisException:
    """The error for a name that no function has."""
    name = ".".join(f"`{part}`" for part in parts)
    return AnalysisException(
        f"there is no function {name}", "UNRESOLVED_ROUTINE", {"routineName": name, "searchPath": ""}
    )


def drop_function(session: Any, command: c.Drop) -> None:
    """DROP FUNCTION."""
    from minispark.sql.library import lookup

    name = command.parts[-1].lower()
    if name in session._functions and (command.temporary or len(command.parts) == 1):
        del session._functions[name]
        return
    made = session._catalog.function(command.parts)
    passing = made is not None and made.database is None
    if not passing and lookup(name) is not None and len(command.parts) == 1:
        raise AnalysisException(
            f"`{name}` is Spark's own function and cannot be dropped", "FORBIDDEN_OPERATION",
            {"statement": "DROP", "objectType": "FUNCTION", "objectName": f"`{name}`"},
        )  # fmt: skip
    session._catalog.drop_function(command.parts, command.if_exists, command.temporary)
