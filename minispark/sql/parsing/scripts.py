"""What scripts (BEGIN ... END) say: frozen values. ``commands/scripting.py`` runs them."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import value
from minispark.sql.plan.expressions import Expression

Body = tuple[Any, ...]


@value
class Step:
    """A statement of SQL, parsed; ``is_query`` where its rows may be the script's result."""

    statement: Any
    is_query: bool


@value
class Handler:
    """DECLARE EXIT HANDLER FOR ...: names of conditions, SQLSTATEs, and SQLEXCEPTION or NOT FOUND."""

    conditions: tuple[str, ...]
    states: tuple[str, ...]
    any_error: bool
    not_found: bool
    body: Block


@value
class Block:
    """BEGIN ... END: a scope of variables with its handlers."""

    label: str | None
    body: Body
    handlers: tuple[Handler, ...] = ()


@value
class If:
    """IF and CASE: conditions with what they lead to. A CASE of a value has it as ``subject``."""

    branches: tuple[tuple[Expression, str, Body], ...]
    otherwise: Body = ()


@value
class While:
    """WHILE, REPEAT (``until``) and LOOP (without a condition)."""

    label: str | None
    condition: Expression | None
    text: str
    body: Body
    until: bool = False


@value
class For:
    """FOR row AS query DO ...: the body for each row, whose columns are variables."""

    label: str | None
    name: str | None
    query: Any
    body: Body


@value
class Jump:
    """LEAVE or ITERATE."""

    label: str
    again: bool
