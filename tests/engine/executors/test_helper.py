"""The fork helper may die at any time: what runs goes on, what is asked for next gets another helper."""

from __future__ import annotations

import errno
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from executor_stage import PROGRAM, Stage, gone, wait_until_stopped

from minispark.engine.executors import helper as helper_module
from minispark.engine.executors.launchers import Ended, HelperLauncher
from minispark.engine.executors.processes import ProcessExecutor


def helper() -> psutil.Process:
    """The one there is; it may be about to come up."""
    for _ in range(200):
        found = [child for child in psutil.Process().children() if "minispark-helper" in child.cmdline()]
        if found:
            break
        time.sleep(0.01)
    (process,) = found
    return process


def kill_helper() -> None:
    pid = helper().pid
    os.kill(pid, signal.SIGKILL)
    assert gone([pid], 2.0)


def stop_helper() -> psutil.Process:
    process = helper()
    process.suspend()
    wait_until_stopped(process.pid)
    return process


def test_running_workers_do_not_notice(forked: Stage) -> None:
    worker = forked.worker()
    kill_helper()
    assert forked.ask(worker, b"echo here") == b"here"


def test_a_new_helper_starts_new_workers_with_the_same_hashes(forked: Stage) -> None:
    before = forked.worker()
    first = helper().pid
    kill_helper()
    after = forked.worker()
    assert helper().pid != first
    assert forked.ask(before, b"eval hash('some text')") == forked.ask(after, b"eval hash('some text')")


def test_the_end_of_an_orphan_is_noticed(forked: Stage) -> None:
    killed, left, spinning = (forked.worker() for _ in range(3))
    kill_helper()
    assert forked.executor.poll(0.01) == []
    os.kill(forked.pid(killed), signal.SIGKILL)
    exited = forked.exit_of(killed)
    assert (exited.exit_code, exited.signal, exited.started) == (None, None, True)
    assert "helper" in exited.details[1]
    forked.executor.send(left, b"repeat 100")
    forked.executor.send(left, b"leave")
    forked.exit_of(left)
    assert len(forked.answers(left)) == 101
    forked.ask(spinning, b"spin")
    forked.executor.kill(spinning)
    assert forked.exit_of(spinning).by_request


def test_what_an_orphan_started_dies_with_it(forked: Stage) -> None:
    worker = forked.worker()
    child = int(forked.ask(worker, b"child"))
    kill_helper()
    forked.executor.send(worker, b"hard_exit 0")
    forked.exit_of(worker)
    assert gone([child], 2.0)


def test_an_orphan_whose_forked_child_keeps_the_socket_open(forked: Stage) -> None:
    worker = forked.worker()
    child = int(forked.ask(worker, b"fork"))
    kill_helper()
    forked.executor.send(worker, b"hard_exit 0")
    forked.exit_of(worker)
    assert gone([child], 2.0)


def test_a_worker_without_helper_and_driver_takes_its_children_along(forked: Stage) -> None:
    """When the driver dies its descriptors close one by one: a worker's socket may be first, its lifeline last."""
    worker = forked.worker()
    child = int(forked.ask(worker, b"child"))
    kill_helper()
    assert isinstance(forked.executor, ProcessExecutor)
    forked.executor._peers[worker].sock.shutdown(socket.SHUT_RDWR)
    assert gone([forked.pid(worker), child], 2.0)


def test_a_worker_asked_for_from_a_dying_helper_comes_from_the_next(forked: Stage) -> None:
    for number in range(5):
        process = stop_helper()
        workers = [forked.executor.start_worker(b"init %d" % number) for _ in range(3)]
        for worker in workers:
            forked.executor.send(worker, b"init")
            forked.executor.send(worker, b"measure " + bytes(1_000_000))
        process.kill()
        for worker in workers:
            forked.wait(lambda worker=worker: len(forked.answers(worker)) == 2)
            assert forked.answers(worker) == [b"init %d" % number, b"1000000"]


