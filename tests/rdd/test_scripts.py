"""Whole scripts, as users run them: no ``__main__`` guard, classes of their own, modules beside them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import minispark

ROOT = str(Path(minispark.__file__).parent.parent)


def run(folder: Path, text: str, *args: str, **environment: str) -> subprocess.CompletedProcess[str]:
    script = folder / "script.py"
    script.write_text(textwrap.dedent(text))
    return subprocess.run(
        [sys.executable, *args, str(script)],
        capture_output=True,
        text=True,
        cwd=folder,
        timeout=50,
        env={**os.environ, "PYTHONPATH": ROOT, **environment},
    )


def output(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.parametrize("master", ["inline", "local[2]"])
def test_a_script_without_a_main_guard(tmp_path: Path, master: str) -> None:
    done = run(
        tmp_path,
        f"""
        from dataclasses import dataclass
        from collections import namedtuple
        from enum import Enum
        from minispark import SparkContext

        print("top of the script")
        Pair = namedtuple("Pair", "left right")

        class Colour(Enum):
            RED = 1
            BLUE = 2

        @dataclass(frozen=True)
        class Point:
            x: int
            y: int = 0
            def up(self):
                return Point(self.x, self.y + 1)

        SCALE = 10

        def scaled(x):
            return Point(x * SCALE).up()

        sc = SparkContext({master!r}, "script")
        rdd = sc.parallelize([1, 2, 1, 3], 3)
        print(rdd.map(scaled).collect())
        print(rdd.map(scaled).first() == Point(10, 1))
        print(sorted(p.x for p in rdd.map(scaled).distinct().collect()))
        print(sorted((k.x, v) for k, v in rdd.map(lambda x: (Point(x), 1)).reduceByKey(lambda a, b: a + b).collect()))
        print(rdd.map(lambda x: Pair(x, None)).first())
        print(rdd.map(lambda x: Colour(1 + x % 2)).collect() == [Colour.BLUE, Colour.RED, Colour.BLUE, Colour.BLUE])
        print(sorted((k.name, v) for k, v in rdd.map(lambda x: (Colour(1 + x % 2), 1)).reduceByKey(max).collect()))
        print(sc.parallelize([Point(1), Point(2)], 2).map(Point.up).cache().collect())
        print(rdd.keyBy(lambda x: Point(x)).join(rdd.keyBy(lambda x: Point(x))).count())
        sc.stop()
        """,
    )
    assert output(done) == [
        "top of the script",
        "[Point(x=10, y=1), Point(x=20, y=1), Point(x=10, y=1), Point(x=30, y=1)]",
        "True",
        "[10, 20, 30]",
        "[(1, 2), (2, 1), (3, 1)]",
        "Pair(left=1, right=None)",
        "True",
        "[('BLUE', 1), ('RED', 1)]",
        "[Point(x=1, y=1), Point(x=2, y=1)]",
        "6",
    ]
    assert done.stderr == ""


@pytest.mark.slow
def test_modules_beside_the_script_and_its_directory(tmp_path: Path) -> None:
    (tmp_path / "helpers.py").write_text(
        "def triple(x):\n    return 3 * x\nclass Box:\n    def __init__(self, n): self.n = n\n"
    )
    (tmp_path / "data.txt").write_text("hello\n")
    done = run(
        tmp_path,
        """
        import helpers
        from minispark import SparkContext
        sc = SparkContext("local[2]", "script")
        print(sc.parallelize([1, 2], 2).map(helpers.triple).collect())
        print([box.n for box in sc.parallelize([1, 2], 2).map(helpers.Box).collect()])
        print(isinstance(sc.parallelize([1]).map(helpers.Box).first(), helpers.Box))
        print(sc.parallelize([1], 1).map(lambda _: open("data.txt").read()).collect())
        print(sc.textFile("data.txt").collect())
        sc.stop()
        """,
    )
    assert output(done) == ["[3, 6]", "[1, 2]", "True", "['hello\\n']", "['hello']"]


@pytest.mark.slow
def test_a_script_may_forget_to_stop(tmp_path: Path) -> None:
    local = tmp_path / "local"
    local.mkdir()
    done = run(
        tmp_path,
        """
        from minispark import SparkConf, SparkContext
        sc = SparkContext(conf=SparkConf().setMaster("local[2]").set("spark.local.dir", "local"))
        print(sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).groupByKey().count())
        """,
    )
    assert output(done) == ["3"]
    assert [path for path in local.rglob("*") if path.is_file()] == []


@pytest.mark.slow
def test_an_uncaught_user_error_ends_the_script_with_its_traceback(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
        from minispark import SparkContext
        sc = SparkContext("local[2]", "script")
        sc.parallelize([1, 0], 2).map(lambda x: 1 // x).collect()
        """,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert "ZeroDivisionError" in done.stderr
    assert "script.py:4" in done.stderr
    assert "record: 0" in done.stderr


