"""Word count's map side: pairs of a record and a constant, added up by key, are counts of the records."""

from __future__ import annotations

from minispark.engine.core.values import replace
from minispark.engine.plan.exchanges import Combine
from minispark.engine.plan.operators import Map
from minispark.engine.plan.program import ChainStep, ShuffleSink, StageProgram
from minispark.engine.shuffle.recognised import is_addition, is_identity, paired_count


def as_counting(program: StageProgram) -> tuple[StageProgram, int] | None:
    """The program that gives the keys only, and the constant; None unless the answer is provably the same.

    So it is where the last operator is recognised as ``lambda x: (x, n)`` with an integer ``n``, and the shuffle
    combines by addition, beginning with the value itself.
    """
    sink, last = program.sink, program.steps[-1]
    if not isinstance(sink, ShuffleSink) or not isinstance(last, ChainStep) or not last.operators:
        return None
    how, operator = sink.exchange, last.operators[-1]
    if not isinstance(how, Combine) or not isinstance(operator, Map) or not is_addition(how.merge_value):
        return None
    if how.create is not None and not is_identity(how.create):
        return None
    number = paired_count(operator.function)
    if number is None:
        return None
    shorter = replace(last, operators=last.operators[:-1])
    return replace(program, steps=(*program.steps[:-1], shorter)), number
