"""Workers that are processes: how they die, what they share, and what they leave."""

from __future__ import annotations

import itertools
import os
import resource
import select
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest
from executor_stage import PROGRAM, Stage, gone, wait_until_stopped

from minispark.engine.core.errors import InternalError
from minispark.engine.executors import peer
from minispark.engine.executors import processes as processes_module
from minispark.engine.executors.processes import ProcessExecutor


def test_a_killed_worker_takes_no_neighbour_along(processes: Stage) -> None:
    worker, neighbour = processes.worker(), processes.worker()
    processes.executor.send(worker, b"spin")
    os.kill(processes.pid(worker), signal.SIGKILL)
    exited = processes.exit_of(worker)
    assert (exited.exit_code, exited.signal, exited.by_request) == (None, signal.SIGKILL, False)
    assert exited.details[0] == "killed by SIGKILL"
    assert processes.ask(neighbour, b"echo here") == b"here"
    assert processes.ask(processes.worker(), b"echo anew") == b"anew"


def test_what_is_unread_when_a_worker_is_known_to_be_dead_still_arrives(
    forked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes_module, "READ_AT_ONCE_BYTES", 1)
    worker = forked.worker()
    forked.executor.send(worker, b"send 60000")
    forked.executor.send(worker, b"send 60000")
    forked.executor.send(worker, b"repeat 50")
    forked.executor.send(worker, b"hard_exit 0")
    assert gone([forked.pid(worker)], 10.0)
    assert isinstance(forked.executor, ProcessExecutor)
    select.select([forked.executor._launcher.fileno()], [], [])  # the report is here before the first message is read
    forked.exit_of(worker)
    assert len(forked.answers(worker)) == 52


def test_a_kill_before_the_start_does_not_wait(processes: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes_module, "SETTLE_SECONDS", 1000.0)
    worker = processes.executor.start_worker()
    processes.executor.kill(worker)
    processes.executor.send(worker, b"spin")
    assert processes.exit_of(worker).by_request


def test_a_torn_message_is_dropped(processes: Stage) -> None:
    worker = processes.worker()
    processes.executor.send(worker, b"tear")
    assert processes.exit_of(worker).signal == signal.SIGKILL
    assert processes.answers(worker) == [b"whole"]


@pytest.mark.slow
def test_a_worker_that_writes_rubbish_to_the_engine_is_ended(processes: Stage) -> None:
    worker = processes.worker()
    processes.executor.send(worker, b"stray")
    exited = processes.exit_of(worker)
    assert processes.answers(worker) == [b"whole"]
    assert any("not a frame" in line for line in exited.details)


@pytest.mark.slow
def test_a_worker_that_closed_our_socket_is_ended(processes: Stage) -> None:
    worker = processes.worker()
    processes.executor.send(worker, b"hang_up")
    assert processes.exit_of(worker).signal == signal.SIGKILL


def test_os_exit_reports_its_code(processes: Stage) -> None:
    worker = processes.worker()
    processes.executor.send(worker, b"hard_exit 41")
    assert processes.exit_of(worker).exit_code == 41


def test_a_crash_in_c_leaves_the_python_stack(processes: Stage) -> None:
    worker = processes.worker()
    processes.executor.send(worker, b"crash")
    exited = processes.exit_of(worker)
    assert exited.signal == signal.SIGSEGV
    assert "Fatal Python error: Segmentation fault" in exited.details
    assert any("in do_crash" in line for line in exited.details)


@pytest.mark.parametrize("command", [b"spin", b"hang_in_c"])
def test_a_graceful_kill_leaves_the_stack(processes: Stage, command: bytes) -> None:
    worker = processes.worker()
    processes.ask(worker, command)
    processes.executor.kill(worker, graceful=True)
    exited = processes.exit_of(worker)
    assert (exited.signal, exited.by_request) == (signal.SIGTERM, True)
    assert any(f"in do_{command.decode()}" in line for line in exited.details)


def test_a_graceful_kill_becomes_forceful(processes: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes_module, "GRACE_SECONDS", 0.1)
    worker = processes.worker()
    processes.ask(worker, b"stubborn")
    processes.executor.kill(worker, graceful=True)
    assert processes.exit_of(worker).signal == signal.SIGKILL


def test_a_stopped_worker_is_woken_to_leave_its_stack(processes: Stage) -> None:
    worker = processes.worker()
    processes.ask(worker, b"stop")
    wait_until_stopped(processes.pid(worker))
    processes.executor.kill(worker, graceful=True)
    exited = processes.exit_of(worker)
    assert (exited.signal, exited.by_request) == (signal.SIGTERM, True)
    assert any("most recent call first" in line for line in exited.details)