@pytest.mark.slow
def test_programs_given_with_c_and_from_standard_input(tmp_path: Path) -> None:
    program = (
        "from minispark import SparkContext\n"
        "class P:\n    def __init__(self, x): self.x = x\n"
        "sc = SparkContext('local[2]', 'c')\n"
        "print(sc.parallelize([1, 2], 2).map(P).map(lambda p: p.x).sum())\n"
        "sc.stop()\n"
    )
    for args, given in ((["-c", program], ""), (["-"], program)):
        done = subprocess.run(
            [sys.executable, *args],
            input=given,
            capture_output=True,
            text=True,
            timeout=50,
            env={**os.environ, "PYTHONPATH": ROOT},
        )
        assert output(done) == ["3"]


@pytest.mark.slow
def test_what_tasks_print_reaches_the_users_terminal(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
        import sys
        from minispark import SparkContext
        sc = SparkContext("local[2]", "script")
        sc.parallelize([1, 2], 2).foreach(lambda x: print(f"out {x}"))
        sc.parallelize([3], 1).foreach(lambda x: print(f"err {x}", file=sys.stderr))
        sc.stop()
        """,
    )
    assert done.returncode == 0
    everything = done.stdout + done.stderr
    assert all(text in everything for text in ("out 1", "out 2", "err 3"))


@pytest.mark.slow
@pytest.mark.matrix(42)
def test_a_threaded_driver_is_never_forked(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
        import os, threading
        from minispark import SparkContext
        held = threading.Lock()
        held.acquire()
        threading.Thread(target=lambda: held.acquire(timeout=30), daemon=True).start()
        os.register_at_fork(before=lambda: print("forked"))
        sc = SparkContext("local[2]", "script")
        print(sc.parallelize(range(10), 4).map(lambda x: (x % 2, x)).reduceByKey(max).count())
        sc.stop()
        """,
    )
    assert output(done) == ["2"]


SESSION = """
from collections import namedtuple
from dataclasses import dataclass
from enum import Enum
from minispark import SparkContext
sc = SparkContext("local[2]", "session")
@dataclass(frozen=True, order=True)
class Point:
    x: int
    def up(self):
        return Point(self.x + SCALE)

class Colour(Enum):
    RED = 1

class Plain:
    pass

Pair = namedtuple("Pair", "left right")
SCALE = 10
def point(x):
    return Point(x).up()

points = sc.parallelize([1, 2], 2).map(point).collect()
print(points == [Point(11), Point(12)], isinstance(points[0], Point), {points[0]: 1}[Point(11)])
print(sc.parallelize([1], 1).map(lambda _: Colour.RED).first() is Colour.RED)
print(isinstance(sc.parallelize([1], 1).map(lambda x: Pair(x, x)).first(), Pair))
print(isinstance(sc.parallelize([1], 1).map(lambda x: Plain()).first(), Plain))
print(sc.parallelize([(Point(1), 1), (Point(1), 2)], 2).reduceByKey(lambda a, b: a + b).collect() == [(Point(1), 3)])
print(sc.parallelize([Colour.RED], 1).filter(lambda c: c is Colour.RED).count())
SCALE = 20
print(sc.parallelize([1], 1).map(lambda x: x + SCALE).first())
def halve(x):
    return 1 // x

try:
    sc.parallelize([1, 0], 2).map(halve).collect()
except ZeroDivisionError as error:
    print(error.__notes__[0].split(" (")[0])

sc.parallelize([1, 0], 2).map(halve).collect()
print(sc.parallelize([1, 2], 2).sum())
sc.stop()
"""


