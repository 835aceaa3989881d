"""CREATE FUNCTION in SQL: a body of parameters, put in the place of its calls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql.commands.capturing import captured, planner_within
from minispark.sql.commands.noting import note, noted, refuse_temporary
from minispark.sql.parsing import commands as c
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Attribute, Cast, Expression, fresh_id, transform
from minispark.sql.plan.nodes import Named, Node
from minispark.sql.sources.catalog import StoredFunction
from minispark.sql.sources.catalog.errors import quoted, routine_exists

if TYPE_CHECKING:
    from minispark.sql.parsing.planning import Planner


def _create(session: Any, command: c.CreateFunction) -> None:
    catalog = session._catalog
    if command.temporary and command.if_missing:
        raise AnalysisException(
            "CREATE TEMPORARY FUNCTION takes no IF NOT EXISTS",
            "INVALID_SQL_SYNTAX.CREATE_TEMP_FUNC_WITH_IF_NOT_EXISTS",
            {},
        )
    _check_parameters(command)
    database = None if command.temporary else (catalog.whole(command.parts)[0])
    name = command.parts[-1].lower()
    if command.class_name is not None:
        if command.temporary:
            raise _no_class(name, command.class_name)
        catalog.create_function(
            StoredFunction(name, None, database, None, comment=f"{_CLASS}{command.class_name}"),
            command.replace, command.if_missing,
        )  # fmt: skip
        return
    returns = command.returns
    if command.is_table and returns is not None:
        text = ", ".join(f"`{one.name[-1]}` {one.dtype.simpleString()}" for one in returns)
    else:
        text = "" if returns is None else returns.simpleString()
    function = StoredFunction(
        name, None, database, command.text,
        tuple((one.name[-1], one.dtype.simpleString()) for one in command.parameters),
        tuple((one.name[-1], one.default) for one in command.parameters if one.default is not None),
        text, command.comment, command.is_table, command.reads, captured(session),
    )  # fmt: skip
    if command.if_missing and catalog.function(command.parts) is not None:
        return
    if not command.replace and _exists(session, command):
        raise routine_exists(command.parts[-1:])
    _check_defaults(session, command)
    _check_body(session, function, command.contains_only)
    catalog.create_function(function, command.replace, command.if_missing)


def _exists(session: Any, command: c.CreateFunction) -> bool:
    found = session._catalog.function(command.parts)
    return found is not None and found.is_temporary == command.temporary


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


_CLASS = "class "
"""What a comment starts with that names a JVM class in place of a body."""


def _no_class(name: str, class_name: str) -> AnalysisException:
    return AnalysisException(
        f"Can not load class '{class_name}' when registering the function `{name}`: there is no JVM here; use a SQL "
        "function (CREATE FUNCTION f(x INT) RETURNS INT RETURN x + 1), or spark.udf.register",
        "CANNOT_LOAD_FUNCTION_CLASS",
        {"className": class_name, "functionName": f"`{name}`"},
    )


def _check_parameters(command: c.CreateFunction) -> None:
    names = [one.name[-1].lower() for one in command.parameters]
    for name in names:
        if names.count(name) > 1:
            raise AnalysisException(
                f"two parameters are named `{name}`", "DUPLICATE_ROUTINE_PARAMETER_NAMES",
                {"routineName": command.parts[-1].lower(), "names": f"`{name}`"},
            )  # fmt: skip
    with_default = None
    for one in command.parameters:
        if one.default is not None:
            with_default = one.name[-1]
        elif with_default is not None:
            raise AnalysisException(
                f"In routine `{command.parts[-1]}` parameter `{with_default}` with DEFAULT must not be followed by "
                f"parameter `{one.name[-1]}` without DEFAULT",
                "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_PARAMETER_POSITION",
                {
                    "functionName": command.parts[-1].lower(), "parameterName": with_default,
                    "nextParameterName": one.name[-1],
                },
            )  # fmt: skip


def _check_defaults(session: Any, command: c.CreateFunction) -> None:
    """Defaults are constants of the parameter's type."""
    from minispark.sql.parsing.queries import parse_expression
    from minispark.sql.plan.expressions import Subquery, walk

    for one in command.parameters:
        if one.default is None:
            continue
        parsed = parse_expression(one.default)
        if any(isinstance(part, Subquery) for part in walk(parsed)):
            raise AnalysisException(
                f"the default of the parameter {one.name[-1]} holds a query, and must be an expression without one",
                "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION",
                {"functionName": command.parts[-1].lower(), "parameterName": one.name[-1]},
            )
        session._analyzer.resolve(Cast(parsed, one.dtype, "", given=False), session._analyzer.scope(()))


