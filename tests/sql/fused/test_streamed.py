"""Aggregates over windows, computed while sorted rows pass: what is held at once, and what the query around sees."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from minispark.errors import ArithmeticException
from minispark.sql import SparkSession
from minispark.sql.exact import framesums
from minispark.sql.exact.framesums import frame_sums
from minispark.sql.fused import streamed
from minispark.sql.fused.streamed import pieces


@pytest.fixture(scope="module")
def spark() -> Iterator[SparkSession]:
    with SparkSession.builder.master("inline").getOrCreate() as session:
        yield session


@pytest.mark.parametrize(("cut", "held"), [("p", 14), ("q", 13), ("", 12)])
def test_no_more_is_held_than_a_piece_and_what_belongs_together(
    cut: str, held: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(streamed, "PIECE_ROWS", 10)
    rows = np.arange(1000)
    flags = pa.table({"v": rows, "fp": pa.array(rows % 5 == 0), "fq": pa.array(rows % 3 == 0)})
    found = list(pieces(flags.to_batches(4), "f", cut))
    assert max(len(piece) for piece, _, _ in found) <= held
    assert np.concatenate([piece["v"].to_numpy() for piece, _, _ in found]).tolist() == rows.tolist()
    begins = {"p": rows % 5 == 0, "q": (rows % 5 == 0) | (rows % 3 == 0), "": rows >= 0}[cut]
    assert all(begins[piece["v"][0].as_py()] for piece, _, _ in found)


def test_a_large_partition_passes_in_pieces(spark: SparkSession, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "SELECT sum(id / 7) OVER (ORDER BY {} {}) AS s, avg(id / 3) OVER (ORDER BY {} {}) FROM range(3000)"
    texts = [query.format(*("id", "ROWS UNBOUNDED PRECEDING") * 2), query.format(*("id div 4", "") * 2)]
    whole = [spark.sql(text).collect() for text in texts]
    monkeypatch.setattr(streamed, "PIECE_ROWS", 100)
    sizes: list[int] = []
    inner = streamed.pieces
    monkeypatch.setattr(streamed, "pieces", lambda *given: (sizes.append(len(one[0])) or one for one in inner(*given)))
    assert [spark.sql(text).collect() for text in texts] == whole
    assert sum(sizes) == 6000


def test_the_query_around_reads_it_as_any_table(spark: SparkSession) -> None:
    spark.sql(
        "SELECT id, array(named_struct('a', id)) AS n, sum(id / 4) OVER (PARTITION BY id % 2 ORDER BY id) AS s "
        "FROM range(10)"
    ).createOrReplaceTempView("sums")
    assert [tuple(row) for row in spark.sql("SELECT id, s FROM sums LIMIT 2").collect()] == [(0, 0.0), (2, 0.5)]
    both = spark.sql("SELECT count(*), max(a.s) FROM sums a JOIN sums b ON a.s = b.s AND a.n = b.n").collect()
    assert tuple(both[0]) == (10, 6.25)
    sums = "(SELECT avg(id + 0.5D) OVER (ORDER BY id) AS s, id AS i FROM range(3)) t"
    inside = f"SELECT id, (SELECT t.s FROM {sums} WHERE t.i = o.id) FROM sums o WHERE id < 3 ORDER BY id"
    assert [row[1] for row in spark.sql(inside).collect()] == [0.5, 1.0, 1.5]


def test_errors_below_keep_their_kind(spark: SparkSession) -> None:
    with pytest.raises(ArithmeticException) as caught:
        spark.sql("SELECT sum(1D / (id - 3)) OVER (ORDER BY id) FROM range(5)").collect()
    assert caught.value.getCondition() == "DIVIDE_BY_ZERO"


@pytest.mark.parametrize("together", [1, 200])
def test_sums_of_frames_are_those_of_a_loop(together: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framesums, "TOGETHER_LEAST", together)
    monkeypatch.setattr(framesums, "BLOCK", 7)
    chance = np.random.default_rng(5)
    offsets = np.concatenate(([0], np.cumsum([0, 1, 30, 3, 3, 8])))
    values = chance.choice([1e16, -1e16, 0.1, 7.3, 1e-5, np.inf], offsets[-1], p=[0.2, 0.2, 0.2, 0.2, 0.15, 0.05])
    sizes, rows = np.diff(offsets), np.arange(offsets[-1])
    starts, stops = np.repeat(offsets[:-1], sizes), np.repeat(offsets[1:], sizes)
    for low, high in [(None, 0), (None, None), (None, -2), (-2, 0), (-1, 3), (2, 4), (-5, -3), (0, None), (-2, None)]:
        begins = starts if low is None else np.clip(rows + low, starts, stops)
        ends = np.maximum(begins, stops if high is None else np.clip(rows + high + 1, starts, stops))
        with np.errstate(invalid="ignore"):
            expected = [
                functools.reduce(operator.add, values[begin:end].tolist(), 0.0)
                for begin, end in zip(begins, ends, strict=True)
            ]
        for told in ((low, high), (None, None)):
            np.testing.assert_array_equal(frame_sums(values, offsets, begins, ends, told), expected)
