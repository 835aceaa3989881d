"""A chain of operators over whole numbers as steps over columns, where every function in it is understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.lifting.bytecode import Record, lifted
from minispark.engine.lifting.expressions import (
    INT64_MAX,
    Column,
    Expression,
    Span,
    is_number,
    is_truth,
    span,
    truth_of,
)
from minispark.engine.plan.operators import Filter, KeyBy, Keys, Map, MapValues, Operator, Values


@value(eq=False)
class Compute:
    """New columns from the ones before."""

    fields: tuple[Expression, ...]


@value(eq=False)
class Select:
    """The rows for which ``test`` is true."""

    test: Expression


@value(eq=False)
class LiftedChain:
    """Steps over columns, beginning with one of whole numbers. ``truths`` says of each column at the end whether it
    holds truths; ``is_tuple`` whether a record is a tuple of the columns or the only column's item."""

    steps: tuple[Compute | Select, ...]
    truths: tuple[bool, ...]
    is_tuple: bool

    def spans(self, numbers: range) -> list[Span] | None:
        """The ranges of the columns at the end, over ``numbers``, of which there must be some; None if something on
        the way may leave 64 bits or raise."""
        if max(abs(numbers.start), abs(numbers.stop)) > INT64_MAX:
            return None
        spans: list[Span] = [(min(numbers[0], numbers[-1]), max(numbers[0], numbers[-1]))]
        for step in self.steps:
            if isinstance(step, Select):
                if span(step.test, spans) is None:
                    return None
                continue
            computed: list[Span] = []
            for field in step.fields:
                found = span(field, spans)
                if found is None:
                    return None
                computed.append(found)
            spans = computed
        return spans


def lift(operators: Sequence[Operator]) -> LiftedChain | None:
    """The chain over records that are whole numbers; None if an operator's function is not understood."""
    record: Record = Column(0)
    steps: list[Compute | Select] = []
    for operator in operators:
        if isinstance(operator, Filter):
            test = lifted(operator.function, record)
            if test is None or isinstance(test, tuple):
                return None
            steps.append(Select(truth_of(test)))
            continue
        way = _WAYS.get(type(operator))
        made = None if way is None else way(operator, record)
        if made is None:
            return None
        fields = made if isinstance(made, tuple) else (made,)
        if not all(is_number(field) or is_truth(field) for field in fields):
            return None
        steps.append(Compute(fields))
        computed = tuple(Column(index, is_truth(field)) for index, field in enumerate(fields))
        record = computed if isinstance(made, tuple) else computed[0]
    columns = record if isinstance(record, tuple) else (record,)
    return LiftedChain(tuple(steps), tuple(map(is_truth, columns)), isinstance(record, tuple))


def _map(operator: Map, record: Record) -> Record | None:
    return lifted(operator.function, record)


def _key_by(operator: KeyBy, record: Record) -> Record | None:
    key = lifted(operator.function, record)
    if key is None or isinstance(key, tuple) or isinstance(record, tuple):
        return None
    return key, record


def _map_values(operator: MapValues, record: Record) -> Record | None:
    if not isinstance(record, tuple) or len(record) != 2:
        return None
    made = lifted(operator.function, record[1])
    return None if made is None or isinstance(made, tuple) else (record[0], made)


def _keys(operator: Keys, record: Record) -> Record | None:
    return record[0] if isinstance(record, tuple) and record else None


def _values(operator: Values, record: Record) -> Record | None:
    return record[1] if isinstance(record, tuple) and len(record) > 1 else None


_WAYS: dict[type, Callable[[Any, Record], Record | None]] = {
    Map: _map,
    KeyBy: _key_by,
    MapValues: _map_values,
    Keys: _keys,
    Values: _values,
}
