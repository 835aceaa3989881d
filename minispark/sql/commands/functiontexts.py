"""SHOW FUNCTIONS and DESCRIBE FUNCTION."""

from __future__ import annotations

from typing import Any

from minispark.sql.commands.results import frame
from minispark.sql.commands.routines import unresolved
from minispark.sql.parsing import commands as c
from minispark.sql.parsing.tokens import words
from minispark.sql.sources.catalog.catalog import matches

OPERATORS = words("! != % & * + - / < <= <=> <> = == > >= ^ | || ~ << >> >>>")
FORMS = ("and", "between", "case", "in", "like", "ilike", "not", "or", "rlike", "when", "if")


def function_names(session: Any, which: str = "ALL", database: str | None = None) -> list[str]:
    """The names of Spark's own functions (SYSTEM), those of programs (USER), or both, sorted."""
    from minispark.sql.library import names

    found: set[str] = set()
    if which in ("ALL", "SYSTEM"):
        found |= {*names(), *OPERATORS, *FORMS}
    if which in ("ALL", "USER"):
        found |= set(session._functions)
        for one in session._catalog.functions(database):
            found.add(one.name if one.is_temporary else f"spark_catalog.{one.database}.{one.name}")
    return sorted(found)


def show_functions(session: Any, command: c.Show) -> Any:
    """SHOW FUNCTIONS."""
    from minispark.sql.commands.databases import database_name

    database = database_name(command.parts) if command.parts else None
    if database is not None:
        session._catalog.database(database)
    found = function_names(session, command.key or "ALL", database)
    rows = [
        (name,) for name in found if matches(name.rpartition(".")[2] if name.count(".") == 2 else name, command.pattern)
    ]
    return frame(session, "function string not null", rows)


def describe_function(session: Any, command: c.Describe) -> Any:
    """DESCRIBE FUNCTION."""
    from minispark.sql.library import lookup

    parts = command.target
    name = parts[-1].lower()
    own = session._catalog.function(parts)
    if own is not None and own.text is not None:
        shown = name if own.is_temporary else f"spark_catalog.{own.database}.{name}"
        inputs = ", ".join(f"{one} {kind.upper()}" for one, kind in own.parameters) or "()"
        rows = [f"Function: {shown}", f"Type:     {'TABLE' if own.is_table else 'SCALAR'}", f"Input:    {inputs}",
                f"Returns:  {own.returns.upper()}"]  # fmt: skip
        if command.extended:
            rows += [f"Comment:  {own.comment or ''}", f"Body:     {own.text}"]
        return frame(session, "function_desc string not null", [(row,) for row in rows])
    if own is None and name not in session._functions and lookup(name) is None and name not in (*OPERATORS, *FORMS):
        raise unresolved(parts)
    usage = _usage(name)
    rows = [f"Function: {name}", f"Usage: {usage}"]
    if command.extended:
        rows.append("Extended Usage:\n    see the documentation of pyspark.sql.functions\n")
    return frame(session, "function_desc string not null", [(row,) for row in rows])


def _usage(name: str) -> str:
    import minispark.sql.functions as functions

    made = getattr(functions, name, None)
    first = ((made.__doc__ or "") if made is not None else "").strip().split("\n\n")[0]
    return f"{name}(...) - {' '.join(first.split())}" if first else f"{name}(...)"
