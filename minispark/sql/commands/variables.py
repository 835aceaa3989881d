"""DECLARE, SET VARIABLE, EXECUTE IMMEDIATE."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, ParseException, PySparkValueError
from minispark.sql.commands.scripting import Scopes, outside
from minispark.sql.library.typenames import shown as shown_type
from minispark.sql.parsing import commands as c
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.grammar import constant_text
from minispark.sql.plan.expressions import Alias, Cast, Expression, Literal, Name, Subquery, holds, walk
from minispark.sql.plan.labels import label
from minispark.sql.types import NullType, StringType


def variable_name(parts: tuple[str, ...], session: Any = None) -> str:
    """The name of a variable, its schema left out. Raises AnalysisException for another schema."""
    names = tuple(part.lower() for part in parts)
    if len(names) == 1:
        return names[-1]
    if names[:-1] in (("session",), ("system", "session")):
        return f"session.{names[-1]}" if isinstance(getattr(session, "_variables", None), Scopes) else names[-1]
    if session is not None and ".".join(names) in session._variables:
        return ".".join(names)  # of a script's block or loop
    raise _missing(parts)


def _missing(parts: tuple[str, ...], database: str = "default") -> AnalysisException:
    name = ".".join(f"`{part}`" for part in parts)
    return AnalysisException(
        f"there is no variable {name}; DECLARE it first", "UNRESOLVED_VARIABLE",
        {
            "variableName": name,
            "searchPath": f"[`system`.`builtin`, `system`.`session`, `spark_catalog`.`{database}`]",
        },
    )  # fmt: skip


def _value(session: Any, expression: Any, dtype: Any = None) -> Literal:
    """The value of an expression without columns as a literal, of a type if one is given."""
    from minispark.sql.commands.statements import planner_of
    from minispark.sql.parsing.organizing import constant_value

    planner = planner_of(session)
    resolved = planner.resolve(expression if dtype is None else Cast(expression, dtype))
    return Literal(constant_value(planner, resolved), resolved.dtype)


def _declare(session: Any, command: c.Declare) -> None:
    names = [variable_name(parts) for parts in command.names]
    for name in names:
        whole = f"`system`.`session`.`{name}`"
        if names.count(name) > 1:
            raise AnalysisException(
                f"the variable {whole} is declared twice", "DUPLICATE_VARIABLE_NAME_INSIDE_DECLARE",
                {"variableName": whole},
            )  # fmt: skip
        local = getattr(session._variables, "has_own", session._variables.__contains__)
        if local(name) and not command.replace:
            raise AnalysisException(
                f"the variable {whole} exists already; DECLARE OR REPLACE it", "VARIABLE_ALREADY_EXISTS",
                {"variableName": whole},
            )  # fmt: skip
    default = Literal(None, NullType()) if command.default is None else command.default
    if holds(default, Subquery):
        raise AnalysisException(
            f"the default of a variable must not hold a query: {command.text}",
            "INVALID_DEFAULT_VALUE.SUBQUERY_EXPRESSION",
            {
                "statement": "DECLARE VARIABLE", "colName": f"`system`.`session`.`{names[0]}`",
                "defaultValue": command.text,
            },
        )  # fmt: skip
    value = _value(session, default, command.dtype)
    for name in names:
        for variables, item in ((session._variables, value), (session._variable_defaults, command.text)):
            getattr(variables, "declare", variables.__setitem__)(name, item)


def _assign(session: Any, command: c.SetVariable) -> None:
    names = [variable_name(parts, session) for parts in command.names]
    for name, parts in zip(names, command.names, strict=True):
        if name not in session._variables:
            raise _missing(parts)
    if len(set(names)) < len(names):
        raise AnalysisException(
            f"a variable is assigned twice: {', '.join(names)}", "DUPLICATE_ASSIGNMENTS",
            {"nameList": ", ".join(f"`{name}`" for name in dict.fromkeys(names) if names.count(name) > 1)},
        )  # fmt: skip
    if command.query is not None:
        query = command.query
        if _needs_defaults(session, query):
            query = _with_defaults(session, names, query)
        session._variables.update(_of_query(session, names, query))
        return
    found = {}
    for name, value in zip(names, command.values, strict=True):
        value = _meant(session, name, value)
        found[name] = _value(session, value, session._variables[name].dtype)
    session._variables.update(found)


def _is_default(value: Any) -> bool:
    return isinstance(value, Name) and [part.lower() for part in value.parts] == ["default"]


def _meant(session: Any, name: str, value: Any) -> Any:
    """An assigned expression, with the variable's default for DEFAULT."""
    if _is_default(value):
        from minispark.sql.parsing.queries import parse_expression

        return parse_expression(session._variable_defaults.get(name, "NULL"))
    if isinstance(value, Expression) and any(map(_is_default, walk(value))):
        raise AnalysisException("DEFAULT must stand alone, not in an expression", "DEFAULT_PLACEMENT_INVALID", {})
    return value


