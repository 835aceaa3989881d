"""Threads that start jobs as the thread that made them would: with its group, tags and pool."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from minispark.rdd.context import SparkContext
from minispark.rdd.core import checked_function

F = TypeVar("F", bound=Callable[..., Any])


class InheritableThread(threading.Thread):
    """A thread that begins with the local properties its starter has at ``start`` (``pyspark.InheritableThread``).

    >>> sc.setLocalProperty("spark.scheduler.pool", "reports")
    >>> seen = []
    >>> thread = InheritableThread(target=lambda: seen.append(sc.getLocalProperty("spark.scheduler.pool")))
    >>> thread.start(); thread.join(); seen
    ['reports']
    >>> sc.setLocalProperty("spark.scheduler.pool", None)
    """

    def __init__(self, target: Callable[..., Any], *args: Any, session: object = None, **kwargs: Any) -> None:
        checked_function(target)
        self._inherited: dict[str, str] = {}

        def run(*given: Any, **named: Any) -> Any:
            _begin_with(self._inherited)
            return target(*given, **named)

        super().__init__(None, run, *args, **kwargs)

    def start(self) -> None:
        """Start the thread; its jobs have the properties that this thread's jobs have now."""
        self._inherited = _current()
        super().start()


def inheritable_thread_target(f: Any) -> Any:
    """A function that, in whatever thread it is called, begins with the local properties this thread has now.

    Given a SparkSession instead of a function, the answer is the decorator.

    >>> sc.setJobGroup("reports", "every night")
    >>> target = inheritable_thread_target(lambda: print(sc.getLocalProperty("spark.jobGroup.id")))
    >>> thread = threading.Thread(target=target)
    >>> thread.start(); thread.join()
    reports
    >>> sc.setLocalProperty("spark.jobGroup.id", None)
    """
    inherited = _current()
    if not callable(f) and hasattr(f, "sparkContext"):
        return lambda function: _inheriting(function, inherited)
    return _inheriting(f, inherited)


def _inheriting(function: F, inherited: dict[str, str]) -> F:
    checked_function(function)

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        _begin_with(inherited)
        return function(*args, **kwargs)

    return wrapped  # type: ignore[return-value]  # wraps keeps its signature


def _current() -> dict[str, str]:
    context = SparkContext._active
    return {} if context is None else context._properties()


def _begin_with(properties: dict[str, str]) -> None:
    context = SparkContext._active
    if context is not None:
        context._local.values = dict(properties)
