"""The benchmark's programs, small: minispark's answers are plain Python's."""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkConf, SparkContext
from minispark.bench import words
from minispark.bench.catalogue import PROGRAMS, START_UP
from minispark.bench.measuring import same
from minispark.bench.served.programs.features import FEATURES
from minispark.bench.served.programs.narrow import NARROW
from minispark.bench.served.programs.on_multiprocessing import word_count
from minispark.bench.served.programs.plain import ANSWERS
from minispark.bench.served.programs.shares import SHARES, lines_of
from minispark.bench.served.programs.shuffles import SHUFFLES
from minispark.bench.served.programs.size import Size
from minispark.bench.served.programs.workloads import WORKLOADS

ALL = {program.__name__: program for program in (*WORKLOADS, *FEATURES, *SHUFFLES, *NARROW)}
LONG = ("tasks_50000",)
"""The same as ``many_tasks``, ten times."""
SLOW = ("shuffle_256_partitions",)
SCALE = 0.002


@pytest.fixture(scope="module")
def size(tmp_path_factory: pytest.TempPathFactory) -> Size:
    folder = tmp_path_factory.mktemp("bench")
    words._write(folder / "words.txt", 20_000)
    return Size(str(folder / "words.txt"), SCALE, str(folder))


@pytest.fixture(scope="module")
def sc(size: Size) -> Iterator[SparkContext]:
    conf = SparkConf().set("spark.local.dir", size.folder)
    with SparkContext("local[2]", "test", conf=conf) as context:
        yield context


def run(program: Callable[..., Any], *arguments: Any) -> Any:
    """The answer as it arrives; a program that prepares something has cleaned up."""
    answer = program(*arguments)
    if inspect.isgenerator(answer):
        steps = list(answer)
        assert len(steps) == 2
        answer = steps[1]
    return json.loads(json.dumps(answer))


@pytest.mark.parametrize(
    "name", [pytest.param(n, marks=pytest.mark.slow if n in SLOW else ()) for n in ALL if n not in LONG]
)
def test_answers_agree(name: str, sc: SparkContext, size: Size) -> None:
    ours = run(ALL[name], sc, size)
    right = run(ANSWERS[name], size)
    assert same(ours, right), (ours, right)


def test_the_catalogue_names_what_there_is() -> None:
    named = {program.name for program in PROGRAMS} - {START_UP}
    assert set(ALL) <= named == set(ANSWERS)


@pytest.mark.parametrize("share", SHARES)
def test_shares_add_up(share: Callable[[Size, int, int], int], size: Size) -> None:
    assert sum(share(size, part, 3) for part in range(3)) == share(size, 0, 1)


def test_each_line_is_in_one_share(tmp_path: Path) -> None:
    path = tmp_path / "text"
    path.write_text("a\nbb\n\nccc\ndddd")
    for parts in range(1, 20):
        assert [line for part in range(parts) for line in lines_of(str(path), part, parts)] == [
            "a\n", "bb\n", "\n", "ccc\n", "dddd",
        ]  # fmt: skip


def test_the_script_by_hand_counts_right(size: Size) -> None:
    assert run(word_count, 2, size) == run(ANSWERS["word_count"], size)


def test_the_text_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("a", "b"):
        words._write(tmp_path / name, 1_000)
    text = (tmp_path / "a").read_text()
    assert text == (tmp_path / "b").read_text()
    assert len(text.split()) == 1_000
