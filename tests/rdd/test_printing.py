"""What tasks print arrives in the driver's streams, tagged, before the action returns."""

from __future__ import annotations

import io
import os
import sys
import threading
from contextlib import redirect_stderr
from pathlib import Path

import pytest

from minispark import SparkContext
from minispark.engine.runtime.jobs import OUTPUT_CHARS_MAX
from minispark.engine.worker.printing import AT_ONCE_MAX, CHUNK_CHARS_MAX

pytestmark = pytest.mark.parametrize("sc", ["local[2]"], indirect=True)
"""Inline, a print is a print."""


def text_of(line: str) -> str:
    tag, _, text = line.partition(") ")
    assert tag.startswith("(stage "), line
    return text


@pytest.mark.matrix(60)
def test_lines_are_tagged_with_stage_and_partition(sc: SparkContext, capsys: pytest.CaptureFixture[str]) -> None:
    def shout(x: int) -> None:
        print(f"out {x}\nmore {x}")
        print(f"err {x}", file=sys.stderr)

    sc.parallelize([0, 1], 2).foreach(shout)
    out, err = capsys.readouterr()
    stage = err.split(",")[0].removeprefix("(stage ")
    expected = [f"(stage {stage}, partition {x}) {word} {x}" for x in (0, 1) for word in ("out", "more", "err")]
    assert sorted(err.splitlines()) == sorted(expected)
    assert out == "", "a program's own output holds nothing that its tasks print, as in PySpark"


def test_half_lines_are_whole_at_the_end_of_the_task(sc: SparkContext, capsys: pytest.CaptureFixture[str]) -> None:
    def dribble(x: int) -> None:
        for _ in range(3):
            print(x, end="", flush=True)

    sc.parallelize([1, 2], 2).foreach(dribble)
    assert sorted(map(text_of, capsys.readouterr().err.splitlines())) == ["111", "222"]


def test_empty_lines_and_text_of_any_alphabet(sc: SparkContext, capsys: pytest.CaptureFixture[str]) -> None:
    sc.parallelize(["\u00e4\u4f60\U0001f600\udc80", "", "x\n"], 1).foreach(print)
    lines = [text_of(line) for line in capsys.readouterr().err.splitlines()]
    assert lines[1:] == ["", "x", ""]
    assert lines[0].startswith("\u00e4\u4f60\U0001f600")


def test_bytes_written_to_the_buffer(sc: SparkContext, capsys: pytest.CaptureFixture[str]) -> None:
    sc.parallelize([b"raw\n"], 1).foreach(lambda data: sys.stdout.buffer.write(data) and None)
    assert text_of(capsys.readouterr().err) == "raw\n"


@pytest.mark.matrix(60)
def test_a_flood_arrives_whole_and_in_order(sc: SparkContext, capsys: pytest.CaptureFixture[str]) -> None:
    count = 20 * AT_ONCE_MAX

    def flood(index: int) -> None:
        for number in range(count):
            print(index, number, "-" * 100)
        print("=" * (2 * CHUNK_CHARS_MAX))

    sc.parallelize([0, 1], 2).foreach(flood)
    lines = [text_of(line) for line in capsys.readouterr().err.splitlines()]
    for index in ("0", "1"):
        numbers = [int(line.split()[1]) for line in lines if line.startswith(index)]
        assert numbers == list(range(count))
    assert sum(line.count("=") for line in lines) == 4 * CHUNK_CHARS_MAX


@pytest.mark.matrix(60)
def test_a_reader_slower_than_the_flood_is_waited_for(sc: SparkContext) -> None:
    class Slow(io.StringIO):
        def write(self, text: str) -> int:
            if not self.tell():
                full.wait(30)
            return super().write(text)

    full = threading.Event()
    slow = Slow()
    with redirect_stderr(slow):
        job = threading.Thread(
            target=sc.parallelize(range(64), 2).foreach, args=(lambda _: print("x" * (OUTPUT_CHARS_MAX // 16)),)
        )
        job.start()
        threading.Timer(0.2, full.set).start()
        job.join(30)
    assert slow.getvalue().count("x") == 64 * (OUTPUT_CHARS_MAX // 16)


@pytest.mark.parametrize("broken", ["closed", "raises", "missing"])
def test_a_stream_that_takes_nothing_harms_no_job(
    sc: SparkContext, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Raises(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    stream: io.StringIO | None = Raises() if broken == "raises" else io.StringIO()
    if broken == "closed":
        assert stream is not None
        stream.close()
    monkeypatch.setattr(sys, "stderr", None if broken == "missing" else stream)
    assert sc.parallelize(range(10), 2).map(lambda x: print("x") or x).sum() == 45


def test_letters_that_the_drivers_stream_lacks(sc: SparkContext, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(raw, encoding="ascii"))
    sc.parallelize(["caf\u00e9"], 1).foreach(print)
    assert raw.getvalue().endswith(b"caf\\xe9\n")


def test_what_a_task_that_died_had_to_say(sc: SparkContext, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    def die(x: int) -> int:
        print("about to die")
        if not os.path.exists(marker):
            open(marker, "w").close()
            os._exit(3)
        return x

    marker = str(tmp_path / "died")
    assert sc.parallelize([1], 1).map(die).collect() == [1]
    lines = capsys.readouterr().err.splitlines()
    assert [text_of(line) for line in lines] == ["about to die"] * 2
    assert "attempt 1" in lines[1]


def test_a_background_thread_and_a_forked_child_may_print(sc: SparkContext, capfd: pytest.CaptureFixture[str]) -> None:
    def noisy(x: int) -> int:
        thread = threading.Thread(target=print, args=("from a thread",))
        thread.start()
        thread.join()
        child = os.fork()
        if not child:
            print("from a child")
            os._exit(0)
        os.waitpid(child, 0)
        return x

    assert sc.parallelize([1], 1).map(noisy).collect() == [1]
    assert "from a thread" in capfd.readouterr().err
    assert sc.parallelize([1], 1).count() == 1
