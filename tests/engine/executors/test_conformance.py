"""What every executor does, whoever runs its workers."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from executor_stage import KINDS, Stage

from minispark.engine.core.errors import InternalError
from minispark.engine.core.parts import Parts
from minispark.engine.executors.base import Exited, Message, Started, load_program


def test_a_worker_starts_then_answers(stage: Stage) -> None:
    worker = stage.executor.start_worker()
    stage.executor.send(worker, b"echo hello")
    stage.wait(lambda: stage.answers(worker))
    assert [type(event) for event in stage.events] == [Started, Message]
    assert stage.answers(worker) == [b"hello"]


@pytest.mark.parametrize("kind", KINDS)
def test_init_is_the_executors_unless_a_worker_is_given_its_own(kind: str, make: Callable[..., Stage]) -> None:
    stage = make(kind, b"common")
    common, own, empty = stage.worker(), stage.executor.start_worker(b"own"), stage.executor.start_worker(b"")
    assert stage.ask(common, b"init") == b"common"
    assert stage.ask(own, b"init") == b"own"
    assert stage.ask(empty, b"init") == b""


def test_messages_keep_their_order_both_ways(stage: Stage) -> None:
    worker = stage.worker()
    sent = [b"%d" % number for number in range(2000)]
    for message in sent:
        stage.executor.send(worker, b"echo " + message)
    stage.wait(lambda: len(stage.answers(worker)) == len(sent))
    assert stage.answers(worker) == sent


def test_all_that_was_sent_arrives_before_the_end(stage: Stage) -> None:
    worker = stage.worker()
    stage.executor.send(worker, b"repeat 5000")
    stage.executor.send(worker, b"leave")
    exited = stage.exit_of(worker)
    assert stage.answers(worker) == [*(b"%d" % number for number in range(5000)), b"bye"]
    assert (exited.exit_code, exited.signal, exited.by_request, exited.started) == (0, None, False, True)


def test_the_messages_that_were_taken_are_counted(stage: Stage) -> None:
    worker = stage.worker()
    for message in (b"echo 1", b"echo 2", b"leave", b"echo 4", b"echo 5"):
        stage.executor.send(worker, message)
    assert stage.exit_of(worker).taken == 3


@pytest.mark.slow
@pytest.mark.parametrize("size", [0, 1, 65_535, 65_536, 65_537, 100_000_000])
def test_messages_of_any_size(stage: Stage, size: int) -> None:
    worker = stage.worker()
    assert stage.ask(worker, b"send %d" % size) == bytes(size)
    assert stage.ask(worker, b"measure " + bytes(size)) == b"%d" % size
    assert stage.ask(worker, b"echo after") == b"after"


@pytest.mark.slow
@pytest.mark.parametrize("sizes", [[3, 0, 5], [65_536, 65_537], [10, 30_000_000, 0, 20_000_000, 7]])
def test_a_message_in_pieces_arrives_in_those_pieces(stage: Stage, sizes: list[int]) -> None:
    worker = stage.worker()
    stage.executor.send(worker, b"pieces " + b" ".join(b"%d" % size for size in sizes))
    stage.executor.send(worker, b"echo after")
    stage.wait(lambda: len(stage.answers(worker)) == 2)
    answer, after = stage.answers(worker)
    assert isinstance(answer, Parts)
    assert [bytes(piece) for piece in answer.pieces] == [bytes([n]) * size for n, size in enumerate(sizes)]
    assert all(isinstance(piece, bytearray) for piece in answer.pieces if len(piece) > 1 << 16)
    assert after == b"after"


def test_flood_in_both_directions_does_not_deadlock(stage: Stage) -> None:
    worker = stage.worker()
    for _ in range(200):
        stage.executor.send(worker, b"echo " + bytes(100_000))
    stage.wait(lambda: len(stage.answers(worker)) == 200)
    assert {len(answer) for answer in stage.answers(worker)} == {100_000}


def test_workers_do_not_hear_each_other(stage: Stage) -> None:
    workers = [stage.worker() for _ in range(3)]
    for number in range(100):
        for worker in workers:
            stage.executor.send(worker, b"echo %d of %d" % (number, worker))
    stage.wait(lambda: len(stage.events) == 303)
    for worker in workers:
        assert stage.answers(worker) == [b"%d of %d" % (number, worker) for number in range(100)]


@pytest.mark.slow
@pytest.mark.parametrize(("message", "code"), [(b"exit", 0), (b"exit 7", 7), (b"raise oh no", 1), (b"interrupt", 1)])
def test_a_program_that_raises_ends_its_worker(stage: Stage, message: bytes, code: int) -> None:
    worker, neighbour = stage.worker(), stage.worker()
    stage.executor.send(worker, message)
    exited = stage.exit_of(worker)
    assert (exited.exit_code, exited.signal, exited.by_request) == (code, None, False)
    assert stage.ask(neighbour, b"echo here") == b"here"


def test_the_traceback_of_what_was_raised_is_in_the_details(stage: Stage) -> None:
    worker = stage.worker()
    stage.executor.send(worker, b"raise oh no")
    details = stage.exit_of(worker).details
    assert "ValueError: oh no" in details
    assert any("in do_raise" in line for line in details)


def test_a_program_that_cannot_be_constructed_never_starts(stage: Stage) -> None:
    worker = stage.executor.start_worker(b"raise")
    stage.executor.send(worker, b"echo never")
    exited = stage.exit_of(worker)
    assert (exited.started, exited.exit_code) == (False, 1)
    assert "RuntimeError: this init is refused" in exited.details
    assert stage.events == [exited]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("program", "error"), [("no_such_module:P", "ModuleNotFoundError"), ("os:P", "AttributeError")]
)
def test_a_program_that_cannot_be_found_never_starts(
    kind: str, program: str, error: str, make: Callable[..., Stage]
) -> None:
    stage = Stage(KINDS[kind](program))
    try:
        exited = stage.exit_of(stage.executor.start_worker())
        assert not exited.started
        assert any(line.startswith(error) for line in exited.details)
    finally:
        stage.executor.close()


def test_kill_ends_an_idle_worker(stage: Stage) -> None:
    worker, neighbour = stage.worker(), stage.worker()
    stage.executor.kill(worker)
    exited = stage.exit_of(worker)
    assert (exited.exit_code, exited.signal, exited.by_request, exited.started) == (None, 9, True, True)
    assert stage.ask(neighbour, b"echo here") == b"here"


def test_kill_before_the_start(stage: Stage) -> None:
    worker = stage.executor.start_worker()
    stage.executor.kill(worker)
    exited = stage.exit_of(worker)
    assert (exited.signal, exited.by_request) == (9, True)


def test_nothing_reaches_a_worker_that_has_exited(stage: Stage) -> None:
    worker, neighbour = stage.worker(), stage.worker()
    stage.executor.send(worker, b"leave")
    stage.exit_of(worker)
    stage.executor.send(worker, b"echo hello")
    stage.executor.kill(worker)
    assert stage.ask(neighbour, b"echo here") == b"here"
    assert [type(event) for event in stage.events if event.worker_id == worker] == [Started, Message, Exited]


def test_a_worker_that_never_was_is_a_bug(stage: Stage) -> None:
    stage.worker()
    for number in (-1, 1):
        with pytest.raises(InternalError, match=f"worker {number}"):
            stage.executor.send(number, b"hello")
        with pytest.raises(InternalError, match=f"worker {number}"):
            stage.executor.kill(number)


@pytest.mark.slow
def test_ids_are_never_used_twice(stage: Stage) -> None:
    seen = set()
    for _ in range(5):
        worker = stage.worker()
        seen.add(worker)
        stage.executor.kill(worker)
        stage.exit_of(worker)
    assert len(seen) == 5


def test_poll_returns_empty_when_nothing_happens(stage: Stage) -> None:
    stage.worker()
    assert stage.executor.poll(0) == []
    assert stage.executor.poll(0.01) == []


def test_wake_ends_the_wait_from_any_thread_and_is_remembered(stage: Stage) -> None:
    stage.worker()
    stage.executor.wake()
    assert stage.executor.poll(1e12) == []
    thread = threading.Thread(target=stage.executor.wake)
    thread.start()
    assert stage.executor.poll(None) == []
    thread.join()
    assert stage.executor.poll(0) == []


def test_close_can_be_repeated_and_nothing_follows(stage: Stage) -> None:
    worker = stage.worker()
    stage.executor.send(worker, b"echo unread")
    stage.executor.close()
    stage.executor.close()
    assert stage.executor.poll(None) == []
    stage.executor.wake()
    stage.executor.send(worker, b"echo nobody")
    stage.executor.kill(worker)
    with pytest.raises(InternalError, match="closed"):
        stage.executor.start_worker()


def test_close_before_the_first_worker_has_started(stage: Stage) -> None:
    stage.executor.start_worker()
    stage.executor.close()
    assert stage.executor.poll(None) == []


@pytest.mark.parametrize("name", ["", "os", "os:", ":path"])
def test_a_program_needs_a_module_and_a_name(name: str) -> None:
    with pytest.raises(ValueError, match="package.module:Class"):
        load_program(name)