def _check_body(session: Any, function: StoredFunction, contains_only: bool) -> None:
    """Resolve the body once, so that a wrong one is refused when the function is made."""
    kinds = _kinds(function)
    holders = tuple(Attribute(name, dtype, True, fresh_id(), (function.name,)) for name, dtype in kinds)
    if function.is_table and function.returns:
        _distinct_columns(function)
    with noted(session) as used:
        if function.is_table:
            _table_plan(session, function, holders)
        else:
            resolved = _body(session, function, holders)
            _plain(function, resolved)
    if not function.is_temporary:
        refuse_temporary(used, "FUNCTION", path_of(function)[1:])
    if contains_only and any(kind in ("TABLE", "VIEW") for kind, _ in used):
        raise AnalysisException(
            f"{function.name} says CONTAINS SQL, and its body reads data; declare it READS SQL DATA",
            "INVALID_SQL_FUNCTION_DATA_ACCESS", {},
        )  # fmt: skip


def _distinct_columns(function: StoredFunction) -> None:
    from minispark.sql.types.ddl import parse_fields

    names = [field.name.lower() for field in parse_fields(function.returns).fields]
    for name in names:
        if names.count(name) > 1:
            raise AnalysisException(
                f"{function.name} returns two columns named `{name}`", "DUPLICATE_ROUTINE_RETURNS_COLUMNS",
                {"routineName": function.name, "columns": f"`{name}`"},
            )  # fmt: skip


def _is_complex(resolved: Any) -> bool:
    from minispark.sql.analysis.resolver import is_aggregate, is_generator
    from minispark.sql.plan.expressions import Over, walk

    return any(is_aggregate(one) or is_generator(one) or isinstance(one, Over) for one in walk(resolved))


def _plain(function: StoredFunction, resolved: Any) -> None:
    """Raises AnalysisException for a body with aggregates, windows or generators outside of a query."""
    if _is_complex(resolved):
        raise AnalysisException(
            f"the body of {function.name} holds aggregates, windows or generators; make it a query",
            "USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS",
            {"queryText": function.text or ""},
        )


def _kinds(function: StoredFunction) -> list[tuple[str, Any]]:
    from minispark.sql.types.ddl import parse_one

    return [(name, parse_one(text)) for name, text in function.parameters]


def _body(session: Any, function: StoredFunction, holders: tuple[Attribute, ...]) -> Any:
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
        if query is not None and _is_complex(resolved):
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
        raise _no_class(function.name, (function.comment or "").removeprefix(_CLASS))

    if function.is_table:
        raise wrong_kind_of_function(function)

    note_use(session, function)

    def call(*args: Any, names: tuple[str | None, ...] = ()) -> Any:
        kinds = _kinds(function)
        holders = tuple(Attribute(name, dtype, True, fresh_id(), (function.name,)) for name, dtype in kinds)
        given = _given(session, function, args, names)
        resolved = _body(session, function, holders)
        return _with_arguments(session, resolved, holders, given)

    call.shown = ".".join(path_of(function))  # type: ignore[attr-defined]
    call.path = quoted(path_of(function))  # type: ignore[attr-defined]
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


def _table_plan(session: Any, function: StoredFunction, holders: tuple[Attribute, ...]) -> Node:
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
    kinds = _kinds(function)
    holders = tuple(Attribute(name, dtype, True, fresh_id(), (function.name,)) for name, dtype in kinds)
    plan = _table_plan(session, function, holders)
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
    if session._catalog.function(command.parts) is None and lookup(name) is not None and len(command.parts) == 1:
        raise AnalysisException(
            f"`{name}` is Spark's own function and cannot be dropped", "FORBIDDEN_OPERATION",
            {"statement": "DROP", "objectType": "BUILTIN", "objectName": f"`{name}`"},
        )  # fmt: skip
    session._catalog.drop_function(command.parts, command.if_exists, command.temporary)


COMMANDS = {c.CreateFunction: _create}
