"""Commands that records are piped through."""

from __future__ import annotations

import os
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext


def python(program: str) -> str:
    return shlex.join([sys.executable, "-c", program])


def test_records_go_in_as_lines_and_lines_come_out(sc: SparkContext) -> None:
    assert sc.parallelize(["1", "2", "", "3"], 2).pipe("cat").collect() == ["1", "2", "", "3"]
    assert sc.parallelize([1, None, "x\ny", "z\n\n"], 1).pipe("cat").collect() == ["1", "None", "x", "y", "z"]
    assert sc.parallelize(["é", "naïve"], 1).pipe("cat").collect() == ["é", "naïve"]
    assert sc.parallelize([1], 1).pipe("printf 'a\nb'").collect() == ["a", "b"]
    assert sc.parallelize([], 2).pipe("cat").collect() == []


def test_more_than_pipes_hold(sc: SparkContext) -> None:
    lines = [f"{i} {'x' * 90}" for i in range(20_000)]
    assert sc.parallelize(lines, 2).pipe("cat").collect() == lines
    sorted_first = python("import sys; lines = sys.stdin.readlines(); sys.stdout.writelines(sorted(lines))")
    assert sc.parallelize(lines, 1).pipe(sorted_first).count() == 20_000


def test_the_environment_is_the_one_given(sc: SparkContext) -> None:
    assert sc.parallelize([1], 1).pipe("env").collect() == []
    assert sc.parallelize([1], 1).pipe("env", {"A": "b"}).collect() == ["A=b"]


def test_a_command_that_does_not_exist(sc: SparkContext) -> None:
    rdd = sc.parallelize([1], 1).pipe("no-such-command -x")
    with pytest.raises(FileNotFoundError, match="the piped command could not be started.*no-such-command -x"):
        rdd.collect()


def test_an_exit_code(sc: SparkContext) -> None:
    command = python("import sys; sys.stdin.read(); print('out'); sys.exit('sorry, no')")
    assert sc.parallelize([1], 1).pipe(command).collect() == ["out"]
    with pytest.raises(RuntimeError, match="ended with exit code 1 in partition 0; it wrote: sorry, no"):
        sc.parallelize([1], 1).pipe(command, checkCode=True).collect()
    assert sc.parallelize([1, 2], 1).pipe("grep 1").collect() == ["1"]
    with pytest.raises(RuntimeError, match="exit code 1 in partition 0"):
        sc.parallelize([2], 1).pipe("grep 1", checkCode=True).collect()


@pytest.mark.parametrize(("command", "env"), [(["cat"], None), (None, None), ("cat", {"A": 1}), ("cat", ["A=1"])])
def test_what_is_no_command(sc: SparkContext, command: Any, env: Any) -> None:
    with pytest.raises(TypeError, match="pipe needs"):
        sc.parallelize([1]).pipe(command, env)


def test_an_empty_command(sc: SparkContext) -> None:
    with pytest.raises(ValueError, match="pipe needs a command"):
        sc.parallelize([1]).pipe(" ")


def test_a_command_that_reads_only_the_first_lines(sc: SparkContext) -> None:
    assert sc.parallelize(range(200_000), 1).pipe("head -n 2").collect() == ["0", "1"]


def test_an_error_of_what_is_piped_is_the_users(sc: SparkContext) -> None:
    with pytest.raises(ZeroDivisionError):
        sc.parallelize([1, 0], 1).map(lambda x: 1 // x).pipe("cat").collect()


def test_a_command_is_ended_when_nobody_reads_on(sc: SparkContext, tmp_path: Path) -> None:
    path = tmp_path / "pid"
    program = (
        f"import os, time; open({str(path)!r}, 'w').write(str(os.getpid())); print(1, flush=True); time.sleep(600)"
    )
    assert sc.parallelize([1], 1).pipe(python(program)).take(1) == ["1"]
    with pytest.raises(ProcessLookupError):
        os.kill(int(path.read_text()), 0)


def test_stderr_is_passed_on(sc: SparkContext, capfd: pytest.CaptureFixture[str]) -> None:
    command = python("import sys; print('a warning', file=sys.stderr)")
    assert sc.parallelize([1], 1).pipe(command).collect() == []
    if sc.master == "inline":
        assert "a warning" in capfd.readouterr().err
