"""From a text to a DataFrame: parameters, parsing, planning, commands."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.sql.commands.names import relation_of, table_function
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.planning import Planner
from minispark.sql.parsing.statements import parse_statement
from minispark.sql.plan.written import placed, written

if TYPE_CHECKING:
    from minispark.sql.dataframe import DataFrame
    from minispark.sql.plan.nodes import Node

MODULES = (
    "views", "tables", "altering", "databases", "inserting", "describing", "showing", "settings", "variables",
    "creatingroutines", "caches", "analyzing", "scripting",
)  # fmt: skip
"""The modules that carry out commands."""

_commands: dict[type, Callable[[Any, Any], Any]] = {}


def sql(session: Any, text: str, args: Any = None, kwargs: dict[str, Any] | None = None) -> DataFrame:
    """Run a statement; see ``SparkSession.sql``."""
    from minispark.sql.commands.parameters import bound

    with bound(session, text, args, kwargs or {}) as (text, settings), written(text):
        return run_statement(session, parse_statement(text, settings))


def run_statement(session: Any, statement: Any) -> DataFrame:
    """Carry out a parsed statement; commands without a result give an empty DataFrame without columns."""
    command = command_of(statement)
    if command is None:
        made: DataFrame = session._frame(plan_of(session, statement))
        return made
    dropping = type(statement).__name__.startswith("Drop")
    with placed(None if dropping else getattr(statement, "parts", None), _OF_NAMES):
        result: DataFrame | None = command(session, statement)
    if result is None:
        from minispark.sql.commands.results import nothing

        return nothing(session)
    return result


_OF_NAMES = ("EXPECT_TABLE_NOT_VIEW", "TABLE_OR_VIEW_NOT_FOUND", "UNRESOLVED_ROUTINE", "UNRESOLVED_VARIABLE")
"""Errors whose place is the name that a command has."""


def command_of(statement: Any) -> Callable[[Any, Any], Any] | None:
    """What carries out a command; None for a query."""
    if type(statement).__module__ in (s.__name__, "minispark.sql.parsing.transforming"):
        return None
    if not _commands:
        for module in MODULES:
            _commands.update(importlib.import_module(f"minispark.sql.commands.{module}").COMMANDS)
    return _commands[type(statement)]


def plan_of(session: Any, query: Any) -> Node:
    """The plan of a parsed query."""
    return planner_of(session).plan(query)


def planner_of(session: Any, analyzer: Any = None) -> Planner:
    """A planner that knows the session's tables, functions and variables."""
    return Planner(
        session._analyzer if analyzer is None else analyzer,
        lambda parts, options: relation_of(session, parts, options),
        lambda plan: session._runner.run(plan, "sql", lambda cursor: cursor.fetchall()),
        lambda name, function, outer: table_function(session, name, function, outer),
        lambda plan: session._runner.table(plan, "sql"),
    )
