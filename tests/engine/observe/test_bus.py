"""The bus keeps the job safe from its listeners."""

from __future__ import annotations

import io

import pytest

from minispark.engine.observe.bus import ListenerBus
from minispark.engine.observe.events import JobEnd, ObservedEvent, WorkerEnd, WorkerStart


class Recorder:
    def __init__(self) -> None:
        self.seen: list[ObservedEvent] = []
        self.closed = 0

    def on_event(self, event: ObservedEvent) -> None:
        self.seen.append(event)

    def close(self) -> None:
        self.closed += 1


class Broken:
    def on_event(self, event: ObservedEvent) -> None:
        raise ValueError("a listener's own mistake")

    def close(self) -> None:
        raise OSError("cannot close")


EVENTS: tuple[ObservedEvent, ...] = (WorkerStart(0, 4711), WorkerEnd(0, "exit code 0"), JobEnd(1))


def test_every_listener_sees_every_event_in_order() -> None:
    first, second = Recorder(), Recorder()
    bus = ListenerBus([first])
    bus.add(second)
    for event in EVENTS:
        bus.post(event)
    assert first.seen == second.seen == list(EVENTS)


def test_one_that_raises_is_dropped_with_one_report_and_harms_nobody() -> None:
    before, after, stderr = Recorder(), Recorder(), io.StringIO()
    bus = ListenerBus([before, Broken(), after], stderr)
    for event in EVENTS:
        bus.post(event)
    assert before.seen == after.seen == list(EVENTS)
    text = stderr.getvalue()
    assert text.count("minispark: listener Broken failed while handling WorkerStart") == 1
    assert text.count("ValueError: a listener's own mistake") == 1


def test_what_is_no_exception_of_the_listener_passes() -> None:
    class Interrupted:
        def on_event(self, event: ObservedEvent) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ListenerBus([Interrupted()]).post(EVENTS[0])


def test_a_listener_may_remove_itself_while_it_is_called() -> None:
    other = Recorder()

    class Once(Recorder):
        def on_event(self, event: ObservedEvent) -> None:
            super().on_event(event)
            bus.remove(self)

    once = Once()
    bus = ListenerBus([once, other])
    for event in EVENTS:
        bus.post(event)
    assert once.seen == [EVENTS[0]]
    assert other.seen == list(EVENTS)


def test_adding_twice_and_removing_a_stranger_change_nothing() -> None:
    recorder = Recorder()
    bus = ListenerBus([recorder])
    bus.add(recorder)
    bus.remove(Recorder())
    bus.post(EVENTS[0])
    assert recorder.seen == [EVENTS[0]]


def test_close_closes_those_that_can_be_closed_and_forgets_all() -> None:
    class NothingToClose:
        def on_event(self, event: ObservedEvent) -> None:
            raise AssertionError("called after close")

    recorder, stderr = Recorder(), io.StringIO()
    bus = ListenerBus([NothingToClose(), Broken(), recorder], stderr)
    bus.close()
    bus.post(EVENTS[0])
    assert (recorder.closed, recorder.seen) == (1, [])
    assert "Broken failed while closing" in stderr.getvalue()