def test_a_stopped_worker_can_be_killed(processes: Stage) -> None:
    worker = processes.worker()
    os.kill(processes.pid(worker), signal.SIGSTOP)
    processes.executor.kill(worker)
    assert processes.exit_of(worker).signal == signal.SIGKILL


def test_a_worker_that_left_its_process_group_can_be_killed(forked: Stage) -> None:
    worker = forked.worker()
    forked.ask(worker, b"eval (os := __import__('os')).setpgid(0, os.getppid())")
    forked.executor.kill(worker)
    assert forked.exit_of(worker).signal == signal.SIGKILL


@pytest.mark.parametrize("by_request", [False, True])
def test_the_kernels_killer_is_told_from_others(
    processes: Stage, by_request: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    kills = itertools.count()
    monkeypatch.setattr(peer, "_oom_kills", lambda: next(kills))
    worker = processes.worker()
    if by_request:
        processes.executor.kill(worker)
    else:
        os.kill(processes.pid(worker), signal.SIGKILL)
    exited = processes.exit_of(worker)
    assert exited.out_of_memory is not by_request
    assert any("out-of-memory" in line for line in exited.details) is not by_request


def test_what_a_worker_started_dies_with_it(processes: Stage) -> None:
    killed, left = processes.worker(), processes.worker()
    children = [int(processes.ask(killed, b"child")), int(processes.ask(left, b"child"))]
    processes.executor.kill(killed)
    processes.executor.send(left, b"leave")
    processes.exit_of(killed)
    processes.exit_of(left)
    assert gone(children, 2.0)


def test_a_forked_child_that_keeps_the_socket_open_does_not_hide_the_end(processes: Stage) -> None:
    worker = processes.worker()
    child = int(processes.ask(worker, b"fork"))
    processes.executor.send(worker, b"repeat 100")
    processes.executor.send(worker, b"hard_exit 0")
    assert processes.exit_of(worker).exit_code == 0
    assert len(processes.answers(worker)) == 101
    assert gone([child], 2.0)


def test_interrupts_from_the_terminal_do_not_reach_workers(processes: Stage) -> None:
    worker = processes.worker()
    os.kill(processes.pid(worker), signal.SIGINT)
    assert processes.ask(worker, b"echo here") == b"here"
    assert processes.ask(worker, b"eval __import__('os').getsid(0)") != b"%d" % os.getsid(0)
    assert processes.ask(worker, b"eval __import__('os').getpgrp()") == b"%d" % processes.pid(worker)


@pytest.mark.parametrize("kind", ["forked", "spawned"])
def test_a_worker_holds_no_descriptor_but_its_own(kind: str, make: Callable[..., Stage]) -> None:
    ours = os.open(__file__, os.O_RDONLY)
    os.set_inheritable(ours, True)  # as a careless library of the user's would leave it
    try:
        stage = make(kind)
        workers = [stage.worker() for _ in range(3)]
    finally:
        os.close(ours)
    for worker in workers:
        held = [os.readlink(fd.path) for fd in os.scandir(f"/proc/{stage.pid(worker)}/fd") if int(fd.name) > 2]
        kinds = sorted(name.partition(":")[0] for name in held)
        assert kinds == ["/memfd", "pipe", "socket"]


def test_equal_hashes_and_one_blas_thread(processes: Stage) -> None:
    workers = [processes.worker() for _ in range(3)]
    assert len({processes.ask(worker, b"eval hash('some text')") for worker in workers}) == 1
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        assert processes.ask(workers[0], f"eval __import__('os').environ[{name!r}]".encode()) == b"'1'"


@pytest.mark.parametrize("kind", ["forked", "spawned"])
def test_the_users_own_settings_stand(
    kind: str, make: Callable[..., Stage], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "2")
    monkeypatch.setenv("PYTHONHASHSEED", "17")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("/a path/with 'quotes'\" and\n lines")
    stage = make(kind)
    worker = stage.worker()
    assert stage.ask(worker, b"eval __import__('os').environ['OMP_NUM_THREADS']") == b"'2'"
    assert stage.ask(worker, b"eval __import__('os').environ['PYTHONHASHSEED']") == b"'17'"
    assert stage.ask(worker, b"eval __import__('os').getcwd()") == repr(str(tmp_path)).encode()
    assert stage.ask(worker, b"eval __import__('sys').path") == repr(sys.path).encode()


def test_the_users_main_module_is_not_run_and_standard_input_is_empty(processes: Stage) -> None:
    worker = processes.worker()
    assert processes.ask(worker, b"eval hasattr(__import__('__main__'), '__file__')") == b"False"
    assert processes.ask(worker, b"eval __import__('sys').stdin.read()") == b"''"


@pytest.mark.slow
def test_the_peak_memory_of_a_worker_is_told(processes: Stage) -> None:
    worker = processes.worker()
    ours = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    size = ours + 100_000_000  # an interpreter of its own begins with our peak and can tell only what is above
    processes.ask(worker, b"eval len(b'x' * %d)" % size)
    processes.executor.kill(worker)
    peak = processes.exit_of(worker).peak_memory_bytes
    assert peak is not None
    assert size < peak < size + 50_000_000


def test_the_drivers_own_peak_is_not_taken_for_a_workers(processes: Stage) -> None:
    assert len(b"x" * 200_000_000) == 200_000_000
    worker = processes.worker()
    processes.executor.kill(worker)
    peak = processes.exit_of(worker).peak_memory_bytes
    assert peak is None or peak < 100_000_000


@pytest.mark.slow
def test_descriptors_and_processes_do_not_leak(processes: Stage, mark_descriptors: Any) -> None:
    driver = psutil.Process()
    processes.worker()
    opened, children = mark_descriptors(), len(driver.children(recursive=True))
    for ending in (b"leave", b"exit 3", b"raise x", b"hard_exit 1", b"kill") * 10:
        worker = processes.worker()
        if ending == b"kill":
            processes.executor.kill(worker)
        else:
            processes.executor.send(worker, ending)
        processes.exit_of(worker)
    assert opened() == []
    assert len(driver.children(recursive=True)) == children


def test_close_leaves_nothing(processes: Stage) -> None:
    driver = psutil.Process()
    workers = [processes.worker() for _ in range(3)]
    processes.ask(workers[0], b"spin")
    processes.ask(workers[1], b"stop")
    pids = [*map(processes.pid, workers), int(processes.ask(workers[2], b"child"))]
    late = processes.executor.start_worker()
    processes.executor.send(late, b"spin")
    assert driver.children()
    processes.executor.close()
    assert not driver.children()
    assert gone(pids[:3], 0.0)
    assert gone(pids, 2.0)


def test_close_and_start_again_leak_no_descriptor(mark_descriptors: Any) -> None:
    opened = mark_descriptors()
    for _ in range(3):
        for fork in (True, False):
            stage = Stage(ProcessExecutor(PROGRAM, fork=fork))
            stage.worker()
            stage.executor.close()
    assert opened() == []


def test_two_executors_in_one_process_are_apart(make: Callable[..., Stage]) -> None:
    one, other = make("forked", b"one"), make("forked", b"other")
    first, second = one.worker(), other.worker()
    one.executor.close()
    assert other.ask(second, b"init") == b"other"
    assert gone([one.pid(first)], 0.0)


def test_a_fork_of_the_users_process_neither_keeps_nor_kills_workers(processes: Stage) -> None:
    worker = processes.worker()
    child = os.fork()
    if child == 0:
        try:
            processes.executor.close()
            processes.executor.wake()
            os._exit(len(processes.executor.poll(0)))
        finally:
            os._exit(99)
    assert os.waitpid(child, 0)[1] == 0
    assert processes.ask(worker, b"echo here") == b"here"


def test_a_user_who_waits_for_any_child_does_no_harm(make: Callable[..., Stage]) -> None:
    stage = make("spawned")
    worker, neighbour = stage.worker(), stage.worker()
    stage.executor.send(worker, b"hard_exit 5")
    os.waitpid(stage.pid(worker), 0)
    exited = stage.exit_of(worker)
    assert (exited.exit_code, exited.signal) == (None, None)
    assert stage.ask(neighbour, b"echo here") == b"here"


def test_unread_messages_are_bounded(processes: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes_module, "SEND_QUEUE_BYTES_MAX", 1_000_000)
    worker = processes.worker()
    processes.ask(worker, b"spin")
    processes.executor.send(worker, bytes(2_000_000))
    processes.executor.send(worker, bytes(1_500_000))  # beside a large one there is room for as much as is allowed
    with pytest.raises(InternalError, match=f"worker {worker} has left .* bytes unread"):
        processes.executor.send(worker, b"one more")


def test_out_of_descriptors_is_an_exit_not_a_crash(processes: Stage) -> None:
    neighbour = processes.worker()
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, hard))
    try:
        worker = processes.executor.start_worker()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    exited = processes.exit_of(worker)
    assert not exited.started
    assert "Too many open files" in exited.details[0]
    assert processes.ask(neighbour, b"echo here") == b"here"
