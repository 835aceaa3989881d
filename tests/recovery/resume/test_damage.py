"""What lies in a resume directory and is not what was written there: at worst it is computed again."""

from __future__ import annotations

import os
import pickle
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from minispark.engine.core.errors import ConfigurationError, ResumeError
from minispark.engine.runtime import resumedir

PROGRAM = """
from operator import add
seen = sc.accumulator(0)

def first(x):
    seen.add(1)
    return x % 7, x

sums = sc.parallelize(range(100), 4).map(first).reduceByKey(add, 3)
groups = sums.map(lambda pair: (pair[1] % 3, pair[0])).groupByKey(2).mapValues(sorted)
answer = sorted(groups.collect()), seen.value
"""


def truncate(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[3] ^= 1
    path.write_bytes(data)


def plant(path: Path) -> None:
    class Planted:
        def __reduce__(self) -> Any:
            return os.mkdir, (str(path) + "-unpickled",)

    path.write_bytes(pickle.dumps(Planted()))


def link(path: Path) -> None:
    other = path.with_name("elsewhere")
    shutil.move(path, other)
    path.symlink_to(other)


DAMAGES = [Path.unlink, truncate, flip, plant]


def outputs_of(programs: Any, tasks: int) -> list[Path]:
    """The outputs of the one entry that has so many."""
    entries = [e for e in programs.directory.glob("outputs/*") if len(list(e.glob("[0-9]*"))) == tasks]
    assert len(entries) == 1
    return sorted(entries[0].glob("[0-9]*"))


@pytest.mark.slow
@pytest.mark.matrix(8, 9, 10, 11, 59)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda f: f.__name__)
@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_a_damaged_output_that_is_read_runs_that_task_again(
    programs: Any, damage: Callable[[Path], None], master: str
) -> None:
    answer = programs.run(PROGRAM, master=master)
    damage(outputs_of(programs, 3)[1])
    assert programs.run(PROGRAM, master=master) == answer
    assert programs.ran == {"groupByKey": 1}
    assert programs.run(PROGRAM, master=master) == answer
    assert programs.ran == {}
    assert not list(programs.directory.rglob("*-unpickled"))


@pytest.mark.matrix(8, 9, 10, 11, 59)
@pytest.mark.parametrize("damage", DAMAGES, ids=lambda f: f.__name__)
def test_a_damaged_output_that_nobody_reads_runs_nothing_and_its_updates_count(
    programs: Any, damage: Callable[[Path], None]
) -> None:
    answer = programs.run(PROGRAM)
    assert answer[1] == 100
    for output in outputs_of(programs, 4):
        damage(output)
    assert programs.run(PROGRAM) == answer
    assert programs.ran == {}


def test_both_stages_damaged_run_those_tasks(programs: Any) -> None:
    answer = programs.run(PROGRAM)
    for output in (outputs_of(programs, 4)[2], outputs_of(programs, 3)[0]):
        output.unlink()
    assert programs.run(PROGRAM) == answer
    assert programs.ran == {"reduceByKey": 1, "groupByKey": 1}


@pytest.mark.parametrize("damage", [Path.unlink, truncate, flip, plant, link], ids=lambda f: f.__name__)
def test_without_a_stages_ledger_it_runs_and_what_follows_too(programs: Any, damage: Callable[[Path], None]) -> None:
    answer = programs.run(PROGRAM)
    damage(outputs_of(programs, 4)[0].with_name("ledger"))
    assert programs.run(PROGRAM) == answer
    assert programs.ran["reduceByKey"] >= 1  # a torn end may leave the records before it
    assert programs.ran["groupByKey"] == 3


def test_a_ledger_of_another_entry_is_none(programs: Any) -> None:
    answer = programs.run(PROGRAM)
    first, second = (outputs_of(programs, n)[0].parent for n in (4, 3))
    for path in list(second.iterdir()):
        shutil.move(path, second.with_name("aside"))
    shutil.copytree(first, second, dirs_exist_ok=True)
    assert programs.run(PROGRAM) == answer
    assert programs.ran == {"groupByKey": 3}


def test_a_copied_directory_has_its_own_key_and_is_whole(programs: Any, tmp_path: Path, fresh: Any) -> None:
    answer = programs.run(PROGRAM)
    other = fresh()
    shutil.copytree(programs.directory, other.directory)
    assert other.run(PROGRAM) == answer
    assert other.ran == {}


def test_with_another_key_nothing_is_believed(programs: Any) -> None:
    answer = programs.run(PROGRAM)
    (programs.directory / "key").write_bytes(bytes(32))
    assert programs.run(PROGRAM) == answer
    assert programs.ran == {"reduceByKey": 4, "groupByKey": 3}


def test_what_an_attempt_left_half_written_is_swept(programs: Any) -> None:
    programs.run(PROGRAM)
    entry = outputs_of(programs, 3)[0].parent
    strays = [entry / ".tmp-0-abc-1", entry / "2-abcd-7"]
    for stray in strays:
        stray.write_bytes(b"stray")
    programs.run(PROGRAM)
    assert not any(stray.exists() for stray in strays)


def test_the_directory_removed_while_the_program_runs(programs: Any) -> None:
    program = (
        PROGRAM + "remove()\nanswer = answer, sorted(sums.map(lambda p: (p[1], p[0])).groupByKey(2).keys().collect())"
    )
    expected = [sum(range(key, 100, 7)) for key in range(7)]
    answer = programs.run(program, master="local[2]", remove=lambda: shutil.rmtree(programs.directory))
    assert answer[1] == sorted(expected)
    assert answer[0][1] == 100


def test_a_full_directory_leaves_outputs_to_the_local_ones(programs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resumedir.ResumeDirectory, "take", lambda self, name: os.path.join(self.outputs, name))
    answer = programs.run(PROGRAM)
    assert programs.outputs() == []
    assert programs.run(PROGRAM) == answer
    assert programs.ran == {"reduceByKey": 4, "groupByKey": 3}


def test_a_second_context_is_refused(programs: Any, fresh: Any) -> None:
    with (
        programs.context(),
        pytest.raises(ResumeError, match=f"in use by process {os.getpid()}"),
    ):
        from minispark.engine.runtime.session import Session

        Session({"spark.master": "inline", "spark.minispark.resume.dir": str(programs.directory)})


@pytest.mark.parametrize("directory", ["s3://bucket/resume", "file:///tmp/resume", ""])
def test_what_is_no_local_path_is_refused(programs: Any, directory: str) -> None:
    with pytest.raises((ResumeError, ConfigurationError)):
        programs.context(spark_minispark_resume_dir=directory)
