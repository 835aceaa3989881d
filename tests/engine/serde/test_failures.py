from __future__ import annotations

import pickle
import traceback
from typing import Any

import pytest

from minispark.engine.core.errors import MinisparkError, UserFunctionError
from minispark.engine.core.outcomes import Failure
from minispark.engine.serde.failures import capture, restore


class TwoArguments(Exception):
    """Does not round-trip: unpickling calls the class with ``args``, the one message."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(f"{code}: {text}")
        self.code = code


class Keeps(Exception):
    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.code = 7


class BadReduce(Exception):
    def __reduce__(self) -> Any:
        raise SystemExit("no")


class BadStr(Exception):
    def __str__(self) -> str:
        raise ZeroDivisionError


class Changed(Exception):
    def __reduce__(self) -> Any:
        return ValueError, ("other",)


def raised(error: BaseException) -> BaseException:
    try:
        raise error
    except BaseException as caught:
        return caught


def travel(error: BaseException, *notes: str) -> BaseException:
    return restore(pickle.loads(pickle.dumps(capture(raised(error), notes))))


def test_the_users_own_exception_comes_back_with_its_attributes() -> None:
    error = travel(Keeps("bad input"), "in map at job.py:3", "record: 5")
    assert type(error) is Keeps and str(error) == "bad input" and error.code == 7
    assert error.__notes__[:2] == ["in map at job.py:3", "record: 5"]
    assert len(error.__notes__) == 2
    shown = "".join(traceback.format_tb(error.__traceback__))
    assert "test_failures.py" in shown and "raise error" in shown


def test_a_local_class_comes_back() -> None:
    class Local(Exception):
        pass

    assert type(travel(Local("x"))) is Local


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (TwoArguments(4, "gone"), "test_failures.TwoArguments: 4: gone"),
        (BadReduce("why"), "test_failures.BadReduce: why"),
        (BadStr("why"), "test_failures.BadStr: <str() of this BadStr raised ZeroDivisionError>"),
        (Changed("why"), "test_failures.Changed: why"),
        (SystemExit(3), "SystemExit: 3"),
        (KeyboardInterrupt(), "KeyboardInterrupt"),
        (StopIteration(1), "StopIteration: 1"),
        (Exception("x" * 2_000_000), "Exception: xxx"),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.matrix(24, 25)
def test_what_does_not_survive_arrives_as_text(error: BaseException, text: str) -> None:
    back = travel(error)
    assert type(back) is UserFunctionError and isinstance(back, (MinisparkError, RuntimeError))
    assert text in str(back)
    assert "raise error" in "".join(traceback.format_tb(back.__traceback__))


@pytest.mark.matrix(24)
def test_an_exception_that_cannot_be_unpickled_here_arrives_as_text() -> None:
    failure = Failure("there.Only", "text", pickled=b"\x80\x05cnowhere\nOnly\n.")
    assert str(restore(failure)) == "there.Only: text"


def test_only_the_users_frames_remain() -> None:
    from minispark.engine.serde import codec

    class Refuses:
        def __reduce__(self) -> Any:
            raise KeyError("deep")

    with pytest.raises(Exception) as caught:
        codec.encode([Refuses()])
    frames = "".join(capture(caught.value).frames)
    assert "codec.encode([Refuses()])" in frames
    assert 'raise KeyError("deep")' in frames
    assert "KeyError: 'deep'" in frames and "direct cause" in frames
    assert "serde/codec.py" not in frames and "cloudpickle" not in frames


def test_causes_come_before() -> None:
    def fail() -> None:
        try:
            raise KeyError("inner")
        except KeyError:
            raise ValueError("outer")  # noqa: B904 (its context is what is tested)

    with pytest.raises(ValueError) as caught:
        fail()
    frames = "".join(capture(caught.value).frames)
    assert frames.index("KeyError: 'inner'") < frames.index("During handling") < frames.index('ValueError("outer")')


def test_frames_come_back_as_a_traceback_with_the_right_lines() -> None:
    def outer() -> None:
        (lambda: int("x"))()  # this line

    with pytest.raises(ValueError) as caught:
        outer()
    back = restore(capture(caught.value))
    entries = traceback.extract_tb(back.__traceback__)
    assert [entry.name for entry in entries][-2:] == ["outer", "<lambda>"]
    assert [entry.line for entry in entries][-2:] == ['(lambda: int("x"))()  # this line'] * 2
    assert all(entry.colno is None for entry in entries)


def test_the_frames_of_an_endless_recursion_are_bounded() -> None:
    def forever(n: int) -> int:
        return forever(n + 1)

    with pytest.raises(RecursionError) as caught:
        forever(0)
    assert 100 <= len(traceback.extract_tb(restore(capture(caught.value)).__traceback__)) <= 200
