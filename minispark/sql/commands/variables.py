"""DECLARE, SET VARIABLE, EXECUTE IMMEDIATE."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException, PySparkValueError
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.grammar import constant_text
from minispark.sql.plan.expressions import Alias, Cast, Literal, Name
from minispark.sql.types import NullType, StringType


def variable_name(parts: tuple[str, ...]) -> str:
    """The name of a variable, its schema left out. Raises AnalysisException for another schema."""
    names = tuple(part.lower() for part in parts)
    if len(names) == 1 or names[:-1] in (("session",), ("system", "session")):
        return names[-1]
    raise _missing(parts)


def _missing(parts: tuple[str, ...]) -> AnalysisException:
    name = ".".join(f"`{part}`" for part in parts)
    return AnalysisException(
        f"there is no variable {name}; DECLARE it first", "UNRESOLVED_VARIABLE",
        {"variableName": name, "searchPath": "`system`.`session`"},
    )  # fmt: skip


def _value(session: Any, expression: Any, dtype: Any = None) -> Literal:
    """The value of an expression without columns as a literal, of a type if one is given."""
    from minispark.sql.commands.statements import planner_of
    from minispark.sql.parsing.organizing import constant_value

    planner = planner_of(session)
    resolved = planner.resolve(expression if dtype is None else Cast(expression, dtype))
    return Literal(constant_value(planner, resolved), resolved.dtype)


def _declare(session: Any, command: c.Declare) -> None:
    name = variable_name(command.parts)
    if name in session._variables and not command.replace:
        raise AnalysisException(
            f"the variable `system`.`session`.`{name}` exists already; DECLARE OR REPLACE it",
            "VARIABLE_ALREADY_EXISTS",
            {"variableName": f"`system`.`session`.`{name}`"},
        )  # fmt: skip
    default = Literal(None, NullType()) if command.default is None else command.default
    session._variables[name] = _value(session, default, command.dtype)
    session._variable_defaults[name] = command.text


def _assign(session: Any, command: c.SetVariable) -> None:
    names = [variable_name(parts) for parts in command.names]
    for name, parts in zip(names, command.names, strict=True):
        if name not in session._variables:
            raise _missing(parts)
    if len(set(names)) < len(names):
        raise AnalysisException(
            f"a variable is assigned twice: {', '.join(names)}", "DUPLICATE_ASSIGNMENTS", {"nameList": ", ".join(names)}
        )
    if command.query is not None:
        session._variables.update(_of_query(session, names, command.query))
        return
    found = {}
    for name, value in zip(names, command.values, strict=True):
        default = isinstance(value, Name) and [part.lower() for part in value.parts] == ["default"]
        if default:
            from minispark.sql.parsing.queries import parse_expression

            value = parse_expression(session._variable_defaults.get(name, "NULL"))
        found[name] = _value(session, value, session._variables[name].dtype)
    session._variables.update(found)


def _of_query(session: Any, names: list[str], query: Any) -> dict[str, Literal]:
    from minispark.sql.analysis.relations import cast_to
    from minispark.sql.commands.statements import plan_of
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
    rows = session._runner.run(project(plan, items), "sql", lambda cursor: cursor.fetchmany(2))
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

    text = constant_text(command.text)
    if text is None:
        found = _value(session, command.text)
        if not isinstance(found.dtype, StringType) or found.item is None:
            raise AnalysisException(
                "EXECUTE IMMEDIATE needs a text that is not null", "INVALID_EXPR_TYPE_FOR_QUERY_EXECUTE_IMMEDIATE",
                {"exprType": found.dtype.simpleString()},
            )  # fmt: skip
        text = found.item
    named = {one.name: _value(session, one.child) for one in command.arguments if isinstance(one, Alias)}
    plain = tuple(_value(session, one) for one in command.arguments if not isinstance(one, Alias))
    if named and plain:
        raise AnalysisException(
            "Parameterized query must either use positional, or named parameters, but not both",
            "INVALID_QUERY_MIXED_QUERY_PARAMETERS", {},
        )  # fmt: skip
    settings = parse_settings(session, named=named or None, positional=plain or None)
    statement = parse_statement(text, settings)
    if isinstance(statement, c.Execute):
        raise AnalysisException(
            "EXECUTE IMMEDIATE cannot stand in EXECUTE IMMEDIATE", "NESTED_EXECUTE_IMMEDIATE", {"sqlString": text}
        )
    if not command.into:
        return run_statement(session, statement)
    from minispark.sql.commands.statements import command_of

    if command_of(statement) is not None:
        raise AnalysisException(
            "INTO needs a query, which the text is not", "INVALID_STATEMENT_FOR_EXECUTE_INTO", {"sqlString": text}
        )
    names = [variable_name(parts) for parts in command.into]
    for name, parts in zip(names, command.into, strict=True):
        if name not in session._variables:
            raise _missing(parts)
    session._variables.update(_of_query(session, names, statement))
    return None


COMMANDS = {c.Declare: _declare, c.SetVariable: _assign, c.Execute: _execute}
