"""Operators under a quarantine: a record on which one of them raises becomes a dead letter, the others go on.

Nothing is computed twice, since functions may have effects (accumulators). ``map`` and ``filter`` of C can be asked for
the next record after one has raised, so a run of operators is still one chain of C iterators; ``list.extend`` keeps the
records that came before. Around each function there is one small Python function of ours: its frame, found in the
traceback afterwards, has the operator and the very record, also where a builtin raised or the function has bound its
argument anew. So a record costs one more Python call an operator, and nothing else, until one fails.

A run ends behind each operator that makes several records of one: all of its records go on, or none. Each run is
counted: what went in came out or is a dead letter, but for what a ``filter`` left out. An operator over the whole
partition cannot leave out a record of an iterator that is in the user's hands: what it raises ends the task, as without
a quarantine.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from itertools import chain, islice
from operator import itemgetter
from typing import Any

from minispark.engine.core.errors import InternalError, MinisparkError
from minispark.engine.kernels.chain import Heads, run_chain, run_whole
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.deadletters import Letters
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.operators import (
    Filter,
    FlatMap,
    FlatMapValues,
    KeyBy,
    Keys,
    Map,
    MapValues,
    Operator,
    Quarantine,
    Values,
    WholePartition,
)
from minispark.engine.shuffle.workspace import Workspace

BATCH_RECORDS = 4096
RUN_MAX = 128
"""Operators nested in one C call chain; each nests a Python call, so that fewer fit than without a quarantine."""

Batches = Iterable[Iterable[Any]]
Guards = tuple[Letters | None, ...]
"""Who takes what fails in each part of a step; None: nobody, so it fails the task."""
Called = Callable[[Any], Any]


def run_guarded(
    operators: tuple[Operator, ...],
    batches: Batches,
    partition: int,
    heads: Heads,
    workspace: Workspace,
    task: TaskState,
    guards: Guards,
) -> Iterator[Any]:
    """As ``run_chain``; ``guards`` has one for the operators before each Quarantine, and one for those behind the
    last."""
    start = 0
    quarantines = [index for index, operator in enumerate(operators) if isinstance(operator, Quarantine)]
    for end, letters in zip((*quarantines, len(operators)), guards, strict=True):
        part = operators[start:end]
        if letters is None:
            return run_chain(part, batches, partition, heads, workspace)
        batches = _guarded(part, batches, partition, workspace, letters)
        if end < len(operators):
            batches = Passage(batches, letters, task).batches()
        start = end + 1
    return chain.from_iterable(batches)


class Passage:
    """One partition passing a quarantine: complete, and told of, when its last record has come through."""

    def __init__(self, batches: Batches, letters: Letters, task: TaskState) -> None:
        self._letters = letters
        self._task = task
        self._begun = False
        self._records = self._pass(batches)

    def batches(self) -> Iterator[list[Any]]:
        return self._records

    def complete(self) -> None:
        """Go on to the end where not all records were asked for: a partition is quarantined whole or not at all."""
        while self._begun and not self._letters.silent:
            next(self._records, None)

    def close(self) -> None:
        self._records.close()
        self._letters.abort()

    def writes(self, name: str) -> bool:
        return self._begun and self._letters.name == name

    def _pass(self, batches: Batches) -> Generator[list[Any], None, None]:
        begun = any(other.writes(self._letters.name) for other in self._task.keeping)
        self._letters.silent = begun or self._letters.told
        self._task.keeping.append(self)
        self._begun = True
        yield from _lists(batches)
        self._begun = False
        self._letters.finish()


def _lists(batches: Batches) -> Iterator[list[Any]]:
    for batch in batches:
        if type(batch) is list:
            yield batch
        else:
            rest = iter(batch)
            while records := list(islice(rest, BATCH_RECORDS)):
                yield records


# --- runs of operators ---------------------------------------------------------------------------------------------


def _guarded(
    operators: tuple[Operator, ...], batches: Batches, partition: int, workspace: Workspace, letters: Letters
) -> Batches:
    """The operators in runs, each of which passes on lists of records."""
    run: list[Operator] = []
    for operator in operators:
        if isinstance(operator, WholePartition):
            records = chain.from_iterable(_run(run, batches, letters))
            batches = (_noted(operator, run_whole(operator, partition, records, workspace)),)
            run = []
            continue
        run.append(operator)
        if isinstance(operator, SPREADING) or len(run) == RUN_MAX:
            batches = _run(run, batches, letters)
            run = []
    return _run(run, batches, letters)


def _noted(operator: WholePartition, records: Iterator[Any]) -> Iterator[Any]:
    try:
        yield from records
    except Exception as error:
        if not isinstance(error, MinisparkError):
            error.add_note(f"{operator.site} works on whole partitions: what it raises is no dead letter of a record")
        raise


def _run(operators: list[Operator], batches: Batches, letters: Letters) -> Batches:
    return _pulled(tuple(operators), batches, letters) if operators else batches


def _pulled(operators: tuple[Operator, ...], batches: Batches, letters: Letters) -> Iterator[list[Any]]:
    feed = _Feed(batches)
    records: Iterator[Any] = chain.from_iterable(feed)
    for operator in operators:
        combine, called = _KERNELS[type(operator)]
        records = combine(called(operator), records)
    spreads = isinstance(operators[-1], SPREADING)
    size = 1 if spreads else BATCH_RECORDS
    given = failed = 0
    ended = False
    while not ended:
        made: list[Any] = []
        try:
            made.extend(islice(records, size))
            ended = not made
        except Exception as error:
            call = _failed_call(error)
            if call is None:
                raise
            failed += 1
            letters.add(call["operator"].site, call["record"], feed.position(), error)
        given += len(made)
        if spreads and made:
            items = list(chain.from_iterable(made))
            size = max(1, min(2 * size, len(made) * BATCH_RECORDS // max(len(items), 1)))
            made = items
        if made:
            yield made
    _check(operators, feed.count, given, failed)


class _Feed:
    """The batches as iterators of lists, which know how far they were read."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._current: Any = iter([])
        self.count = 0

    def __iter__(self) -> Iterator[Iterator[Any]]:
        for batch in _lists(self._batches):
            self.count += len(batch)
            self._current = iter(batch)
            yield self._current

    def position(self) -> int:
        """How many records came before the one read last."""
        return self.count - int(self._current.__length_hint__()) - 1


