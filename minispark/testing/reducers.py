"""Is this function fit for ``reduce``, ``fold`` or ``combineByKey``, on my data?

An engine applies a reducer in whatever grouping and order partitions and attempts bring about, so it must be
associative and commutative, and must leave alone what it is given. That cannot be proved by trying; what is found is
a counter-example made of the caller's own records, the smallest there is among those tried.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from copy import deepcopy
from typing import Any

from minispark.testing.compare import close, fingerprint, short, sort_key

TRIED_MAX = 3_000
"""Pairs or triples of operands tried for one law; beyond, they are drawn by the seed."""
REGROUPED = 60
"""Random orders and groupings tried, of up to ``OPERANDS_MAX`` records."""
OPERANDS_MAX = 8

_NO_ZERO: Any = object()
Results = tuple[tuple[str, Any], tuple[str, Any]]
Law = Callable[..., Results | None]
"""Given operands, the two results that should be one and are not, each with how it came about; None if they agree."""


class NotAReducer(AssertionError):
    """The law that does not hold, with the operands and both results.

    ``law`` is ``deterministic``, ``commutative``, ``associative``, ``neutral zero``, ``any order and grouping``,
    ``leaves its operands alone``, or for combiners ``merge_value as merge_combiners``.
    """

    def __init__(self, law: str, operands: tuple[Any, ...], results: Results, advice: str = "") -> None:
        self.law = law
        self.operands = operands
        self.results = results
        names = _names(len(operands))
        lines = [f"not a reducer: {law!r} does not hold on this data"]
        lines += [f"  {name} = {short(operand)}" for name, operand in zip(names, operands, strict=True)]
        lines += [f"  {text} = {short(result)}" for text, result in results]
        super().__init__("\n".join([*lines, advice] if advice else lines))


def check_reducer(
    f: Callable[[Any, Any], Any],
    samples: Iterable[Any],
    zero: Any = _NO_ZERO,
    seed: int = 0,
    rel_tol: float = 0.0,
) -> None:
    """NotAReducer, with a smallest counter-example, unless ``f`` is associative and commutative on ``samples``.

    Returns quietly otherwise; the same arguments give the same verdict. With ``zero``, as for ``fold`` and
    ``foldByKey``, it must change nothing. Results are compared exactly, types included, so a sum of floats is found
    out: give ``rel_tol`` (relative to the larger result, so cancellation needs more) if small differences do no harm.
    An operand that ``f`` changes is reported; as in Spark only the left one may be changed, and only in ``fold``,
    ``aggregate`` and ``combineByKey``, that is with ``zero``. What ``f`` raises for two samples is raised.

    >>> check_reducer(max, [3, 1, 2])
    >>> check_reducer(lambda a, b: a - b, range(5))
    Traceback (most recent call last):
        ...
    minispark.testing.reducers.NotAReducer: not a reducer: 'commutative' does not hold on this data
      a = 0
      b = 1
      f(a, b) = -1
      f(b, a) = 1
    """
    found = _Search(_by_size(samples), seed)
    call = _Calls(rel_tol, left_may_change=zero is not _NO_ZERO)
    found.counter_example(2, call.untouched(f, "f"), "leaves its operands alone", call.advice)
    found.counter_example(2, lambda a, b: call.differ(_twice(f), "f(a, b)", "f(a, b) again", a, b), "deterministic")
    if zero is not _NO_ZERO:
        left = lambda a: call.differ((lambda x: f(deepcopy(zero), x), _itself), "f(zero, a)", "a", a)  # noqa: E731 (short)
        right = lambda a: call.differ((lambda x: f(x, deepcopy(zero)), _itself), "f(a, zero)", "a", a)  # noqa: E731 (short)
        found.counter_example(1, left, "neutral zero")
        found.counter_example(1, right, "neutral zero")
    found.laws_of(f, "f", call)


def check_combiner(
    create: Callable[[Any], Any],
    merge_value: Callable[[Any, Any], Any],
    merge_combiners: Callable[[Any, Any], Any],
    samples: Iterable[Any],
    finish: Callable[[Any], Any] = lambda combiner: combiner,
    seed: int = 0,
    rel_tol: float = 0.0,
) -> None:
    """NotAReducer unless the three functions of ``combineByKey`` are one reduction of ``samples``.

    ``merge_value(c, v)`` must come to what ``merge_combiners(c, create(v))`` does, and ``merge_combiners`` must be
    associative and commutative on combiners. ``finish`` is what the program makes of a combiner in the end: they are
    compared after it (``sorted`` for lists of values, whose order Spark does not promise). ``merge_value`` and
    ``merge_combiners`` may change their left operand, unless that is a record that ``create`` gave back as it is. For
    ``aggregateByKey(zero, seq, comb)`` give ``lambda v: seq(copy.deepcopy(zero), v)``, ``seq`` and ``comb``.

    >>> check_combiner(lambda v: [v], lambda c, v: c + [v], lambda c, d: c + d, [1, 2, 3], finish=sorted)
    >>> check_combiner(lambda v: (v, 1), lambda c, v: (c[0] + v, c[1]), lambda c, d: (c[0] + d[0], c[1] + d[1]), [4, 5])
    Traceback (most recent call last):
        ...
    minispark.testing.reducers.NotAReducer: not a reducer: 'merge_value as merge_combiners' does not hold on this data
      a = 4
      b = 4
      merge_value(create(a), b) = (8, 1)
      merge_combiners(create(a), create(b)) = (8, 2)
    """
    found = _Search(_by_size(samples), seed)
    call = _Calls(rel_tol, left_may_change=True, finish=finish)
    untouched = "leaves its operands alone"
    found.counter_example(1, call.untouched(create, "create"), untouched, call.advice)
    merged = lambda a, b: merge_value(create(a), b)  # noqa: E731 (as the text beside it)
    strict = _Calls(rel_tol, left_may_change=False)
    found.counter_example(2, strict.untouched(merged, "merge_value(create)"), untouched, call.advice)
    both = (merged, lambda a, b: merge_combiners(create(a), create(b)))
    texts = "merge_value(create(a), b)", "merge_combiners(create(a), create(b))"
    law = "merge_value as merge_combiners"
    found.counter_example(2, lambda a, b: call.differ(both, *texts, a, b), law)
    further = (
        lambda a, b, c: merge_value(merge_value(create(a), b), c),
        lambda a, b, c: merge_combiners(merge_value(create(a), b), create(c)),
    )
    texts = "merge_value(merge_value(create(a), b), c)", "merge_combiners(merge_value(create(a), b), create(c))"
    found.counter_example(3, lambda a, b, c: call.differ(further, *texts, a, b, c), law)
    combiners = _Search([create(deepcopy(value)) for value in found.samples], seed)
    combiners.counter_example(2, call.untouched(merge_combiners, "merge_combiners"), untouched, call.advice)
    combiners.laws_of(merge_combiners, "merge_combiners", call)


class _Calls:
    """Every call is made on copies, so that one which changes its operands does not spoil the next."""

    def __init__(self, rel_tol: float, left_may_change: bool, finish: Callable[[Any], Any] = lambda result: result):
        self._rel_tol = rel_tol
        self._left_may_change = left_may_change
        self._finish = finish
        self.advice = (
            "make a new object of what is given; as in Spark, only the left operand may be changed, and only in fold, "
            "aggregate and combineByKey"
        )

    def differ(self, ways: Sequence[Callable[..., Any]], one: str, other: str, *operands: Any) -> Results | None:
        """The two results if they are not the same."""
        left, right = (self._finish(way(*deepcopy(operands))) for way in ways)
        return None if close(left, right, self._rel_tol) else ((one, left), (other, right))

    def untouched(self, f: Callable[..., Any], name: str) -> Law:
        """The law that ``f`` changes none of its operands but, where it may, the first."""

        def law(*operands: Any) -> Results | None:
            copies = deepcopy(operands)
            f(*copies)
            names = _names(len(operands))
            for index, (before, after) in enumerate(zip(operands, copies, strict=True)):
                exempt = index == 0 and len(operands) > 1 and self._left_may_change
                if not exempt and fingerprint(before) != fingerprint(after):
                    text = f"{names[index]} after {name}({', '.join(names)})"
                    return (f"{names[index]} before", before), (text, after)
            return None

        return law


class _Search:
    """Looks for operands, smallest first, that break a law."""

    def __init__(self, samples: list[Any], seed: int) -> None:
        if not samples:
            raise ValueError("there are no samples to try the function on")
        self.samples = samples
        self._seed = seed

    def laws_of(self, f: Callable[[Any, Any], Any], name: str, call: _Calls) -> None:
        """Raises NotAReducer unless ``f`` is commutative and associative, and so in any order and grouping."""
        swapped = (f, lambda a, b: f(b, a))
        texts = f"{name}(a, b)", f"{name}(b, a)"
        self.counter_example(2, lambda a, b: call.differ(swapped, *texts, a, b), "commutative")
        grouped = (lambda a, b, c: f(f(a, b), c), lambda a, b, c: f(a, f(b, c)))
        nested = f"{name}({name}(a, b), c)", f"{name}(a, {name}(b, c))"
        self.counter_example(3, lambda a, b, c: call.differ(grouped, *nested, a, b, c), "associative")
        self._regroup(f, call)

    def counter_example(self, width: int, law: Law, name: str, advice: str = "") -> None:
        """Raises NotAReducer with the smallest of the operands that break the law."""
        for indexes in self._tuples(width):
            if law(*self._at(indexes)) is not None:
                indexes = self._smaller(indexes, law)
                results = law(*self._at(indexes))
                assert results is not None
                raise NotAReducer(name, self._at(indexes), results, advice)

    def _at(self, indexes: Sequence[int]) -> tuple[Any, ...]:
        return tuple(self.samples[index] for index in indexes)

    def _tuples(self, width: int) -> Iterator[tuple[int, ...]]:
        """All of them, those of small operands first; or as many as are allowed, of the smallest and by the seed."""
        count = len(self.samples)
        if count**width <= TRIED_MAX:
            yield from sorted(itertools.product(range(count), repeat=width), key=lambda chosen: (max(chosen), chosen))
            return
        small = int((TRIED_MAX / 3) ** (1 / width))
        yield from sorted(itertools.product(range(small), repeat=width), key=lambda chosen: (max(chosen), chosen))
        chance = random.Random(self._seed)
        for _ in range(TRIED_MAX - small**width):
            yield tuple(chance.randrange(count) for _ in range(width))

    def _smaller(self, indexes: tuple[int, ...], law: Law) -> tuple[int, ...]:
        """The same with each operand replaced by the first sample that still breaks the law, until none can be."""
        while True:
            for place, index in enumerate(indexes):
                shorter = (indexes[:place] + (lower,) + indexes[place + 1 :] for lower in range(index))
                found = next((chosen for chosen in shorter if law(*self._at(chosen)) is not None), None)
                if found is not None:
                    indexes = found
                    break
            else:
                return indexes

    def _regroup(self, f: Callable[[Any, Any], Any], call: _Calls) -> None:
        """Partial results are operands too: whole sequences, in orders and groupings of the seed's."""
        for number in range(REGROUPED):
            chance = random.Random(f"{self._seed} {number}")
            operands = [chance.choice(self.samples) for _ in range(chance.randint(3, OPERANDS_MAX))]
            law = _regrouping(f, call, number)
            while law(*operands) is not None:
                shorter = ([*operands[:i], *operands[i + 1 :]] for i in range(len(operands)))
                found = next((chosen for chosen in shorter if len(chosen) > 2 and law(*chosen) is not None), None)
                if found is None:
                    results = law(*operands)
                    assert results is not None
                    raise NotAReducer("any order and grouping", tuple(operands), results)
                operands = found


