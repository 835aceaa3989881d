from __future__ import annotations

import functools
import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from minispark.engine.core.errors import ClosureError, ContextInTaskError
from minispark.engine.serde.closures import dumps, loads

LOCK = threading.Lock()


def uses_a_global(x: Any) -> Any:
    return LOCK, x


class Job:
    def __init__(self, lock: Any) -> None:
        self.lock = lock

    def run(self, x: Any) -> Any:
        return self.lock, x


def closure_over(reader: Any) -> Callable[[Any], Any]:
    def fetch(x: Any) -> Any:
        return reader, x

    return fetch


def nested(reader: Any) -> Callable[[Any], Any]:
    inner = closure_over({"handles": [1, reader]})

    def outer(x: Any) -> Any:
        return inner(x)

    return outer


def default(x: Any, lock: Any = LOCK) -> Any:
    return lock, x


def keyword(x: Any, *, lock: Any = LOCK) -> Any:
    return lock, x


def make_local(function: Callable[..., Any]) -> Callable[..., Any]:
    """By value, as the functions of a script are."""
    function.__module__ = "__main__"
    return function


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda s: closure_over(s), r"fetch\.<closure>\.reader -> socket\.socket"),
        (lambda s: nested(s), r"outer\.<closure>\.inner\.<closure>\.reader\['handles'\]\[1\] -> socket\.socket"),
        (lambda s: make_local(uses_a_global), r"uses_a_global\.<globals>\.LOCK -> _thread\.lock"),
        (lambda s: make_local(default), r"default\.<default>\.lock -> _thread\.lock"),
        (lambda s: make_local(keyword), r"keyword\.<default>\.lock -> _thread\.lock"),
        (lambda s: Job(s).run, r"object\.__self__\.lock -> socket\.socket"),
        (lambda s: functools.partial(max, s), r"object\.args\[0\] -> socket\.socket"),
        (lambda s: [{"steps": (closure_over(s),)}], r"fetch\.<closure>\.reader -> socket\.socket"),
        (lambda s: lambda x: (s, x), r"<lambda at test_closures\.py:\d+>\.<closure>\.s -> socket\.socket"),
    ],
)
def test_the_path_to_the_culprit_is_named(make: Callable[[Any], Any], path: str) -> None:
    with socket.socket() as sock, pytest.raises(ClosureError, match="the function of map cannot be sent.* " + path):
        dumps(make(sock), "the function of map")


def test_functions_round_trip_by_value() -> None:
    offset = 3
    assert loads(dumps(lambda x: x + offset, "f"))(4) == 7
    assert loads(dumps(closure_over("r"), "f"))(1) == ("r", 1)


def test_functions_by_value_keep_the_name_of_their_file() -> None:
    code = loads(dumps(nested("r"), "f")).__code__
    assert code.co_filename == __file__
    inner = loads(dumps(lambda: lambda x: x, "f"))()  # a code object among another's constants
    assert (inner.__code__.co_filename, inner(3)) == (__file__, 3)


class Context:
    def __reduce__(self) -> Any:
        raise ContextInTaskError("a context cannot be used in a task")


def test_our_own_error_passes_with_the_path() -> None:
    with pytest.raises(ContextInTaskError, match="cannot be used") as caught:
        dumps(closure_over(Context()), "f")
    assert caught.value.__notes__ == ["reached through fetch.<closure>.reader"]


def test_memory_errors_pass_unchanged() -> None:
    class Huge:
        def __reduce__(self) -> Any:
            raise MemoryError

    with pytest.raises(MemoryError):
        dumps([Huge()], "f")
