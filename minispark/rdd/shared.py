"""Accumulators: sums that tasks add to and only the driver reads."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Generic, TypeVar

from minispark.engine.core.errors import Py4JJavaError
from minispark.engine.kernels.current import current_task

T = TypeVar("T")


class AccumulatorParam(Generic[T]):
    """How an accumulator's values are added (``pyspark.AccumulatorParam``)."""

    def zero(self, value: T) -> T:
        """A neutral value of the same shape as ``value``."""
        raise NotImplementedError(f"{type(self).__name__} must define zero(value)")

    def addInPlace(self, value1: T, value2: T) -> T:
        """The sum of both; may change ``value1`` and return it."""
        raise NotImplementedError(f"{type(self).__name__} must define addInPlace(value1, value2)")


class AddingAccumulatorParam(AccumulatorParam[Any]):
    """Values added by ``+=``, from the given zero (``pyspark.accumulators.AddingAccumulatorParam``).

    >>> counts = sc.accumulator(0.5, AddingAccumulatorParam(0.0))
    >>> sc.parallelize([1, 2]).foreach(counts.add)
    >>> counts.value
    3.5
    """

    def __init__(self, zero_value: Any) -> None:
        self.zero_value = zero_value

    def zero(self, value: Any) -> Any:
        return self.zero_value

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        value1 += value2
        return value1


INT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0)
FLOAT_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0)
COMPLEX_ACCUMULATOR_PARAM = AddingAccumulatorParam(0.0j)

_PARAMS: dict[type, AccumulatorParam[Any]] = {
    int: INT_ACCUMULATOR_PARAM,
    float: FLOAT_ACCUMULATOR_PARAM,
    complex: COMPLEX_ACCUMULATOR_PARAM,
}


class Accumulator(Generic[T]):
    """A value that tasks add to and only the driver reads (``pyspark.Accumulator``).

    An update counts once per partition of the RDD it was made in, whatever was retried or computed again for recovery.

    >>> total = sc.accumulator(0)
    >>> sc.parallelize([1, 2, 3]).foreach(lambda x: total.add(x))
    >>> total.value
    6
    """

    def __init__(self, aid: int, value: T, accum_param: AccumulatorParam[T]) -> None:
        self.aid = aid
        self.accum_param = accum_param
        self._value = value

    @property
    def value(self) -> T:
        """The sum so far. Raises in a task."""
        if current_task() is not None:
            raise Py4JJavaError(f"accumulator {self.aid} is read inside a task; only the driver knows its value")
        return self._value

    @value.setter
    def value(self, value: T) -> None:
        if current_task() is not None:
            raise Py4JJavaError(f"accumulator {self.aid} is assigned inside a task; use add or +=")
        self._value = value

    def add(self, term: T) -> None:
        """Add ``term``."""
        task = current_task()
        if task is None:
            self._value = self.accum_param.addInPlace(self._value, term)
        else:
            task.accumulate(self.aid, self._zero, self.accum_param.addInPlace, term)

    def __iadd__(self, term: T) -> Accumulator[T]:
        self.add(term)
        return self

    def _zero(self) -> T:
        """Of each task's own: ``addInPlace`` may change it, and ``zero`` may always return the same object."""
        return deepcopy(self._value)

    def _merge(self, update: Any) -> None:
        self._value = self.accum_param.addInPlace(self._value, update)

    def _canonical_(self, canonical: Any) -> None:
        """By its place among the accumulators of a stage, and by how it adds."""
        canonical.token("accumulator", canonical.roles.number(self.aid))
        canonical.part(".accum_param", self.accum_param)
        canonical.part(".zero", self.accum_param.zero(self._value))

    def __reduce__(self) -> tuple[Any, ...]:
        return _accumulator_in_task, (self.aid, self.accum_param.zero(self._value), self.accum_param)

    def __str__(self) -> str:
        return str(self._value)

    def __repr__(self) -> str:
        return f"Accumulator<id={self.aid}, value={self._value}>"


def _accumulator_in_task(aid: int, zero: Any, param: AccumulatorParam[Any]) -> Accumulator[Any]:
    return Accumulator(aid, zero, param)


def default_param(value: Any) -> AccumulatorParam[Any]:
    """The param of a number. Raises TypeError for other values."""
    for kind, param in _PARAMS.items():
        if isinstance(value, kind):
            return param
    raise TypeError(
        f"No default accumulator param for type {type(value)}: pass an AccumulatorParam for it as accum_param"
    )


def checked_param(param: Any) -> AccumulatorParam[Any]:
    """A param as given by the user. Raises TypeError naming what was given instead."""
    if not (callable(getattr(param, "zero", None)) and callable(getattr(param, "addInPlace", None))):
        raise TypeError(f"accum_param must have the methods zero and addInPlace, as {param!r:.200} has not")
    checked: AccumulatorParam[Any] = param
    return checked


Merge = Callable[[Any], None]
