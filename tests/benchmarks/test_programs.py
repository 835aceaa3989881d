"""The benchmark's programs, small: minispark's answers are plain Python's."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from minispark import SparkContext

NAMES = (
    "word_count", "sum_of_ints", "sort_by_key", "group_by_key", "join", "skewed_join", "json_sums", "pagerank",
    "distinct", "many_jobs", "many_tasks", "many_blocks",
)  # fmt: skip
SCALE = 0.002


@pytest.fixture(scope="module")
def sc() -> Iterator[SparkContext]:
    with SparkContext("local[2]", "test") as context:
        yield context


@pytest.fixture(scope="module")
def size(tmp_path_factory: pytest.TempPathFactory) -> Any:
    text = tmp_path_factory.mktemp("words") / "words.txt"
    importlib.import_module("words")._write(text, 20_000)
    return importlib.import_module("programs").Size(str(text), SCALE)


def test_all_programs_are_here() -> None:
    assert tuple(program.__name__ for program in importlib.import_module("programs").PROGRAMS) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_answers_agree(name: str, sc: SparkContext, size: Any) -> None:
    ours = getattr(importlib.import_module("programs"), name)(sc, size)
    plain = getattr(importlib.import_module("plain"), name)(size)
    same = importlib.import_module("report").same
    assert same(json.loads(json.dumps(ours)), json.loads(json.dumps(plain))), (ours, plain)


def test_the_text_is_the_same_every_time(tmp_path: Path) -> None:
    write = importlib.import_module("words")._write
    for name in ("a", "b"):
        write(tmp_path / name, 1_000)
    text = (tmp_path / "a").read_text()
    assert text == (tmp_path / "b").read_text()
    assert len(text.split()) == 1_000
