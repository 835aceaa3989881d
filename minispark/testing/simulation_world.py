"""The world around the scheduler in virtual time: workers that run queues, messages that travel, files that get lost.

Nothing here knows how the scheduler decides. A task's value is a checksum of all it was computed from, so a wrong,
missing or mixed input shows in the result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from heapq import heappop, heappush
from itertools import count
from random import Random
from typing import Any

from minispark.engine.core.outcomes import FetchFailed, WorkerDied
from minispark.engine.scheduler.events import (
    Effect,
    Event,
    JobSubmitted,
    KillWorker,
    LaunchTask,
    OutputDiscarded,
    OutputForgotten,
    OutputRegistered,
    OutputsLost,
    RestoreSource,
    ShuffleForgotten,
    StartWorker,
    TaskEnded,
    TimePassed,
    WorkerLost,
    WorkerNotStarted,
    WorkerStarted,
)
from minispark.engine.scheduler.machine import Scheduler
from minispark.testing.simulation_parts import Files, Inputs, Run, SimWorker, Violation
from minispark.testing.simulation_plan import Plan, StagePlan
from minispark.testing.simulation_tasks import Tasks

MESSAGE_SECONDS = 0.00005
START_SECONDS = 0.02
KILL_SECONDS = 0.002

EVENTS_MAX = 4_000
"""Some eight times what the longest schedules need: a scheduler that turns in circles is stopped here."""

KILLED = WorkerDied("killed as asked", signal=9, by_request=True)
CRASHED = WorkerDied("killed", signal=9)
OUT_OF_MEMORY = WorkerDied("killed", signal=9, peak_memory_bytes=1 << 30, out_of_memory=True)
SEGFAULT = WorkerDied("segmentation fault", signal=11, exit_code=-11)


class _Over(Exception):
    """The end of time, or of patience."""


class World:
    """Runs a plan against a scheduler. ``watch`` is told each event before, and its effects after, they happen."""

    def __init__(self, plan: Plan, scheduler: Scheduler, watch: Watch) -> None:
        self.plan = plan
        self.scheduler = scheduler
        self.watch = watch
        self.now = 0.0
        self.events = 0
        self.rng = Random(~plan.seed)
        self._random = self.rng.random
        self.stages: dict[int, StagePlan] = {stage.key: stage for stage in plan.stages}
        self.files = Files()
        self.registered: dict[int, list[int]] = {
            stage.key: [-1] * len(stage.partitions) for stage in plan.stages if stage.key >= 0
        }
        self._snapshots: dict[int, tuple[int, ...]] = {}
        self._inputs: dict[int, Inputs] = {}
        self._readers: dict[int, list[int]] = {
            shuffle_id: [stage.key for stage in plan.stages if shuffle_id in stage.parents]
            for shuffle_id in self.registered
        }
        self.workers: dict[int, SimWorker] = {}
        self.next_worker_id = 0
        self.on_read: Callable[[], None] | None = None
        self.slow_until = 0.0
        self.duplicates = 0
        self.reorders = 0
        self.still_births = 0
        self.failing_starts = 0
        self.applied: Counter[str] = Counter()
        self.tasks = Tasks(plan, self.files, self.applied)
        self.branches: set[str] = set()
        self._heap: list[tuple[float, int, Callable[[Any], None], Any]] = []
        self._seq = count()
        self._alarm = float("inf")
        self._appliers: dict[type, Callable[[Any], None]] = {
            LaunchTask: self._launch,
            OutputRegistered: self._registered,
            OutputForgotten: self._forgotten,
            OutputDiscarded: self._discarded,
            ShuffleForgotten: self._shuffle_forgotten,
            KillWorker: self._kill,
            StartWorker: self._start_worker,
            RestoreSource: self._restore,
        }

    # --- time --------------------------------------------------------------------------------------------------------

    def at(self, when: float, action: Callable[[Any], None], what: Any) -> None:
        heappush(self._heap, (when, next(self._seq), action, what))

    def run(self) -> None:
        """Play the plan until nothing is left to happen, or the deadline has passed."""
        self.at(self.plan.deadline, self._time_is_up, None)
        for _ in range(self.plan.policy.slots):
            self._start_worker(None)
        for job in self.plan.jobs:
            self.at(job.at, self.tell, JobSubmitted(job.job_id, job.stages))
        heap = self._heap
        try:
            while len(heap) > 1:
                self.now, _, action, what = heappop(heap)
                action(what)
        except _Over:
            return

    def leave(self) -> None:
        """All is over: let go of what would wait for the collector, and be swept many at a time."""
        self.on_read = None
        self._appliers.clear()
        self._heap.clear()

    def _time_is_up(self, nothing: None) -> None:
        raise _Over

    def tell(self, event: Event) -> None:
        """Give the scheduler an event, and carry out what it asks for."""
        if self.events >= EVENTS_MAX:
            raise _Over
        self.events += 1
        watch = self.watch
        watch.before(event)
        try:
            effects = self.scheduler.handle(event, self.now)
        except (LookupError, AttributeError, ArithmeticError, RuntimeError) as error:
            raise Violation(f"the scheduler fell over with {type(error).__name__}: {error}") from error
        watch.after(event, effects)
        applier = self._appliers.get
        for effect in effects:
            apply = applier(type(effect))
            if apply is not None:
                apply(effect)
        alarm = self.scheduler.alarm
        if alarm < self._alarm:
            self._alarm = alarm
            self.at(alarm, self._ring, alarm)

    def _ring(self, alarm: float) -> None:
        if alarm == self._alarm:
            self._alarm = float("inf")
            self.tell(TimePassed())

    # --- workers -----------------------------------------------------------------------------------------------------

    def _start_worker(self, effect: StartWorker | None) -> None:
        worker = SimWorker(self.next_worker_id)
        self.next_worker_id += 1
        self.at(self.now + START_SECONDS * (0.5 + self.rng.random()), self._worker_up, worker)

    def _worker_up(self, worker: SimWorker) -> None:
        if self.failing_starts and self.now < self.plan.heal_at:
            self.failing_starts -= 1
            self.applied["worker never starts"] += 1
            self.tell(WorkerNotStarted("no memory"))
            return
        self.workers[worker.worker_id] = worker
        self.tell(WorkerStarted(worker.worker_id))
        if self.still_births and self.now < self.plan.heal_at:
            self.still_births -= 1
            self.applied["worker dies at start"] += 1
            self.die(worker, CRASHED)

    def _launch(self, effect: LaunchTask) -> None:
        attempt = effect.attempt
        key = -1 - attempt.job_id if attempt.shuffle_id is None else attempt.shuffle_id
        worker = self.workers[effect.worker_id]
        curses = self.tasks.curses
        inputs = self._inputs.get(key) or self.inputs(key)
        run = Run(worker, attempt, key, inputs, curses.get((key, attempt.partition)) if curses else None)
        worker.runs[attempt.attempt_id] = run
        queue = worker.queue
        queue.append(run)
        if len(queue) > 1:
            self.branches.add("prefetched")
        elif worker.alive:
            self._begin(worker)

    def inputs(self, key: int) -> Inputs:
        """What a task of this stage reads if it is launched now."""
        inputs = self._inputs.get(key)
        if inputs is None:
            snapshots = tuple([self._snapshot(parent) for parent in self.stages[key].parents])
            inputs = self._inputs[key] = Inputs(snapshots, self.files)
        return inputs

    def _snapshot(self, shuffle_id: int) -> tuple[int, ...]:
        snapshot = self._snapshots.get(shuffle_id)
        if snapshot is None:
            snapshot = self._snapshots[shuffle_id] = tuple(self.registered[shuffle_id])
        return snapshot

    def outputs_changed(self, shuffle_id: int) -> None:
        """To be told after every change of ``registered``."""
        if self._snapshots.pop(shuffle_id, None) is not None:
            for key in self._readers[shuffle_id]:
                self._inputs.pop(key, None)

    def _begin(self, worker: SimWorker) -> None:
        run = worker.queue[0]
        if run.curses is not None and self.tasks.cursed(run, "task hangs", self.now):
            return
        chance = self._random()
        if chance > 0.5 and (run.inputs.readable_of == len(self.files.bad) or self.tasks.failed_input(run) is None):
            run.has_read = True
            if self.on_read is not None:
                self.on_read()
        seconds = self.stages[run.key].seconds * (0.6 + 0.8 * chance)
        if run.curses is not None and self.tasks.cursed(run, "task straggles", self.now):
            seconds = 1.0 + 20.0 * seconds
        run.seconds = seconds
        heappush(self._heap, (self.now + MESSAGE_SECONDS + seconds, next(self._seq), self._end, run))

    def _end(self, run: Run) -> None:
        worker = run.worker
        if not worker.alive:
            return
        if run.curses is not None:
            if self.tasks.cursed(run, "task poisons its worker", self.now):
                self.die(worker, SEGFAULT)
                return
            alone = not any(other.queue for other in self.workers.values() if other is not worker)
            if self.tasks.takes_all_memory(run, alone, self.now):
                self.die(worker, OUT_OF_MEMORY)
                return
        run.outcome = self.tasks.compute(run, self.now)
        queue = worker.queue
        queue.popleft()
        event = TaskEnded(worker.worker_id, run.attempt.attempt_id, run.outcome, run.seconds)
        when = self.now + MESSAGE_SECONDS
        if self.duplicates or self.reorders or self.now < self.slow_until:
            self._disturb(event, when, self.stages[run.key])
            if queue:
                self._begin(worker)
            return
        if queue:
            self._begin(worker)
        if when < self._heap[0][0]:  # nothing happens on its way
            self.now = when
            self._deliver(event)
        else:
            self.at(when, self._deliver, event)

    # --- messages ----------------------------------------------------------------------------------------------------

    def _disturb(self, event: TaskEnded, when: float, stage: StagePlan) -> None:
        """Send a message late, or twice."""
        if self.now < self.slow_until:
            self.applied["messages delayed"] += 1
            when += 0.3 * self.rng.random()
        if self.reorders:
            self.reorders -= 1
            self.applied["message reordered"] += 1
            when += 2.5 * stage.seconds
        self.at(when, self._deliver, event)
        if self.duplicates:
            self.duplicates -= 1
            self.applied["message duplicated"] += 1
            self.at(when + self.rng.random() * 0.05, self._deliver, event)

    def _deliver(self, event: TaskEnded) -> None:
        worker = self.workers.get(event.worker_id)
        if worker is None:
            self.branches.add("late message of a lost worker")
        else:
            worker.runs.pop(event.attempt_id, None)
        self.tell(event)
        if type(event.outcome) is FetchFailed and self.plan.scans:
            self.scan(event.outcome.shuffle_id)

    def scan(self, shuffle_id: int) -> None:
        """Look through the files of a shuffle, as a runtime may after a reader failed, and tell of all that are bad."""
        bad = self.files.bad
        lost = [(m, attempt_id) for m, attempt_id in enumerate(self.registered[shuffle_id]) if attempt_id in bad]
        if lost:
            self.branches.add("losses found by looking")
            self.tell(OutputsLost(shuffle_id, tuple(lost), "looked"))

    def die(self, worker: SimWorker, outcome: WorkerDied, adopt: bool = False) -> None:
        """The process is gone now; the driver hears of it a little later."""
        if worker.alive:
            worker.alive = False
            delay = 0.0003 + 0.02 * self.rng.random()
            self.at(self.now + delay, self._mourn, (worker, outcome, adopt))

    def _mourn(self, death: tuple[SimWorker, WorkerDied, bool]) -> None:
        """Tell of the loss. Whole outputs whose senders died unheard are adopted, or removed."""
        worker, outcome, adopt = death
        del self.workers[worker.worker_id]
        adopted = []
        for attempt_id, run in worker.runs.items():
            if attempt_id in self.files.present:
                whole = attempt_id not in self.files.bad
                if not whole:
                    self.branches.add("torn output not adopted")
                if adopt and whole and run.outcome is not None:
                    self.applied["worker killed after rename"] += 1
                    adopted.append((attempt_id, run.outcome))
                else:
                    self.files.remove(attempt_id)
        self.tell(WorkerLost(worker.worker_id, outcome, tuple(adopted)))
        if self.rng.random() < 0.1:
            self.tell(WorkerLost(worker.worker_id, outcome, tuple(adopted)))

    def complete_silently(self, worker: SimWorker) -> None:
        """The head's output is renamed into place, and then the process dies without a word."""
        run = worker.queue[0]
        run.outcome = self.tasks.compute(run, self.now)
        worker.queue.popleft()
        self.die(worker, CRASHED, adopt=True)

    # --- effects -----------------------------------------------------------------------------------------------------

    def _registered(self, effect: OutputRegistered) -> None:
        """``watch`` has noted it in ``registered``."""
        tasks = self.tasks
        versions = tasks.versions.get((effect.shuffle_id, effect.map_id)) if tasks.versions else None
        if versions is not None and len(versions) < 4 and self.rng.random() < 0.7:
            pause = 8.0 * self.rng.random() ** 2 * self.stages[effect.shuffle_id].seconds
            self.at(self.now + pause, self._spoil, effect.attempt_id)
        if tasks.curses and tasks.rots(effect.shuffle_id, effect.map_id, self.now):
            self.files.bad.add(effect.attempt_id)

    def _spoil(self, attempt_id: int) -> None:
        """A changing output is of interest only once it has to be made again."""
        if self.now < self.plan.heal_at and attempt_id in self.files.present:
            self.files.bad.add(attempt_id)

    def _forgotten(self, effect: OutputForgotten) -> None:
        self.registered[effect.shuffle_id][effect.map_id] = -1
        self.outputs_changed(effect.shuffle_id)
        self.files.remove(effect.attempt_id)

    def _discarded(self, effect: OutputDiscarded) -> None:
        self.files.remove(effect.attempt.attempt_id)

    def _shuffle_forgotten(self, effect: ShuffleForgotten) -> None:
        registered = self.registered[effect.shuffle_id]
        for map_id, attempt_id in enumerate(registered):
            if attempt_id >= 0:
                self.files.remove(attempt_id)
            registered[map_id] = -1
        self.outputs_changed(effect.shuffle_id)

    def _kill(self, effect: KillWorker) -> None:
        worker = self.workers[effect.worker_id]
        self.at(self.now + KILL_SECONDS * self.rng.random(), self._killed, worker)

    def _killed(self, worker: SimWorker) -> None:
        self.die(worker, KILLED, adopt=self.rng.random() < 0.5)

    def _restore(self, effect: RestoreSource) -> None:
        self.tasks.lost_sources.discard(effect.data_id)


class Watch:
    """Sees each event and its effects; raises to stop the run."""

    def before(self, event: Event) -> None:
        """Called with the event about to be told."""

    def after(self, event: Event, effects: tuple[Effect, ...]) -> None:
        """Called with what the scheduler answered, before it is carried out."""

    def live_jobs(self) -> list[int]:
        """Jobs submitted and not ended."""
        return []