def _needs_defaults(session: Any, query: Any) -> bool:
    """Whether a query has names that are no columns: DEFAULT may be among them."""
    from minispark.sql.commands.statements import plan_of

    try:
        plan_of(session, query)
    except (AnalysisException, ParseException) as error:
        return str(error.getCondition()).startswith(("UNRESOLVED_COLUMN", "INVALID_INLINE_TABLE"))
    return False


def _with_defaults(session: Any, names: list[str], query: Any) -> Any:
    """A query for variables, with their defaults for DEFAULT among what it gives."""

    def each(items: Any) -> tuple[Any, ...]:
        return tuple(_meant(session, names[min(place, len(names) - 1)], one) for place, one in enumerate(items))

    if isinstance(query, (s.With, s.Organized)):
        inner = _with_defaults(session, names, query.query)
        return query if inner is query.query else replace(query, query=inner)
    if isinstance(query, s.Select):
        return replace(query, items=each(query.items))
    if isinstance(query, s.Values):
        return replace(query, rows=tuple(each(row) for row in query.rows))
    return query


def _of_query(session: Any, names: list[str], query: Any) -> dict[str, Literal]:
    from minispark.sql.analysis.relations import cast_to
    from minispark.sql.commands.statements import plan_of
    from minispark.sql.parsing.organizing import as_physical
    from minispark.sql.plan.expressions import fresh_id
    from minispark.sql.plan.nodes import project

    plan = plan_of(session, query)
    kinds = [session._variables[name].dtype for name in names]
    if len(plan.output) != len(names):
        raise AnalysisException(
            f"the query gives {len(plan.output)} columns for {len(names)} variables", "ASSIGNMENT_ARITY_MISMATCH",
            {"numTarget": str(len(names)), "numExpr": str(len(plan.output))},
        )  # fmt: skip
    items = tuple(
        Alias(cast_to(session._analyzer, one, dtype), one.name, None, fresh_id())
        for one, dtype in zip(plan.output, kinds, strict=True)
    )
    found = session._runner.run(project(plan, items), "sql", lambda cursor: cursor.fetchmany(2))
    rows = [tuple(as_physical(item, dtype) for item, dtype in zip(row, kinds, strict=True)) for row in found]
    if len(rows) > 1:
        raise PySparkValueError("the query for the variables gives more than one row", "ROW_SUBQUERY_TOO_MANY_ROWS", {})
    values = rows[0] if rows else (None,) * len(names)
    return {name: Literal(item, dtype) for name, item, dtype in zip(names, values, kinds, strict=True)}


def drop_variable(session: Any, command: c.Drop) -> None:
    """DROP TEMPORARY VARIABLE."""
    name = variable_name(command.parts)
    if session._variables.pop(name, None) is None and not command.if_exists:
        raise AnalysisException(
            f"there is no variable `system`.`session`.`{name}`", "VARIABLE_NOT_FOUND",
            {"variableName": f"`system`.`session`.`{name}`"},
        )  # fmt: skip


