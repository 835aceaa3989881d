"""An engine's process: whatever it does, there is a reply, and nothing of it is left."""

from __future__ import annotations

from collections.abc import Callable

import psutil
import pytest

from minispark.bench.process import EngineFailure, EngineProcess

Make = Callable[..., EngineProcess]


def test_a_run_has_its_time_answer_and_cost(fake: Make) -> None:
    engine = fake()
    assert engine.start() > 0
    assert engine.start() == 0
    assert (engine.version, engine.programs) == ("1.2", {"join", "word_count", "distinct"})
    reply = engine.run("join", 30)
    assert (reply.seconds, reply.answer, reply.trouble) == (0.5, 7, "")
    assert reply.usage.memory_bytes_max > 1 << 20


def test_an_engine_that_raises_goes_on(fake: Make) -> None:
    engine = fake("raises")
    reply = engine.run("join", 30)
    assert (reply.trouble, reply.text) == ("error", "ValueError: no")
    assert engine.start() == 0


@pytest.mark.parametrize(
    ("manner", "text"), [("dies", "the engine's process ended with exit code -9"), ("babbles", "sent no JSON object")]
)
def test_one_that_dies_or_babbles_is_an_error_and_starts_again(fake: Make, manner: str, text: str) -> None:
    engine = fake(manner)
    for _ in range(2):
        reply = engine.run("join", 30)
        assert reply.trouble == "error"
        assert text in reply.text
    assert engine.start() > 0


@pytest.mark.slow
def test_one_that_hangs_is_killed_with_its_children(fake: Make) -> None:
    engine = fake("hangs")
    engine.start()
    children = []

    def run() -> str:
        reply = engine.run("join", 1.0)
        return f"{reply.trouble}: {reply.text}"

    process = engine._process
    assert process is not None
    root = psutil.Process(process.pid)
    kill = engine._kill

    def note_and_kill() -> None:
        children.extend(root.children())
        kill()

    engine._kill = note_and_kill
    assert run() == "time-out: no answer in 1 s"
    assert len(children) == 1
    assert not any(process.is_running() for process in [root, *children])


def test_one_that_does_not_start_says_why(fake: Make) -> None:
    with pytest.raises(EngineFailure, match="fake does not start: no such engine"):
        fake("mute").start()
