"""A failed task leaves a bundle, and runs again from it: the same error at the same line, without the context."""

from __future__ import annotations

import json
import os
import pickle
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from operator import add
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.cli.main import main
from minispark.engine.runtime.replays import BUNDLES_MAX
from minispark.engine.worker.bundles import load
from minispark.engine.worker.rerun import rerun
from minispark.errors import PoisonTaskError, ReplayError


def context(master: str, folder: Path) -> SparkContext:
    conf = SparkConf().setMaster(master).setAppName("replay").set("spark.ui.showConsoleProgress", "false")
    return SparkContext(conf=conf.set("spark.minispark.replay.dir", str(folder)))


def bundles(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.replay")) if folder.exists() else []


def six(x: Any) -> Any:
    return 6 // (x - 3)


def program(kind: str, sc: SparkContext, folder: Path) -> Any:
    """An action whose task fails with the record 3, which it reads in this way."""
    numbers = sc.parallelize(range(8), 4)
    pairs = numbers.map(lambda x: (x, x))
    match kind:
        case "parallelized":
            return numbers.map(six).collect
        case "stored":
            return sc.parallelize([(x, "x" * 1000) for x in range(2000)], 4).keys().map(six).collect
        case "text":
            (folder / "lines").write_text("".join(f"{x}\n" for x in range(8)))
            return sc.textFile(str(folder / "lines"), 2).map(int).map(six).collect
        case "reduced":
            return pairs.reduceByKey(add, 3).keys().map(six).collect
        case "grouped":
            return pairs.groupByKey(3).keys().map(six).collect
        case "joined":
            return pairs.join(pairs, 3).keys().map(six).collect
        case "sorted":
            return pairs.sortByKey(False, 3).keys().map(six).collect
        case "coalesced":
            return numbers.union(numbers).coalesce(2).map(six).collect
        case "cartesian":
            return numbers.cartesian(numbers).values().map(six).collect
        case "cached":
            return numbers.cache().map(six).collect
        case "in the map stage":
            return pairs.map(lambda pair: (six(pair[0]), 1)).reduceByKey(add).collect
        case "in the combiner":
            return pairs.map(lambda pair: (0, pair[1])).reduceByKey(lambda a, b: six(b)).collect
        case "saved":
            return lambda: numbers.map(six).saveAsTextFile(str(folder / "out"))
    shared = sc.broadcast({"three": 3})
    return numbers.map(lambda x: 6 // (x - shared.value["three"])).collect


KINDS = ["parallelized", "stored", "text", "reduced", "grouped", "joined", "sorted", "coalesced", "cartesian", "cached"]
KINDS += ["in the map stage", "in the combiner", "saved", "broadcast"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("master", ["inline", pytest.param("local[2]", marks=pytest.mark.slow)])
def test_the_same_error_without_the_context(tmp_path: Path, master: str, kind: str) -> None:
    with context(master, tmp_path / "bundles") as sc, pytest.raises(ZeroDivisionError) as info:
        program(kind, sc, tmp_path)()
    (path,) = bundles(tmp_path / "bundles")
    assert info.value.__notes__[-1] == f"replay it with: minispark replay {path}"
    if kind == "text":
        (tmp_path / "lines").unlink()
    error = rerun(load(str(path)))
    assert isinstance(error, ZeroDivisionError)
    assert error.__notes__ == info.value.__notes__[:-1]
    assert not (tmp_path / "out").exists() or kind != "saved"


@pytest.mark.slow
def test_the_command(tmp_path: Path) -> None:
    script = """
    import os, sys
    from pyspark import SparkContext, SparkConf

    def risky(x):
        divisor = x - 3
        if os.path.exists(sys.argv[0] + ".mended"):
            divisor = 1
        return 6 // divisor

    sys.argv = sys.argv[:1]
    path = sys.argv[0]

    def mended(x):
        return x if os.path.exists(path + ".mended") else risky(x)

    SparkContext().parallelize(range(8), 2).map(mended).collect()
    """
    (tmp_path / "job.py").write_text(textwrap.dedent(script))
    minispark = [sys.executable, "-m", "minispark"]
    conf = f"spark.minispark.replay.dir={tmp_path / 'bundles'}"
    done = subprocess.run(
        [*minispark, "run", "--master", "local[1]", "--conf", conf, str(tmp_path / "job.py")],
        capture_output=True,
        text=True,
    )
    (path,) = bundles(tmp_path / "bundles")
    assert f"replay it with: minispark replay {path}" in done.stderr
    again = subprocess.run([*minispark, "replay", str(path)], capture_output=True, text=True)
    assert again.returncode == 1
    assert "partition 0 of stage 0, attempt 0: collect at job.py:" in again.stdout
    assert "It raises the same again:" in again.stdout and "versions are as they were: python" in again.stdout
    assert "return 6 // divisor" in again.stderr and "record: 3" in again.stderr and "engine" not in again.stderr
    debugged = subprocess.run(
        [*minispark, "replay", str(path), "--pdb"], input="p divisor, x\nq\n", capture_output=True, text=True
    )
    assert debugged.returncode == 1 and "(Pdb) (0, 3)" in debugged.stdout
    (tmp_path / "job.py.mended").touch()
    assert subprocess.run([*minispark, "replay", str(path)], capture_output=True).returncode == 0


def bundle(tmp_path: Path) -> Path:
    with context("inline", tmp_path / "bundles") as sc, pytest.raises(ZeroDivisionError):
        sc.parallelize([3], 1).map(six).collect()
    return bundles(tmp_path / "bundles")[0]


def test_it_is_the_users_alone_and_says_what_it_is(tmp_path: Path) -> None:
    path = bundle(tmp_path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600 and stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    first, about = path.read_bytes().split(b"\n")[:2]
    assert first == b"minispark replay bundle, version 1"
    assert json.loads(about)["error"] == "ZeroDivisionError: integer division or modulo by zero"


def writable(path: Path) -> Path:
    path.chmod(0o620)
    return path


def linked(path: Path) -> Path:
    (path.parent / "link").symlink_to(path)
    return path.parent / "link"


def cut(path: Path) -> Path:
    path.write_bytes(path.read_bytes()[:-20])
    return path


def other(path: Path) -> Path:
    path.write_bytes(pickle.dumps("anything"))
    return path


def gone(path: Path) -> Path:
    return path.parent / "none"


@pytest.mark.matrix(58, 59)
@pytest.mark.parametrize("spoil", [writable, linked, cut, other, gone])
def test_what_is_not_safely_ours_is_refused(
    tmp_path: Path, spoil: Callable[[Path], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    path = spoil(bundle(tmp_path))
    with pytest.raises(ReplayError):
        load(str(path))
    assert main(["replay", str(path)]) == 2
    assert capsys.readouterr().err.startswith(f"minispark: {path}")


def test_a_planted_pickle_in_a_file_of_another_user_is_not_loaded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = bundle(tmp_path)
    monkeypatch.setattr(os, "getuid", lambda: path.stat().st_uid + 1)
    monkeypatch.setattr(pickle, "load", lambda file: pytest.fail("it was unpickled"))
    with pytest.raises(ReplayError, match="belongs to another user"):
        load(str(path))


@pytest.mark.slow
def test_there_are_not_too_many(tmp_path: Path) -> None:
    with context("inline", tmp_path / "bundles") as sc:
        for number in range(BUNDLES_MAX + 2):
            with pytest.raises(ZeroDivisionError) as info:
                sc.parallelize([3], 1).map(six).collect()
            assert ("no replay bundle" in info.value.__notes__[-1]) == (number >= BUNDLES_MAX)
    assert len(bundles(tmp_path / "bundles")) == BUNDLES_MAX


def test_a_directory_that_takes_nothing_does_not_hide_the_error(tmp_path: Path) -> None:
    (tmp_path / "bundles").touch()
    with context("inline", tmp_path / "bundles") as sc, pytest.raises(ZeroDivisionError) as info:
        sc.parallelize([3], 1).map(six).collect()
    assert "no replay bundle: FileExistsError" in info.value.__notes__[-1]


def test_input_that_is_too_large_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minispark.engine.runtime.replays.INPUT_BYTES_MAX", 100)
    (tmp_path / "lines").write_text("".join(f"{x}\n" for x in range(800)))
    with context("inline", tmp_path / "bundles") as sc:
        with pytest.raises(ZeroDivisionError):
            sc.textFile(str(tmp_path / "lines"), 1).map(int).map(six).collect()
        with pytest.raises(ZeroDivisionError):
            sc.parallelize(range(800), 1).map(lambda x: (x, "x" * 9)).reduceByKey(add).keys().map(six).collect()
    text, reduced = (load(str(path)) for path in bundles(tmp_path / "bundles"))
    assert isinstance(rerun(text), ZeroDivisionError), "read again where it is"
    with pytest.raises(ReplayError, match="cannot be run again: its input is larger"):
        rerun(reduced)


@pytest.mark.chaos
@pytest.mark.matrix(7)
def test_a_task_that_kills_its_worker_leaves_one_too(tmp_path: Path) -> None:
    with context("local[1]", tmp_path / "bundles") as sc, pytest.raises(PoisonTaskError) as info:
        sc.parallelize([3], 1).map(lambda x: os._exit(5)).collect()
    (path,) = bundles(tmp_path / "bundles")
    assert f"minispark replay {path}" in info.value.__notes__[-1]
    done = subprocess.run([sys.executable, "-m", "minispark", "replay", str(path)], capture_output=True, text=True)
    assert done.returncode == 5 and "PoisonTaskError" in done.stdout
