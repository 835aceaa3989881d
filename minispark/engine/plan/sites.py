"""Where in the user's program the parts of a stage were called, and which functions of theirs each part holds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from minispark.engine.core.loads import BROADCAST, ShuffleRead
from minispark.engine.core.values import value
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.exchanges import Combine, Exchange, Sort
from minispark.engine.plan.program import (
    ActionSink,
    BroadcastJoinStep,
    ChainStep,
    CoGroupStep,
    ReadStep,
    ShuffleSink,
    StageProgram,
)


@value
class UserFunction:
    """One function of the user's in a stage. ``takes_record``: its first argument is the record."""

    function: Any
    site: CallSite | None
    takes_record: bool


def user_functions(program: StageProgram) -> Iterator[UserFunction]:
    """Every function of the user's that tasks of this stage may call, in the order of the program."""
    for step in program.steps:
        if isinstance(step, ChainStep):
            for operator in step.operators:
                function = getattr(operator, "function", None)
                if function is not None:
                    yield UserFunction(function, operator.site, type(operator).__name__ != "MapPartitions")
        elif isinstance(step, ReadStep):
            yield from _of_exchange(step.exchange, step.site)
    if isinstance(program.sink, ShuffleSink):
        yield from _of_exchange(program.sink.exchange, program.site)
        yield UserFunction(program.sink.partitioner, program.site, False)
    elif isinstance(program.sink, ActionSink) and program.sink.function is not None:
        yield UserFunction(program.sink.function, program.site, False)


def operator_sites(program: StageProgram) -> tuple[CallSite, ...]:
    """The operators that run in this stage, each once, in order."""
    found: dict[CallSite, None] = {}
    for step in program.steps:
        if isinstance(step, (ReadStep, BroadcastJoinStep)) and step.site is not None:
            found[step.site] = None
        elif isinstance(step, ChainStep):
            found.update((operator.site, None) for operator in step.operators)
    if program.site is not None:
        found[program.site] = None
    return tuple(found)


def shuffle_reads(program: StageProgram) -> tuple[ShuffleRead, ...]:
    """The shuffles that tasks of this stage merge."""
    found: dict[ShuffleRead, None] = {}
    for step in program.steps:
        if isinstance(step, ReadStep):
            kind = type(step.exchange).__name__.lower()
            found[ShuffleRead((step.shuffle_id,), kind, str(step.site or kind))] = None
        elif isinstance(step, CoGroupStep) and any(wide for wide, _ in step.sides):
            wide = [(side, number) for side, (shuffled, number) in enumerate(step.sides) if shuffled]
            sides, ids = zip(*wide, strict=True)
            found[ShuffleRead(ids, step.emit, str(step.site or step.emit), sides)] = None
        elif isinstance(step, BroadcastJoinStep):
            site = str(step.site or step.emit)
            found[ShuffleRead((step.shuffle_id,), BROADCAST, site, (step.small_side,))] = None
    return tuple(found)


def _of_exchange(exchange: Exchange, site: CallSite | None) -> Iterator[UserFunction]:
    functions: tuple[Any, ...] = ()
    if isinstance(exchange, Combine):
        functions = (exchange.create, exchange.merge_value, exchange.merge_combiners)
    elif isinstance(exchange, Sort):
        functions = (exchange.key,)
    for function in functions:
        if function is not None:
            yield UserFunction(function, site, False)