def test_a_worker_killed_while_its_helper_dies_does_not_come_back(forked: Stage) -> None:
    process = stop_helper()
    worker = forked.executor.start_worker()
    forked.executor.kill(worker)
    process.kill()
    exited = forked.exit_of(worker)
    assert (exited.started, exited.by_request) == (False, True)


def test_helpers_that_never_come_up_are_given_up(
    make: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch, mark_descriptors: Any
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/false")
    opened = mark_descriptors()
    stage = make("forked")
    for _ in range(3):
        exited = stage.exit_of(stage.executor.start_worker())
        assert not exited.started
        assert "the fork helper" in exited.details[-1], "it was dead before it was asked, or died then"
    stage.executor.close()
    assert opened() == []


def test_close_ends_orphans_too(forked: Stage) -> None:
    workers = [forked.worker() for _ in range(2)]
    forked.ask(workers[0], b"spin")
    kill_helper()
    workers.append(forked.worker())
    forked.executor.close()
    assert gone([forked.pid(worker) for worker in workers], 0.0)
    assert not psutil.Process().children()


def test_close_with_a_stopped_helper(forked: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("minispark.engine.executors.launchers.EXIT_SECONDS_MAX", 1000.0)
    worker = forked.worker()
    stop_helper()
    forked.executor.close()
    assert gone([forked.pid(worker)], 0.0)
    assert not psutil.Process().children()


@pytest.mark.slow
def test_ends_are_noticed_though_the_helper_is_stopped(forked: Stage) -> None:
    worker = forked.worker()
    stop_helper()
    forked.executor.send(worker, b"leave")
    assert forked.exit_of(worker).exit_code is None


def test_workers_share_what_the_helper_imported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "counts_its_imports.py").write_text("import os\nimported_by = os.getpid()\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    stage = Stage(ProcessExecutor(PROGRAM, modules=("counts_its_imports", "no_such_module"), fork=True))
    try:
        question = b"eval __import__('counts_its_imports').imported_by"
        assert {stage.ask(stage.worker(), question) for _ in range(2)} == {b"%d" % helper().pid}
    finally:
        stage.executor.close()


def test_the_helper_holds_nothing_of_the_users(make: Callable[..., Stage]) -> None:
    ours = os.open(__file__, os.O_RDONLY)
    os.set_inheritable(ours, True)
    try:
        make("forked").worker()
    finally:
        os.close(ours)
    held = []
    for fd in os.scandir(f"/proc/{helper().pid}/fd"):
        with suppress(FileNotFoundError):  # the worker's own, which the helper is closing just now
            held += [os.readlink(fd.path)] if int(fd.name) > 2 else []
    assert {name.partition(":")[0] for name in held} <= {"pipe", "socket", "/memfd"}


def test_workers_collect_garbage_though_the_helper_does_not(forked: Stage) -> None:
    assert forked.ask(forked.worker(), b"eval __import__('gc').isenabled()") == b"True"


def test_a_fork_that_fails_is_an_exit(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the helper, as if the machine had no room for another process; heard by the launcher."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    monkeypatch.setattr(os, "fork", raise_again)
    monkeypatch.setattr(HelperLauncher, "_start", lambda self: setattr(self, "_control", ours))
    launcher = HelperLauncher(PROGRAM, (), -1, {})
    fd = theirs.fileno()
    with ours, theirs:
        launcher.launch(7, fd, fd)
        process = helper_module.Helper.__new__(helper_module.Helper)
        process._control = theirs
        process._accept()
        (ended,) = launcher.reports()
    assert ended == Ended(7, None, None, "it could not be forked: [Errno 11] Resource temporarily unavailable")


def raise_again() -> int:
    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))


def test_no_helper_is_an_error_at_once(monkeypatch: pytest.MonkeyPatch, mark_descriptors: Any) -> None:
    opened = mark_descriptors()
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(FileNotFoundError):
        ProcessExecutor(PROGRAM, fork=True)
    assert opened() == []
