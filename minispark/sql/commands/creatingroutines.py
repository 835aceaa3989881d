"""CREATE FUNCTION: what is declared is checked, and the body resolved once."""

from __future__ import annotations

from typing import Any

from minispark.errors import AnalysisException
from minispark.sql.commands.capturing import captured
from minispark.sql.commands.noting import noted, refuse_temporary
from minispark.sql.commands.routines import (
    CLASS,
    body_of,
    is_complex,
    no_class,
    parameters_of,
    path_of,
    table_plan_of,
)
from minispark.sql.library.timeswitch import check_time
from minispark.sql.parsing import commands as c
from minispark.sql.plan.expressions import Attribute, Cast, fresh_id, holds
from minispark.sql.sources.catalog import StoredFunction
from minispark.sql.sources.catalog.errors import routine_exists
from minispark.sql.types import DataType


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
            raise no_class(name, command.class_name)
        catalog.create_function(
            StoredFunction(name, None, database, None, comment=f"{CLASS}{command.class_name}"),
            command.replace, command.if_missing,
        )  # fmt: skip
        return
    returns = command.returns
    if isinstance(returns, DataType):
        check_time(returns, session._runner.settings().conf)
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
    from minispark.sql.plan.expressions import Subquery

    for one in command.parameters:
        if one.default is None:
            continue
        parsed = parse_expression(one.default)
        if holds(parsed, Subquery):
            raise AnalysisException(
                f"the default of the parameter {one.name[-1]} holds a query, and must be an expression without one",
                "USER_DEFINED_FUNCTIONS.NOT_A_VALID_DEFAULT_EXPRESSION",
                {"functionName": command.parts[-1].lower(), "parameterName": one.name[-1]},
            )
        session._analyzer.resolve(Cast(parsed, one.dtype, "", given=False), session._analyzer.scope(()))


def _check_body(session: Any, function: StoredFunction, contains_only: bool) -> None:
    """Resolve the body once, so that a wrong one is refused when the function is made."""
    kinds = parameters_of(function)
    holders = tuple(Attribute(name, dtype, True, fresh_id(), (function.name,)) for name, dtype in kinds)
    if function.is_table and function.returns:
        _distinct_columns(function)
    with noted(session) as used:
        if function.is_table:
            table_plan_of(session, function, holders)
        else:
            resolved = body_of(session, function, holders)
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


def _plain(function: StoredFunction, resolved: Any) -> None:
    """Raises AnalysisException for a body with aggregates, windows or generators outside of a query."""
    if is_complex(resolved):
        raise AnalysisException(
            f"the body of {function.name} holds aggregates, windows or generators; make it a query",
            "USER_DEFINED_FUNCTIONS.CANNOT_CONTAIN_COMPLEX_FUNCTIONS",
            {"queryText": function.text or ""},
        )


COMMANDS = {c.CreateFunction: _create}
