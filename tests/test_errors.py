"""The public home of error classes: one root, whose fault each is, and the name that tracebacks show."""

from __future__ import annotations

import pickle
import subprocess
import sys
import traceback

import pytest

from minispark import errors
from minispark.engine.core import errors as engine
from minispark.engine.runtime.raising import to_exception
from minispark.engine.scheduler.events import JobFailed

OWN = sorted(name for name, item in vars(engine).items() if isinstance(item, type) and name[0] != "_")
NOBODYS = {"JobCancelledError", "UserFunctionError", "MinisparkError"}


@pytest.mark.parametrize("name", OWN)
def test_an_engine_error_is_public_and_says_whose_fault_it_is(name: str) -> None:
    kind = getattr(errors, name)
    assert kind is getattr(engine, name)
    assert name in errors.__all__
    assert kind.__module__ == "minispark.errors", "what a traceback shows is what an except clause can name"
    assert kind.__doc__
    if issubclass(kind, Warning):
        return
    if name in errors.CLASSES:
        assert issubclass(kind, errors.PySparkException)
        return
    assert issubclass(kind, errors.MinisparkError)
    faults = (errors.UserMistake, errors.EnvironmentFault, errors.InternalError)
    assert sum(issubclass(kind, base) for base in faults) == (0 if name in NOBODYS else 1)


def test_the_list_is_complete() -> None:
    found = {name for name, item in vars(errors).items() if isinstance(item, type)} | {"CLASSES"}
    assert set(errors.__all__) == found


@pytest.mark.parametrize("kind", ["PoisonTaskError", "StageAbortedError", "IndeterminateError", "DiskFullError"])
def test_a_failed_task_says_where_it_ran_and_what_to_do_next(kind: str) -> None:
    error = to_exception(JobFailed(0, kind, "it failed", None, stage_id=3, partition=5, attempt_number=2))
    assert isinstance(error, errors.EnvironmentFault)
    where, next_step = error.__notes__
    assert where == "in stage 3, partition 5, attempt 2"
    assert next_step.startswith("next: ")


def test_a_traceback_and_a_pickle_have_the_public_name() -> None:
    error = errors.ClosureError("no way")
    assert traceback.format_exception_only(error) == ["minispark.errors.ClosureError: no way\n"]
    data = pickle.dumps(error)
    assert b"minispark.errors" in data and b"engine" not in data
    program = f"import pickle; print(repr(pickle.loads({data!r})))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "ClosureError('no way')"


def test_a_condition_has_spark_s_sqlstate() -> None:
    known = {"DIVIDE_BY_ZERO": "22012", "CAST_INVALID_INPUT.X": "22018", "CANNOT_MERGE_TYPE": "42K09", "MINE": None}
    assert {name: errors.PySparkException("", name, {}).getSqlState() for name in known} == known
