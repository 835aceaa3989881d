"""Whole scripts, as users run them: no ``__main__`` guard, classes of their own, modules beside them."""

from __future__ import annotations

import os
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
