"""A session as people have it, with things going wrong in between: RDDs are made of others, persisted, checkpointed and
asked for, while workers die, files are damaged and jobs are cancelled. The model of lists knows every answer."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from minispark import SparkConf, SparkContext, StorageLevel
from minispark.errors import JobCancelledError
from minispark.testing import functions as fn
from minispark.testing.agreement import assert_agrees
from minispark.testing.compare import canonical
from minispark.testing.lineages import Built, Call, Lineage, extend
from minispark.testing.marks import Marks
from minispark.testing.oracle import OracleContext, OracleRDD
from minispark.testing.strategies import lineages

pytestmark = [pytest.mark.chaos, pytest.mark.slow]

DAMAGES: dict[str, Callable[[bytes], bytes]] = {
    "emptied": lambda content: b"",
    "cut": lambda content: content[: len(content) // 2],
    "one bit": lambda content: content[: len(content) // 3] + b"\xa5" + content[len(content) // 3 + 1 :],
    "the footer": lambda content: content[:-9] + b"\x5a" + content[-8:],
}

LEVELS = ("MEMORY_ONLY", "MEMORY_AND_DISK", "DISK_ONLY")


@dataclass
class Held:
    """An RDD and its model."""

    rdd: Any
    model: OracleRDD


def without_local_checkpoints(lineage: Lineage) -> Lineage:
    """They have no lineage any more, so a damaged block of theirs is an error and not computed again."""
    steps = []
    for step in lineage.steps:
        args = tuple(without_local_checkpoints(arg) if isinstance(arg, Lineage) else arg for arg in step.args)
        steps.append(Call("cut", ("checkpoint",)) if step.name == "cut" else replace(step, args=args))
    return Lineage(lineage.source, tuple(steps))


def dies_once(marks: Marks, name: str) -> Callable[[Iterable[Any]], Iterator[Any]]:
    def function(records: Iterable[Any]) -> Iterator[Any]:
        for record in records:
            if marks.first(name):
                os.kill(os.getpid(), signal.SIGKILL)
            yield record

    return function


def waits_for_ever(marks: Marks) -> Callable[[Iterable[Any]], Iterator[Any]]:
    def function(records: Iterable[Any]) -> Iterator[Any]:
        marks.leave("begun")
        threading.Event().wait()
        yield from records

    return function


class Session(RuleBasedStateMachine):
    made = Bundle("made")

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="session-"))
        local = self.folder / "local"
        local.mkdir()
        conf = SparkConf().set("spark.local.dir", str(local)).set("spark.ui.showConsoleProgress", "false")
        self.sc = SparkContext("local[2]", "session", conf=conf)
        self.sc.setCheckpointDir(str(self.folder / "checkpoints"))
        self.marks = Marks(self.folder / "marks")
        self.turn = 0

    def teardown(self) -> None:
        ours = set(psutil.Process().children(recursive=True))
        self.sc.stop()
        assert psutil.wait_procs(ours, 5)[1] == []
        assert not [path for path in (self.folder / "local").rglob("*") if path.is_file()]
        shutil.rmtree(self.folder)

    # --- what a user does -------------------------------------------------------------------------------------------

    @rule(target=made, drawn=lineages(4))
    def make(self, drawn: Lineage) -> Held:
        lineage = without_local_checkpoints(drawn)
        return Held(lineage.build(self.sc, self.folder).rdd, lineage.build(OracleContext()).rdd)

    @rule(
        target=made,
        held=made,
        calls=st.sampled_from(
            [
                [Call("map", (fn.framed,))],
                [Call("groupBy", (fn.framed, 3)), Call("mapValues", (canonical,))],
                [Call("coalesce", (2,))],
                [Call("repartition", (3,))],
                [Call("filter", (bool,))],
            ]
        ),
    )
    def derive(self, held: Held, calls: list[Call]) -> Held:
        real, model = Built(held.rdd), Built(held.model)
        for call in calls:
            extend(real, call, self.sc)
            extend(model, call, OracleContext())
        return Held(real.rdd, model.rdd)

    @rule(target=made, left=made, right=made)
    def unite(self, left: Held, right: Held) -> Held:
        return Held(left.rdd.union(right.rdd), left.model.union(right.model))

    @rule(held=made, level=st.sampled_from(LEVELS))
    def persist(self, held: Held, level: str) -> None:
        if not held.rdd.is_cached:
            held.rdd.persist(getattr(StorageLevel, level))

    @rule(held=made)
    def unpersist(self, held: Held) -> None:
        held.rdd.unpersist()

    @rule(held=made)
    def checkpoint(self, held: Held) -> None:
        held.rdd.checkpoint()

    @rule(held=made)
    def ask(self, held: Held) -> None:
        assert_agrees(held.model, "glom", held.rdd.glom().collect())
        assert held.rdd.count() == held.model.count()

    @rule(held=made, num=st.integers(0, 9))
    def take(self, held: Held, num: int) -> None:
        assert_agrees(held.model, "take", held.rdd.take(num), num)

    # --- what goes wrong ----------------------------------------------------------------------------------------------

    @rule(held=made)
    def a_task_kills_its_worker(self, held: Held) -> None:
        self.turn += 1
        rdd = held.rdd.mapPartitions(dies_once(self.marks, f"dead-{self.turn}"))
        assert_agrees(held.model, "collect", rdd.collect())

    @rule(which=st.integers(0, 1))
    def kill_an_idle_worker(self, which: int) -> None:
        with suppress(psutil.NoSuchProcess):  # the helper may be dying of another rule
            workers = [worker for helper in psutil.Process().children() for worker in helper.children()]
            if workers:
                workers[which % len(workers)].kill()

    @rule()
    def kill_the_helper(self) -> None:
        with suppress(psutil.NoSuchProcess):
            for helper in psutil.Process().children():
                helper.kill()

    @rule(
        held=made,
        first=st.integers(0, 3),
        step=st.sampled_from([1, 2, 5]),
        damage=st.sampled_from(["one bit", "deleted", *DAMAGES]),
    )
    def damage_files(self, held: Held, first: int, step: int, damage: str) -> None:
        """Some or all of what is there after a job, which the next one would read."""
        self.ask(held)
        for path in self._files()[first::step]:
            if damage == "deleted":
                path.unlink()
            else:
                path.write_bytes(DAMAGES[damage](path.read_bytes()))
        self.ask(held)

    @precondition(lambda self: self.turn < 20)
    @rule(held=made)
    def cancel(self, held: Held) -> None:
        if not held.model.getNumPartitions():
            return
        ended: list[object] = []
        self.marks.clear()

        def run() -> None:
            try:
                ended.append(held.rdd.mapPartitions(waits_for_ever(self.marks)).count())
            except JobCancelledError as error:
                ended.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        deadline = time.monotonic() + 30
        while not self.marks.read():
            assert time.monotonic() < deadline
            threading.Event().wait(0.002)
        self.sc.cancelAllJobs()
        thread.join(30)
        assert [type(end) for end in ended] == [JobCancelledError]

    def _files(self) -> list[Path]:
        """Shuffle outputs, kept blocks and stored data of the context, in an order that a run repeats."""
        store = self.sc._session._store
        folders = {*store._directories.paths, store._memory_directory}
        found = [path for folder in folders for path in Path(folder).iterdir() if path.is_file()]
        return sorted((path for path in found if "lock" not in path.name), key=lambda path: path.name)


@pytest.mark.timeout(400)
@pytest.mark.matrix(1, 6, 8, 9, 10, 11, 12, 62, 63)
def test_every_answer_is_right_whatever_went_wrong_before() -> None:
    run_state_machine_as_test(
        Session, settings=settings(max_examples=10 * settings.default.max_examples // 300, stateful_step_count=25)
    )