@pytest.mark.slow
@pytest.mark.parametrize("given", ["typed in", "in a thread", "executed"])
def test_what_a_session_defines_travels_and_comes_back_equal(tmp_path: Path, given: str) -> None:
    environment = {**os.environ, "PYTHONPATH": ROOT}
    args, text = ["-i"], SESSION
    if given != "typed in":
        text = SESSION.replace("\nsc.parallelize([1, 0], 2).map(halve).collect()\n", "\n")
        (tmp_path / "session.py").write_text(text)
        run_it = "exec(compile(open('session.py').read(), '<stdin>', 'exec'), globals())"
        program = f"def go():\n    {run_it}\n"
        program += "import threading\nt = threading.Thread(target=go)\nt.start()\nt.join()\n"
        args, text = ["-c", program if given == "in a thread" else run_it], ""
    done = subprocess.run(
        [sys.executable, *args], input=text, capture_output=True, text=True, cwd=tmp_path, timeout=50, env=environment
    )
    assert done.returncode == 0, done.stderr
    shown = [line for line in done.stdout.splitlines() if not line.startswith(">>>")]
    assert shown[:7] == ["True True 1", "True", "True", "True", "True", "1", "21"]
    statement = re.sub(r"<stdin>-\d+", "<stdin>", shown[7])  # from Python 3.13 on, they are numbered
    assert statement == f"in map at <stdin>:{line_of(given)}"
    assert shown[8:] == ["3"]
    if given == "typed in":
        assert "\nZeroDivisionError: " in done.stderr
        assert "record: 0" in done.stderr
        assert "minispark" not in done.stderr.split("Traceback")[1]


def line_of(given: str) -> int:
    """Where the failing map stands: typed in, every statement begins at line 1."""
    wanted = SESSION.splitlines().index("    sc.parallelize([1, 0], 2).map(halve).collect()")
    return 2 if given == "typed in" else wanted + 1


@pytest.mark.slow
def test_a_traceback_of_an_uncaught_error_has_the_users_frames_alone(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
        from minispark import SparkContext
        def inner(x):
            return 1 // x
        def outer(x):
            return inner(x)
        sc = SparkContext("local[2]", "script")
        sc.parallelize([1, 0], 2).map(outer).filter(bool).collect()
        """,
    )
    path = tmp_path / "script.py"
    told = [line for line in done.stderr.splitlines() if not set(line) <= {" ", "^", "~"}]
    assert told == [
        "Traceback (most recent call last):",
        f'  File "{path}", line 8, in <module>',
        "    sc.parallelize([1, 0], 2).map(outer).filter(bool).collect()",
        f'  File "{path}", line 6, in outer',
        "    return inner(x)",
        f'  File "{path}", line 4, in inner',
        "    return 1 // x",
        "ZeroDivisionError: integer division or modulo by zero",
        f"in map at {path}:8 (stage 0, partition 1, attempt 0)",
        "record: 0",
    ]


@pytest.mark.slow
def test_workers_that_cannot_start_fail_the_job_with_the_reason(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
        from minispark import SparkContext
        from minispark.engine.runtime import executing
        executing.PROGRAM = "broken_module:Class"
        open("broken_module.py", "w").write("import a_module_that_is_missing")
        import sys
        sys.path.insert(0, ".")
        sc = SparkContext("local[2]", "script")
        try:
            sc.parallelize([1]).count()
        except Exception as error:
            print(type(error).__name__, str(error))
        sc.stop()
        """,
    )
    (line, *_) = output(done)
    assert line.startswith("WorkerStartError")
    assert "a_module_that_is_missing" in done.stdout