def _check(operators: tuple[Operator, ...], taken: int, given: int, failed: int) -> None:
    """Every record came out, or is a dead letter, or a filter left it out."""
    missing = taken - given - failed
    if missing < 0 or (missing and not any(isinstance(operator, Filter) for operator in operators)):
        raise InternalError(
            f"{operators[0].site} to {operators[-1].site} under a quarantine: {taken} records went in, "
            f"{given} came out, "
            f"{failed} are dead letters"
        )


def _failed_call(error: Exception) -> dict[str, Any] | None:
    """The variables of our function around the one that raised. None where it was no function of the user's (a source
    cannot be read), or what it raised is not the record's fault."""
    if isinstance(error, (MemoryError, MinisparkError)) or error.__traceback__ is None:
        return None
    inner = error.__traceback__.tb_next
    return inner.tb_frame.f_locals if inner is not None and inner.tb_frame.f_code in _CODES else None


# --- one function per operator -------------------------------------------------------------------------------------


def _calling(operator: Operator, function: Called) -> Called:
    """``function``, in a frame that knows the operator and the record. A StopIteration would end the C iterators."""

    def call(record: Any, operator: Operator = operator) -> Any:
        try:
            return function(record)
        except StopIteration as error:
            raise RuntimeError("a user function raised StopIteration") from error

    return call


def _filter(operator: Filter) -> Called:
    function = operator.function

    def call(record: Any, operator: Operator = operator) -> bool:
        try:
            return bool(function(record))  # also what its truth value raises is the record's fault
        except StopIteration as error:
            raise RuntimeError("a user function raised StopIteration") from error

    return call


def _map(operator: Map) -> Called:
    return _calling(operator, operator.function)


def _flat_map(operator: FlatMap) -> Called:
    function = operator.function

    def spread(record: Any) -> Iterable[Any]:
        made = function(record)
        return made if type(made) in (list, tuple) else list(made)

    return _calling(operator, spread)


def _key_by(operator: KeyBy) -> Called:
    function = operator.function
    return _calling(operator, lambda record: (function(record), record))


def _keys(operator: Keys) -> Called:
    return _calling(operator, itemgetter(0))


def _values(operator: Values) -> Called:
    return _calling(operator, itemgetter(1))


def _pair(record: Any) -> tuple[Any, Any]:
    try:
        key, value = record
    except ValueError:
        key, value = record[0], record[1]  # PySpark takes the first two of a longer record
    return key, value


def _map_values(operator: MapValues) -> Called:
    function = operator.function

    def call(record: Any) -> tuple[Any, Any]:
        key, value = _pair(record)
        return key, function(value)

    return _calling(operator, call)


def _flat_map_values(operator: FlatMapValues) -> Called:
    function = operator.function

    def spread(record: Any) -> list[tuple[Any, Any]]:
        key, values = _pair(record)
        return [(key, value) for value in function(values)]

    return _calling(operator, spread)


SPREADING = (FlatMap, FlatMapValues)
_KERNELS: dict[type, tuple[Callable[[Called, Iterator[Any]], Iterator[Any]], Callable[[Any], Called]]] = {
    Map: (map, _map),
    Filter: (filter, _filter),
    FlatMap: (map, _flat_map),
    KeyBy: (map, _key_by),
    Keys: (map, _keys),
    Values: (map, _values),
    MapValues: (map, _map_values),
    FlatMapValues: (map, _flat_map_values),
}
_site = CallSite("", "", 0)
_CODES = frozenset(function.__code__ for function in (_map(Map(len, _site)), _filter(Filter(len, _site))))
