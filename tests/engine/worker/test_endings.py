"""What a worker tells of a task's end comes back as it was, types included."""

from __future__ import annotations

import marshal

import numpy as np
import pytest

from minispark.engine.core.outcomes import FetchFailed, Outcome, Success, TaskReport
from minispark.engine.core.parts import Batches, Parts
from minispark.engine.worker.endings import ending_message, news_in

REPORT = TaskReport(records_read=3, seconds=0.25, digest=b"d" * 16)
SUCCESSES = [
    Success(REPORT),
    Success(REPORT, b"value"),
    Success(TaskReport(reducer_bytes=b"\1" * 8, reducer_records=b"\2" * 8)),
    Success(TaskReport(heavy=((True, None, 5, 100, 5, 0),))),
    Success(TaskReport(accumulators=((1, 0, b"update"),), cached=((4, 0, 100),)), b"value"),
    Success(TaskReport(quarantined=((1, 2, 3, b"c", b"", "path", "first"),)), b"value"),
    FetchFailed(1, 2, 3, "checksum"),
]


@pytest.mark.parametrize("outcome", SUCCESSES, ids=repr)
def test_an_ending_comes_back_as_it_was(outcome: Outcome) -> None:
    assert news_in(ending_message(7, 0.5, outcome)) == (7, 0.5, outcome)


def test_a_plain_success_is_marshalled_and_travels_in_a_large_message_too() -> None:
    message = ending_message(7, 0.5, Success(REPORT, b"x" * 1000))
    assert isinstance(message, bytes) and marshal.loads(message)[0] == 7
    assert news_in(bytearray(message)) == news_in(message)


def test_batches_come_back_as_batches_in_pieces_or_not() -> None:
    small = news_in(ending_message(1, 0.0, Success(REPORT, Batches((b"one", b"two")))))[2].result
    assert type(small) is Batches and small.payloads == (b"one", b"two")
    large = news_in(ending_message(1, 0.0, Success(REPORT, Batches((Parts((bytes(100_000),)),)))))[2].result
    assert type(large) is Batches and large.payloads[0].joined() == bytes(100_000)


def test_a_number_that_marshal_would_change_stays_a_number() -> None:
    report = TaskReport(records_read=np.int64(3))
    assert news_in(ending_message(1, 0.0, Success(report)))[2].report.records_read == 3
