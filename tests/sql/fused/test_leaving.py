"""What a context's queries leave: nothing."""

from __future__ import annotations

import os

import pytest

from minispark import SparkContext
from minispark.errors import ContextStoppedError
from minispark.sql import SparkSession
from minispark.sql.running import engine_of


def spill_directory(context: SparkContext) -> str:
    found = engine_of(context)._connection().execute("SELECT current_setting('temp_directory')").fetchone()
    assert found is not None
    return str(found[0])


def test_files_go_with_the_context() -> None:
    with SparkContext("inline", "files") as context:
        assert SparkSession(context).range(10).sort("id").count() == 10
        place = spill_directory(context)
        assert os.path.isdir(place)
    assert not os.path.exists(place)


def test_a_stopped_session_says_so() -> None:
    session = SparkSession.builder.master("inline").getOrCreate()
    frame = session.range(3)
    session.stop()
    with pytest.raises(ContextStoppedError):
        frame.collect()


def test_one_context_after_another_has_a_database_of_its_own() -> None:
    places = []
    for _ in range(2):
        with SparkContext("inline", "files") as context:
            assert SparkSession(context).createDataFrame([(1,)], ["a"]).collect() == [(1,)]
            places.append(spill_directory(context))
    assert places[0] != places[1]
