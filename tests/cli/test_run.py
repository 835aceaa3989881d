"""``minispark run``: unmodified PySpark programs, as python would run them."""

from __future__ import annotations

import subprocess
import sys
import textwrap
import zipfile
from pathlib import Path

import pytest

from minispark.cli.main import main


def run(folder: Path, text: str, *options: str, arguments: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
    (folder / "program.py").write_text(textwrap.dedent(text), encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "minispark", "run", *options, str(folder / "program.py"), *arguments],
        capture_output=True,
        text=True,
        timeout=50,
    )


def output(done: subprocess.CompletedProcess[str]) -> list[str]:
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_a_program_for_pyspark(tmp_path: Path) -> None:
    (tmp_path / "beside.py").write_text("WORD = 'beside'")
    done = run(
        tmp_path,
        """
        import sys
        from dataclasses import dataclass
        from pyspark import SparkConf, SparkContext
        import beside

        @dataclass(frozen=True)
        class Seen:
            word: str

        sc = SparkContext(conf=SparkConf())
        print(__name__, __file__ == sys.argv[0], sys.argv[1:], sys.modules["__main__"].Seen is Seen)
        print(sc.master, sc.appName, sc.getConf().get("spark.ui.showConsoleProgress"))
        found = sc.parallelize(["a", "b"], 2).map(lambda word: Seen(word + beside.WORD)).collect()
        print(found == [Seen("abeside"), Seen("bbeside")], isinstance(found[0], Seen))
        print(sc.parallelize([1], 1).map(lambda _: __import__("pyspark").SparkContext.__module__).collect())
        """,
        "--master",
        "local[2]",
        "--conf",
        "spark.ui.showConsoleProgress=false",
        arguments=("--master", "theirs", "-h"),
    )
    assert output(done) == [
        "__main__ True ['--master', 'theirs', '-h'] True",
        "local[2] program.py false",
        "True True",
        "['minispark.rdd.context']",
    ]


def test_a_session_and_what_the_program_sets_goes_first(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
        from pyspark.sql import SparkSession
        spark = SparkSession.builder.master("inline").getOrCreate()
        print(spark.sparkContext.master, spark.sparkContext.appName)
        """,
        "--master",
        "local[2]",
        "--name",
        "named",
    )
    assert output(done) == ["inline named"]


def test_py_files(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "one.py").write_text("ONE = 1")
    (tmp_path / "elsewhere" / "unasked.py").write_text("")
    with zipfile.ZipFile(tmp_path / "two.zip", "w") as archive:
        archive.writestr("two/__init__.py", "TWO = 2")
    done = run(
        tmp_path,
        """
        import importlib.util
        from pyspark import SparkContext
        import one, two
        def total(x):
            import one, two
            return x + one.ONE + two.TWO
        print(SparkContext("local[1]").parallelize([0], 1).map(total).collect(), importlib.util.find_spec("unasked"))
        """,
        "--py-files",
        f"{tmp_path}/elsewhere/one.py,{tmp_path}/two.zip",
    )
    assert output(done) == ["[3] None"]


def test_a_failure_shows_the_programs_own_frames(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
        from pyspark import SparkContext

        def go(sc):
            return sc.parallelize([1, 0], 2).map(lambda x: 1 // x).collect()

        go(SparkContext("local[2]"))
        """,
    )
    assert done.returncode == 1
    traceback, _, notes = done.stderr.partition("ZeroDivisionError: ")
    assert [line.split(", in ")[1] for line in traceback.splitlines() if line.startswith("  File")] == [
        "<module>",
        "go",
        "<lambda>",
    ]
    assert "lambda x: 1 // x" in traceback
    assert "record: 0" in notes


@pytest.mark.slow
@pytest.mark.parametrize(
    "last, code, said",
    [
        ("raise SystemExit(7)", 7, ""),
        ("import sys; sys.exit('enough')", 1, "enough\n"),
        ("raise SystemExit", 0, ""),
        ("raise KeyboardInterrupt", 130, "\nminispark: interrupted\n"),
    ],
)
def test_exit_codes(tmp_path: Path, last: str, code: int, said: str) -> None:
    done = run(tmp_path, f"print('begun')\n{last}\nprint('never')")
    assert (done.returncode, done.stdout, done.stderr) == (code, "begun\n", said)


def test_a_syntax_error_is_the_programs(tmp_path: Path) -> None:
    done = run(tmp_path, "def f(:\n")
    assert done.returncode == 1
    assert "SyntaxError" in done.stderr and "program.py" in done.stderr and "minispark/" not in done.stderr


def test_threads_may_outlive_the_last_line(tmp_path: Path) -> None:
    done = run(
        tmp_path,
        """
        import threading
        from pyspark import SparkContext
        sc = SparkContext("local[1]")
        class Own: pass
        def late():
            threading.main_thread().join()
            print([type(x) is Own for x in sc.parallelize([1], 1).map(lambda _: Own()).collect()])
        threading.Thread(target=late).start()
        """,
    )
    assert output(done) == ["[True]"]


@pytest.mark.parametrize(
    "options, said",
    [
        (("--master", "yarn"), "spark-submit"),
        (("--master", "spark://host:7077"), "spark-submit"),
        (("--master", "k8s://host"), "spark-submit"),
        (("--master", "here"), "local[N]"),
        (("--conf", "spark.master=yarn"), "spark-submit"),
        (("--conf", "nothing"), "KEY=VALUE"),
        (("--conf", "spark.minispark.unknown=1"), "spark.minispark.task.timeout"),
        (("--py-files", "none.py"), "no such file"),
        (("--py-files", "none.txt"), ".zip"),
    ],
)
def test_options_that_are_no_use(
    tmp_path: Path, options: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Refused before anything of this process is changed for the program's sake."""
    (tmp_path / "program.py").write_text("print('never')")
    before = sys.argv[:], sys.path[:]
    assert main(["run", *options, str(tmp_path / "program.py")]) == 2
    done = capsys.readouterr()
    assert done.out == "" and said in done.err and "Traceback" not in done.err
    assert (sys.argv, sys.path) == before


def test_no_such_program(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "minispark", "run", str(tmp_path / "none.py")], capture_output=True, text=True
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "none.py: No such file or directory" in done.stderr
