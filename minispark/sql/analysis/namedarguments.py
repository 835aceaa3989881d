"""Arguments given by name: into the places of their parameters, with what is left out before them as it is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.library import lookup
from minispark.sql.library.function import Function
from minispark.sql.plan.expressions import Apply, Literal


def by_position(one: Apply) -> Apply:
    """A call as it shows: arguments given by name in their places, what is left out before them as it is meant."""
    function = lookup(one.name) if any(one.names) else None
    if function is None or not function.parameters:
        return one
    return replace(one, args=tuple(placed_arguments(function, one, list(one.args))), names=())


def placed_arguments(function: Function, one: Apply, args: list[Any]) -> list[Any]:
    """The arguments by position. Raises AnalysisException for names that do not fit."""
    if not any(one.names):
        return args
    placed: dict[int, Any] = {}
    _named_last(function, one.names)
    for place, (name, arg) in enumerate(zip(one.names, args, strict=True)):
        where = place
        if name is not None:
            parameters = [parameter.lower() for parameter in function.parameters]
            if name.lower() not in parameters:
                known = ", ".join(function.parameters) or "none by name"
                raise AnalysisException(
                    f"{function.name} has no parameter {name!r}; it takes {known}",
                    "UNRECOGNIZED_PARAMETER_NAME" if function.parameters else "NAMED_PARAMETERS_NOT_SUPPORTED",
                    {"argumentName": f"`{name}`", "routineName": f"`{function.name}`"}
                    if function.parameters
                    else {"functionName": f"`{function.name}`"},
                )
            where = parameters.index(name.lower())
        if where in placed:
            twice = name is not None and sum(name.lower() == (other or "").lower() for other in one.names) > 1
            raise AnalysisException(
                f"{function.name} is given its parameter {function.parameters[where]!r} twice",
                "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT."
                + ("DOUBLE_NAMED_ARGUMENT_REFERENCE" if twice else "BOTH_POSITIONAL_AND_NAMED"),
                {"routineName": f"`{function.name}`", "parameterName": f"`{function.parameters[where]}`"},
            )
        placed[where] = arg
    for place in range(max(placed)):
        if place not in placed and place < len(function.defaults) and place >= (function.least or 0):
            item = function.defaults[place]
            kinds = {str: t.StringType(), int: t.IntegerType()}
            placed[place] = Literal(item, kinds.get(type(item), t.NullType()))
    if sorted(placed) != list(range(len(placed))):
        left = next(place for place in range(len(function.parameters)) if place not in placed)
        raise AnalysisException(
            f"{function.name} needs its parameter {function.parameters[left]!r}",
            "REQUIRED_PARAMETER_NOT_FOUND",
            {
                "parameterName": f"`{function.parameters[left]}`",
                "routineName": f"`{function.name}`",
                "index": str(left),
            },
        )
    return [placed[place] for place in range(len(placed))]


def _named_last(function: Function, names: Sequence[str | None]) -> None:
    """Raises AnalysisException for an argument by position after one by name."""
    named = [name for name in names if name is not None]
    if named and None in names[names.index(named[0]) :]:
        raise AnalysisException(
            f"{function.name} has an argument by position after the one named {named[0]}; name it, or put it first",
            "UNEXPECTED_POSITIONAL_ARGUMENT",
            {"routineName": f"`{function.name}`", "parameterName": f"`{named[0]}`"},
        )
