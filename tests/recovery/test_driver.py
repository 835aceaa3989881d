"""The driver itself interrupted or killed: the prompt is back, no process stays, the next start cleans up."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

import minispark
from minispark.testing.marks import Marks

pytestmark = pytest.mark.chaos

PREAMBLE = """
import os, sys, threading, time
from minispark import SparkConf, SparkContext
from minispark.testing.marks import Marks
marks = Marks(sys.argv[1])
conf = SparkConf().setMaster("local[2]").set("spark.local.dir", sys.argv[2])
conf.set("spark.ui.showConsoleProgress", "false")
sc = SparkContext(conf=conf)

def busy(x):
    marks.leave(os.getpid())
    if x % 2:
        threading.Event().wait(300)
    while True:
        sum(range(1000))
"""


class Driver:
    """A driver program in a process (and process group) of its own."""

    def __init__(self, folder: Path, text: str) -> None:
        self.marks = Marks(folder / "driver-marks")
        self.local = folder / "local"
        self.local.mkdir(exist_ok=True)
        script = folder / "driver.py"
        script.write_text(PREAMBLE + textwrap.dedent(text))
        self.process = subprocess.Popen(
            [sys.executable, str(script), self.marks.path, str(self.local)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env={**os.environ, "PYTHONPATH": str(Path(minispark.__file__).parent.parent)},
        )

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def close(self) -> None:
        for process in [*self.tree(), psutil.Process(self.process.pid)] if self.process.poll() is None else []:
            process.kill()
        self.process.communicate()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Driver]]:
    drivers: list[Driver] = []

    def begin(text: str) -> Driver:
        drivers.append(Driver(tmp_path, text))
        return drivers[-1]

    yield begin
    for driver in drivers:
        driver.close()


def gone(processes: list[psutil.Process]) -> bool:
    return all(not p.is_running() or p.status() == psutil.STATUS_ZOMBIE for p in processes)


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


INTERRUPTED = """
try:
    sc.parallelize(range(4), 4).foreach(busy)
    print("finished", flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
print(sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).reduceByKey(max).count(), flush=True)
sc.stop()
print("stopped", flush=True)
"""


@pytest.mark.matrix(41)
@pytest.mark.parametrize("to", ["the driver", "its process group"])
def test_ctrl_c_gives_the_prompt_back_in_a_second(start: Any, until: Any, to: str) -> None:
    driver = start(INTERRUPTED)
    until(lambda: len(driver.marks) >= 2)
    workers = driver.tree()
    begin = time.monotonic()
    (os.kill if to == "the driver" else os.killpg)(driver.process.pid, signal.SIGINT)
    assert driver.line() == "interrupted"
    assert time.monotonic() - begin < 1.0
    assert driver.line() == "3", "the context is usable"
    assert driver.line() == "stopped"
    assert driver.process.wait(10) == 0
    assert driver.process.stderr.read() == ""
    until(lambda: gone(workers), 2)
    assert files(driver.local) == []


@pytest.mark.matrix(41)
def test_ctrl_c_in_a_shuffle(start: Any, until: Any) -> None:
    driver = start(
        """
        def slow(x):
            marks.leave(x)
            threading.Event().wait(0.05)
            return (x % 5, x)
        rdd = sc.parallelize(range(1000), 10).map(slow).groupByKey(4)
        try:
            rdd.count()
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        print(sc.parallelize(range(10), 2).sum(), flush=True)
        sc.stop()
        """
    )
    until(lambda: len(driver.marks) >= 10)
    os.kill(driver.process.pid, signal.SIGINT)
    assert driver.line() == "interrupted"
    assert driver.line() == "45"
    assert driver.process.wait(10) == 0
    assert files(driver.local) == []


@pytest.mark.matrix(41)
def test_an_uncaught_ctrl_c_ends_the_program_and_all_its_processes(start: Any, until: Any) -> None:
    driver = start("sc.parallelize(range(4), 4).foreach(busy)")
    until(lambda: len(driver.marks) >= 2)
    workers = driver.tree()
    os.killpg(driver.process.pid, signal.SIGINT)
    assert driver.process.wait(5) != 0
    until(lambda: gone(workers), 2)
    assert files(driver.local) == []


@pytest.mark.matrix(41)
def test_a_second_ctrl_c_while_the_first_is_answered_stops_the_context(start: Any, until: Any) -> None:
    driver = start(
        """
        import signal
        from minispark import observe
        from minispark.engine.runtime.session import Session

        let_go = threading.Event()

        class Slow(observe.Listener):
            def on_task_start(self, event):
                marks.leave("held")
                let_go.wait()

        observe.add_listener(sc, Slow())

        def again():  # once the first one is being answered, which takes a while: the driver's loop is held up
            def answering(frame):
                return frame is not None and (frame.f_code is Session._interrupt.__code__ or answering(frame.f_back))
            while not answering(sys._current_frames()[threading.main_thread().ident]):
                pass
            os.kill(os.getpid(), signal.SIGINT)  # wakes the main thread, which has it raised before it looks further
            let_go.set()

        threading.Thread(target=again, daemon=True).start()
        try:
            sc.parallelize(range(4), 4).foreach(busy)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
        try:
            sc.parallelize(range(4), 4)
        except Exception as error:
            print(type(error).__name__, flush=True)
        print(SparkContext(conf=conf).parallelize(range(10), 2).sum(), flush=True)
        """
    )
    until(lambda: len(driver.marks) >= 1)
    workers = driver.tree()
    os.kill(driver.process.pid, signal.SIGINT)
    assert driver.line() == "interrupted"
    assert driver.line() == "ContextStoppedError"
    assert driver.line() == "45", "there is room for another"
    assert driver.process.wait(10) == 0
    assert gone(workers)
    assert files(driver.local) == []


@pytest.mark.matrix(43)
@pytest.mark.parametrize("moment", ["idle", "busy", "shuffling"])
def test_nothing_runs_two_seconds_after_the_driver_was_killed(start: Any, until: Any, moment: str) -> None:
    driver = start(
        {
            "idle": "sc.parallelize([1, 2], 2).foreach(lambda x: marks.leave(x)); threading.Event().wait(300)",
            "busy": "sc.parallelize(range(4), 4).foreach(busy)",
            "shuffling": """