def _regrouping(f: Callable[[Any, Any], Any], call: _Calls, seed: int) -> Law:
    def law(*operands: Any) -> Results | None:
        text = [""]

        def tree(*values: Any) -> Any:
            chance = random.Random(seed)
            left = list(zip(_names(len(values)), values, strict=True))
            chance.shuffle(left)
            while len(left) > 1:
                at = chance.randrange(len(left) - 1)
                (name, one), (other, two) = left[at : at + 2]
                left[at : at + 2] = [(f"f({name}, {other})", f(one, two))]
            text[0] = left[0][0]
            return left[0][1]

        def in_turn(*values: Any) -> Any:
            result = values[0]
            for value in values[1:]:
                result = f(result, value)
            return result

        found = call.differ((in_turn, tree), "one after the other", "", *operands)
        return None if found is None else (found[0], (text[0], found[1][1]))

    return law


def _by_size(samples: Iterable[Any]) -> list[Any]:
    """One of each, the shortest to write first."""
    shown: dict[Hashable, Any] = {}
    for sample in samples:
        shown.setdefault(fingerprint(sample), sample)
    return sorted(shown.values(), key=lambda sample: (len(repr(sample)), sort_key(sample)))


def _names(count: int) -> list[str]:
    return [chr(ord("a") + index) for index in range(count)]


def _twice(f: Callable[..., Any]) -> tuple[Callable[..., Any], Callable[..., Any]]:
    return f, f


def _itself(value: Any) -> Any:
    return value