def _execute(session: Any, command: c.Execute) -> Any:
    from minispark.sql.commands.statements import run_statement
    from minispark.sql.parsing.settings import parse_settings
    from minispark.sql.parsing.statements import parse_statement
    from minispark.sql.parsing.substituting import substituted

    text = constant_text(command.text)
    if text is None:
        text = _text(session, command)
    text = substituted(session, text)
    settings = parse_settings(session, **_arguments(session, text, command.arguments))
    statement = parse_statement(text, settings)
    if not command.into:
        with outside(session):
            return run_statement(session, statement)
    from minispark.sql.commands.statements import command_of

    if command_of(statement) is not None:
        raise AnalysisException(
            "INTO needs a query, which the text is not", "INVALID_STATEMENT_FOR_EXECUTE_INTO", {"sqlString": text}
        )
    names = [variable_name(parts, session) for parts in command.into]
    if len(set(names)) < len(names):
        again = ", ".join(f"`{name}`" for name in dict.fromkeys(names) if names.count(name) > 1)
        raise AnalysisException(f"INTO names {again} twice", "DUPLICATE_ASSIGNMENTS", {"nameList": again})
    for name, parts in zip(names, command.into, strict=True):
        if name not in session._variables:
            raise _missing(parts)
    session._variables.update(_of_query(session, names, statement))
    return None


def _text(session: Any, command: c.Execute) -> str:
    """The statement's text where it must be computed. Raises AnalysisException for other types and null."""
    found = _value(session, command.text)
    if not isinstance(found.dtype, (StringType, NullType)):
        raise AnalysisException(
            f"EXECUTE IMMEDIATE needs a text, not {found.dtype.simpleString()}",
            "INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE",
            {"exprType": shown_type(found.dtype)},
        )
    if found.item is None:
        name = ".".join(command.text.parts) if isinstance(command.text, Name) else label(command.text).lower()
        raise AnalysisException(
            f"EXECUTE IMMEDIATE needs a text, and `{name}` is null", "NULL_QUERY_STRING_EXECUTE_IMMEDIATE",
            {"varName": f"`{name}`"},
        )  # fmt: skip
    return str(found.item)


def _arguments(session: Any, text: str, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """The values of USING: by name where the text has ``:name``, else in their order.

    Raises AnalysisException for parameters of both kinds, arguments without a name that need one, and queries.
    """
    from minispark.sql.parsing.tokens import tokenize

    for one in arguments:
        if holds(one, Subquery):
            shown = label(one.child if isinstance(one, Alias) else one)
            raise AnalysisException(
                f"an argument of EXECUTE IMMEDIATE must not hold a query: {shown}", "UNSUPPORTED_EXPR_FOR_PARAMETER",
                {"invalidExprSql": f'"{shown}"'},
            )  # fmt: skip
    if not arguments:
        return {}
    tokens = tokenize(text)
    pairs = zip(tokens, tokens[1:], strict=False)
    by_name = any(one.key == ":" and other.kind == "word" and one.stop == other.start for one, other in pairs)
    by_place = any(one.key == "?" for one in tokens)
    if by_name and by_place:
        raise AnalysisException(
            "Parameterized query must either use positional, or named parameters, but not both",
            "INVALID_QUERY_MIXED_QUERY_PARAMETERS", {},
        )  # fmt: skip
    if not by_name:
        return {"positional": tuple(_value(session, _unnamed(one)) for one in arguments)}
    plain = [one for one in arguments if not isinstance(one, (Alias, Name))]
    if plain:
        shown = ", ".join(f'"{label(one)}"' for one in plain)
        raise AnalysisException(
            f"the text has named parameters, and these arguments have no name: {shown}",
            "ALL_PARAMETERS_MUST_BE_NAMED",
            {"exprs": shown},
        )
    return {
        "named": {
            one.name if isinstance(one, Alias) else one.parts[-1]: _value(session, _unnamed(one)) for one in arguments
        }
    }


def _unnamed(one: Any) -> Any:
    return one.child if isinstance(one, Alias) else one


COMMANDS = {c.Declare: _declare, c.SetVariable: _assign, c.Execute: _execute}
