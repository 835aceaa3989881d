"""What a stage's program reads first, and whether its tasks may compute shares of partitions, or several of them."""

from __future__ import annotations

from minispark.engine.core.values import value
from minispark.engine.plan.exchanges import Combine, Distinct, Exchange, Group, Plain, Spread
from minispark.engine.plan.operators import Quarantine, WholePartition
from minispark.engine.plan.program import (
    ActionSink,
    CacheStep,
    ChainStep,
    CheckpointStep,
    CoGroupStep,
    KeepStep,
    ReadStep,
    ShuffleSink,
    StageProgram,
)

JOINS = ("join", "leftOuterJoin", "rightOuterJoin", "fullOuterJoin")

SLICED = {
    "join": (0, 1),
    "leftOuterJoin": (0,),
    "rightOuterJoin": (1,),
    "fullOuterJoin": (),
    "cogroup": (),
    "groupByKey": (),
    "distinct": (),
    "reduceByKey": (),
    "partitionBy": (0,),
    "repartition": (0,),
}
"""By what is read, the sides whose records may be seen by different tasks: an outer side's partner must be seen whole,
or a record would be without partners in one task and have some in another."""

KINDS: dict[type[Exchange], str] = {
    Combine: "reduceByKey",
    Distinct: "distinct",
    Group: "groupByKey",
    Plain: "partitionBy",
    Spread: "repartition",
}

_MERGED_ACTIONS = ("collect", "count")
_BY_KEY = (Combine, Distinct, Group, Plain)


@value
class Read:
    """What a program begins with: shuffles that are merged to records in one of the ways of SLICED."""

    kind: str
    shuffle_ids: tuple[int, ...]


def read_of(program: StageProgram) -> Read | None:
    """What the program begins with, if that is shuffles alone, measured by reducer, and operators follow one another
    from there to its end."""
    first = program.steps[0]
    if isinstance(first, CoGroupStep) and all(wide for wide, _ in first.sides):
        read = Read(first.emit, tuple(number for _, number in first.sides))
    elif isinstance(first, ReadStep) and type(first.exchange) in KINDS:
        read = Read(KINDS[type(first.exchange)], (first.shuffle_id,))
    else:
        return None
    for place, step in enumerate(program.steps[1:]):
        if not isinstance(step, (ChainStep, KeepStep, CacheStep, CheckpointStep)) or step.input != place:
            return None
    return read


def obstacle(program: StageProgram, read: Read) -> str | None:
    """Why the tasks of a stage cannot have shares of its partitions; None if they can."""
    if not SLICED[read.kind]:
        return _WHOLE.get(read.kind, "all values of a key belong together in one record")
    if isinstance(program.sink, ActionSink):
        if program.sink.function is not None or program.sink.kind not in _MERGED_ACTIONS:
            return "the action has a value for each partition"
    elif tells_apart(program):
        return "what is written tells partitions apart"
    for step in program.steps:
        if isinstance(step, (CacheStep, CheckpointStep)):
            return "what is persisted or checkpointed is kept by partition"
        if isinstance(step, ChainStep) and any(
            isinstance(operator, (Quarantine, WholePartition)) for operator in step.operators
        ):
            return "an operator after it works on whole partitions"
    return None


_WHOLE = {"fullOuterJoin": "both sides of a full outer join must be seen whole, to know which records have no partner"}


def tells_apart(program: StageProgram) -> bool:
    """Whether what the stage writes depends on which task computes which partition."""
    sink = program.sink
    return not isinstance(sink, (ActionSink, ShuffleSink)) or (
        isinstance(sink, ShuffleSink) and not isinstance(sink.exchange, _BY_KEY)
    )
