"""The progress bar: only on a terminal, only for stages that take a while, and gone when they end."""

from __future__ import annotations

import io
import threading

import pytest

from minispark.engine.observe.events import JobEnd, StageEnd, StageStart, TaskEnd
from minispark.engine.observe.progress import ConsoleProgress, console_progress

NAME = "reduceByKey at words.py:31"


class Terminal(io.StringIO):
    """What a terminal of 120 columns would show, and everything that was written to it."""

    encoding = "utf-8"

    def __init__(self) -> None:
        super().__init__()
        self.drawn = threading.Event()

    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        written = super().write(text)
        if "tasks" in text:
            self.drawn.set()
        return written

    def screen(self) -> str:
        """The text of the cursor's line, as carriage returns and overwriting leave it."""
        line: list[str] = []
        column = 0
        for char in self.getvalue():
            if char == "\r":
                column = 0
            elif char == "\n":
                line, column = [], 0
            else:
                line[column : column + 1] = char
                column += 1
        return "".join(line).rstrip()


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def terminal() -> Terminal:
    return Terminal()


@pytest.fixture
def progress(terminal: Terminal, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> ConsoleProgress:
    monkeypatch.setenv("COLUMNS", "120")
    return ConsoleProgress(terminal, clock, threaded=False)


def start(stage: int = 0, name: str = NAME, tasks: int = 8, job: int = 0) -> StageStart:
    return StageStart(job, stage, 0, tasks, name)


def done(stage: int = 0, outcome: str = "Success", counted: bool = True) -> TaskEnd:
    return TaskEnd(0, stage, 0, 0, 0, outcome, 0.1, None, counted)


def test_a_short_stage_shows_nothing(progress: ConsoleProgress, terminal: Terminal, clock: Clock) -> None:
    progress.on_event(start())
    clock.now += 0.4
    progress.tick()
    progress.on_event(done())
    progress.on_event(StageEnd(0, 0, 0))
    clock.now += 10
    progress.tick()
    progress.close()
    assert terminal.getvalue() == ""


def test_a_long_stage_shows_how_far_it_is(progress: ConsoleProgress, terminal: Terminal, clock: Clock) -> None:
    progress.on_event(start())
    progress.on_event(done())
    progress.on_event(done(outcome="WorkerDied"))
    progress.on_event(done(counted=False))
    clock.now += 0.6
    progress.tick()
    screen = terminal.screen()
    assert screen.startswith(NAME)
    assert " 1/8 tasks" in screen
    assert "12%" in screen
    assert "1 failed" in screen
    progress.on_event(done())
    progress.tick()
    assert " 2/8 tasks" in terminal.screen()


@pytest.mark.parametrize("last", [StageEnd(0, 0, 0), JobEnd(0, failed=True, message="lost")])
def test_the_line_is_wiped_before_the_program_goes_on(
    last: StageEnd | JobEnd, progress: ConsoleProgress, terminal: Terminal, clock: Clock
) -> None:
    progress.on_event(start())
    clock.now += 1
    progress.tick()
    assert terminal.screen() != ""
    progress.on_event(last)
    assert terminal.screen() == ""
    written = terminal.getvalue()
    progress.tick()
    assert terminal.getvalue() == written


def test_the_oldest_of_several_stages_is_shown(progress: ConsoleProgress, terminal: Terminal, clock: Clock) -> None:
    progress.on_event(start(0, "first at a.py:1"))
    clock.now += 0.2
    progress.on_event(start(1, "second at a.py:2"))
    clock.now += 1
    progress.tick()
    assert terminal.screen().startswith("first at a.py:1 (+1 more)")
    progress.on_event(StageEnd(0, 0, 0))
    progress.tick()
    assert terminal.screen().startswith("second at a.py:2 ")


def test_closing_wipes_and_ends_it(progress: ConsoleProgress, terminal: Terminal, clock: Clock) -> None:
    progress.on_event(start())
    clock.now += 1
    progress.tick()
    progress.close()
    progress.close()
    progress.tick()
    assert terminal.screen() == ""


def test_the_thread_draws_by_itself_and_ends(terminal: Terminal) -> None:
    progress = ConsoleProgress(terminal, delay_seconds=0.0)
    progress.on_event(start())
    assert terminal.drawn.wait(10)
    progress.close()
    assert "minispark-progress" not in {thread.name for thread in threading.enumerate()}
    assert terminal.screen() == ""


def test_only_where_somebody_looks(terminal: Terminal) -> None:
    assert console_progress(True, io.StringIO()) is None
    assert console_progress(False, terminal) is None
    assert console_progress(True, terminal) is not None