rdd = sc.parallelize(range(10**7), 4).map(lambda x: (x, x)).mapValues(lambda v: v)
sc.parallelize([1, 2], 2).foreach(lambda x: marks.leave(x))
while True:
    rdd.groupByKey(4).count()
""",
        }[moment]
    )
    until(lambda: len(driver.marks) >= 2)
    processes = driver.tree()
    assert len(processes) >= 2
    driver.process.kill()
    driver.process.wait(5)
    until(lambda: gone(processes), 2)


@pytest.mark.matrix(43)
def test_the_next_start_sweeps_what_a_killed_driver_left(start: Any, until: Any) -> None:
    driver = start(
        """
        rdd = sc.parallelize(range(50_000), 4).map(lambda x: (x, str(x))).groupByKey(4).cache()
        shared = sc.broadcast(list(range(100_000)))
        print(rdd.count(), flush=True)
        threading.Event().wait(300)
        """
    )
    assert driver.line() == "50000"
    left = [path for path in [*files(driver.local), *files(Path("/dev/shm"))] if f"{driver.process.pid}" in str(path)]
    left = left or files(driver.local)
    assert left
    driver.process.kill()
    driver.process.wait(5)
    assert any(path.exists() for path in left), "a killed driver cannot clean up"
    again = start("print('started', flush=True); sc.stop()")
    assert again.line() == "started"
    assert again.process.wait(10) == 0
    assert [path for path in left if path.exists()] == []


@pytest.mark.matrix(57)
def test_the_sweep_spares_a_driver_that_lives(start: Any) -> None:
    text = """
    rdd = sc.parallelize(range(50_000), 4).map(lambda x: (x, str(x))).groupByKey(4)
    print(rdd.count(), flush=True)
    sys.stdin.readline() if False else None
    until = Marks(sys.argv[1])
    while "other has run" not in until.read():
        time.sleep(0.01)
    print(rdd.mapValues(list).count(), flush=True)
    sc.stop()
    """
    living = start(text)
    assert living.line() == "50000"
    kept = files(living.local)
    assert kept
    other = start("print(sc.parallelize(range(10), 2).sum(), flush=True); sc.stop()")
    assert other.line() == "45"
    assert other.process.wait(10) == 0
    assert all(path.exists() for path in kept)
    living.marks.leave("other has run")
    assert living.line() == "50000"
    assert living.process.wait(10) == 0
    assert files(living.local) == []


def test_terminated_politely(start: Any, until: Any) -> None:
    driver = start("sc.parallelize(range(4), 4).foreach(busy)")
    until(lambda: len(driver.marks) >= 2)
    workers = driver.tree()
    driver.process.terminate()
    driver.process.wait(5)
    until(lambda: gone(workers), 2)


def test_an_exception_in_the_driver_while_workers_are_busy(start: Any, until: Any) -> None:
    driver = start(
        """
        thread = threading.Thread(target=lambda: sc.parallelize(range(4), 4).foreach(busy), daemon=True)
        thread.start()
        while len(marks) < 2:
            pass
        raise SystemExit(3)
        """
    )
    until(lambda: len(driver.marks) >= 2)
    workers = driver.tree()
    assert driver.process.wait(10) == 3
    until(lambda: gone(workers), 2)
    assert files(driver.local) == []


@pytest.mark.matrix(43)
def test_the_demo_killed_in_the_middle(tmp_path: Path, until: Any) -> None:
    """Two seconds later no process of it is left, and the next start removes its files."""
    environment = {**os.environ, "TMPDIR": str(tmp_path), "PYTHONPATH": str(Path(minispark.__file__).parent.parent)}
    command = [sys.executable, "-m", "minispark", "demo", "--master", "local[2]"]
    demo = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    mine = f"minispark-{os.getuid()}/{demo.pid}-*"
    try:
        until(lambda: len(list(tmp_path.glob(f"{mine}/s*"))) > 10)
        processes = psutil.Process(demo.pid).children(recursive=True)
        assert len(processes) >= 2
    finally:
        demo.kill()
        demo.wait(5)
    until(lambda: gone(processes), 2)
    left = [*tmp_path.glob(f"{mine}/*"), *Path("/dev/shm").glob(f"{mine}/*")]
    assert len(left) > 10, "a killed driver cannot clean up"
    command += ["--path", str(Path(textwrap.__file__).parent / "json")]
    again = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=50)
    assert again.returncode == 0 and "Done in" in again.stdout, again.stderr
    assert [path for path in left if path.exists()] == []
    assert files(tmp_path) == []
