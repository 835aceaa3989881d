"""Which worker runs which task, how many it holds ahead, and when it is killed or replaced."""

from __future__ import annotations

from itertools import takewhile
from math import inf
from operator import attrgetter

from minispark.engine.scheduler.books import Books, Launch, Stage, Worker
from minispark.engine.scheduler.events import Attempt, KillWorker, LaunchTask, StartWorker
from minispark.engine.scheduler.states import LAUNCHED, PENDING

_by_key = attrgetter("key")


def _held(worker: Worker) -> int:
    return len(worker.queue)


class Dispatcher:
    """Keeps workers busy: earlier jobs first, within a job its earlier stages first, later ones in idle slots. Under a
    fair policy the pool with the fewest tasks at workers first."""

    def __init__(self, books: Books) -> None:
        self._books = books
        self._timed = books.policy.task_timeout_seconds is not None
        self._fair = books.policy.fair
        self._depth_max = books.policy.queue_depth_max

    # --- what may run ----------------------------------------------------------------------------------------------

    def enlist(self, stage: Stage) -> None:
        """The stage is running and has pending tasks: workers may take them."""
        books = self._books
        books.stirred = True
        if not stage.listed:
            stage.listed = True
            books.runnable.append(stage)
        books.runnable.sort(key=_by_key)

    def unlist(self, stage: Stage) -> None:
        if stage.listed:
            stage.listed = False
            self._books.runnable.remove(stage)
            if stage.barrier or stage.trouble:  # it may have kept workers idle
                self._books.stirred = True

    # --- filling queues --------------------------------------------------------------------------------------------

    def fill(self, touched: Worker | None) -> None:
        """Give work to the worker this event touched, or to all if work appeared; idle ones first.

        A barrier stage whose turn it is gets workers as soon as enough are idle; nothing is launched before that. So
        with a task that must run alone, once nothing else runs; and nothing is launched beside it.
        """
        books = self._books
        if books.solo >= 0:
            if books.reserved:
                return
            books.solo = -1
            books.stirred = True
        while books.runnable:
            head = books.runnable[0]
            if head.barrier:
                if not self._launch_together(head):
                    return
                books.stirred = True
                continue
            if head.trouble and head.next_runs_alone:
                self._launch_alone(head)
                return
            if books.stirred:
                for worker in sorted(books.workers.values(), key=_held):
                    self._refill(worker)
            elif touched is not None:
                self._refill(touched)
            if not (books.runnable and books.runnable[0].barrier):
                return  # what must run alone waits at least for what was launched just now, or for a worker

    def idle(self) -> list[Worker]:
        return [worker for worker in self._books.workers.values() if not worker.queue and worker.condemned is None]

    def _launch_together(self, stage: Stage) -> bool:
        """All tasks of a barrier stage, each on an idle worker; or none."""
        idle = self.idle()
        if len(idle) < len(stage.pending):
            return False
        for worker in idle[: len(stage.pending)]:
            self._launch(worker, stage, stage.pending.popleft())
        self.unlist(stage)
        return True

    def _launch_alone(self, stage: Stage) -> None:
        """The stage's next task, if nothing at all runs; not even what nobody needs any more, for it holds memory."""
        books = self._books
        idle = self.idle()
        if books.attempts or not idle:
            return
        books.solo = self._launch(idle[0], stage, stage.pending.popleft()).attempt.attempt_id
        if not stage.pending:
            self.unlist(stage)

    def _refill(self, worker: Worker) -> None:
        """Top the queue up once it is half empty, so that short tasks travel in batches.

        A stage's depth is bounded by its fair share of what is pending: the last tasks spread over all workers. Nothing
        is queued behind a task that may take long, or behind one that nobody wants.
        """
        if worker.condemned is not None:
            return
        books = self._books
        queue = worker.queue
        held = len(queue)
        cap = self._depth_max
        if held:
            head = queue[0].stage
            if head is None:
                return
            cap = head.depth
        crew = len(books.workers)
        runnable = books.runnable
        while runnable:
            stage = self._fairest() if self._fair else runnable[0]
            if stage.barrier:
                return
            if stage.trouble and stage.next_runs_alone:
                return
            pending = stage.pending
            if stage.depth < cap:  # comparisons, not min(): this runs for every task
                cap = stage.depth
            depth = 1 + len(pending) // crew
            if cap < depth:
                depth = cap
            if held > depth >> 1:
                return
            while held < depth and pending and not (stage.trouble and stage.next_runs_alone):
                self._launch(worker, stage, pending.popleft())
                held += 1
            if pending:
                return
            self.unlist(stage)

    def _fairest(self) -> Stage:
        """The first runnable stage of the pool that has the fewest tasks at workers, of several such the one that waits
        longest. Barrier stages and tasks that run alone keep their turn, so that nothing keeps one waiting for ever."""
        books = self._books
        first = books.runnable[0]
        if first.barrier or first.next_runs_alone:
            return first
        jobs = books.jobs
        loads: dict[str, int] = {}
        served: dict[str, int] = {}
        for launch in books.attempts.values():
            if launch.stage is not None:
                pool = jobs[launch.stage.job_id].pool
                loads[pool] = loads.get(pool, 0) + 1
        for job in jobs.values():
            served[job.pool] = max(served.get(job.pool, -1), job.served)

        def turn(stage: Stage) -> tuple[int, int]:
            pool = jobs[stage.job_id].pool
            return loads.get(pool, 0), served[pool]

        open_to_all = takewhile(lambda stage: not (stage.barrier or stage.next_runs_alone), books.runnable)
        return min(open_to_all, key=turn)

    def copy(self, original: Launch, worker: Worker) -> None:
        """A second attempt of the task, on an idle worker."""
        assert original.stage is not None
        launch = self._launch(worker, original.stage, original.index, speculative=True)
        launch.twin = original
        original.twin = launch

    def _launch(self, worker: Worker, stage: Stage, index: int, speculative: bool = False) -> Launch:
        books = self._books
        number = stage.numbers[index]
        stage.numbers[index] = number + 1
        attempt_id = books.next_attempt_id
        books.next_attempt_id = attempt_id + 1
        if self._fair:
            books.jobs[stage.job_id].served = attempt_id
        attempt = Attempt(
            attempt_id,
            stage.job_id,
            stage.stage_id,
            stage.shuffle_id,
            stage.partitions[index],
            number,
            stage.attempt,
            speculative,
        )
        launch = Launch(attempt, index, stage, worker)
        books.attempts[attempt_id] = launch
        if not speculative:
            stage.move_task(index, LAUNCHED)
        queue = worker.queue
        queue.append(launch)
        if len(queue) == 1:
            worker.since = books.now
            if self._timed:
                self.promote(worker)
        books.effects.append(LaunchTask(worker.worker_id, attempt))
        return launch

    def remove(self, launch: Launch) -> None:
        """The attempt ended: take it out of its worker's queue, wherever it stands there."""
        worker = launch.worker
        queue = worker.queue
        if queue[0] is launch:
            queue.popleft()
            worker.since = self._books.now
            if worker.deadline < inf or (queue and (self._timed or queue[0].stage is None)):
                self.promote(worker)
        else:
            queue.remove(launch)

    # --- time and death --------------------------------------------------------------------------------------------

    def promote(self, worker: Worker) -> None:
        """The queue has a new head: set how long it may run."""
        books = self._books
        deadline = inf
        if worker.queue:
            head = worker.queue[0]
            if head.stage is None:
                deadline = head.until
                if deadline <= books.now:
                    self.condemn(worker, "nobody needs its task any more")
            elif books.policy.task_timeout_seconds is not None:
                deadline = books.now + books.policy.task_timeout_seconds
        worker.deadline = deadline
        if deadline < books.alarm:
            books.alarm = deadline

    def orphan(self, stage: Stage) -> None:
        """Nobody wants the stage's running attempts any more: they become inert; what may take long is killed."""
        for launch in self._books.attempts.values():
            if launch.stage is stage:
                if not launch.part():
                    stage.move_task(launch.index, PENDING)
                self.abandon(launch, stage)

    def abandon(self, launch: Launch, stage: Stage) -> None:
        """Nobody wants the attempt any more: it becomes inert, and is killed if it may take long."""
        policy = self._books.policy
        launch.stage = None
        launch.until = self._books.now + (policy.orphan_grace_seconds if stage.depth > 1 else 0.0)
        if launch.worker.queue[0] is launch:
            self.promote(launch.worker)

    def condemn(self, worker: Worker, reason: str) -> None:
        if worker.condemned is None:
            worker.condemned = reason
            self._books.effects.append(KillWorker(worker.worker_id, reason))

    def check_deadlines(self) -> None:
        """Kill what ran too long; set the next alarm."""
        books = self._books
        now = books.now
        books.alarm = inf
        for worker in books.workers.values():
            if worker.condemned is not None:
                continue
            if now >= worker.deadline:
                head = worker.queue[0]
                if head.stage is None:
                    self.condemn(worker, "nobody needs its task any more")
                else:
                    worker.overdue = head.attempt.attempt_id
                    limit = books.policy.task_timeout_seconds
                    where = f"partition {head.attempt.partition} of stage {head.attempt.stage_id}"
                    self.condemn(worker, f"{where} ran longer than its timeout of {limit} s")
            elif worker.deadline < books.alarm:
                books.alarm = worker.deadline

    def restock(self) -> None:
        """Ask for as many workers as are missing, if that is of use."""
        books = self._books
        while len(books.workers) + books.starting < books.policy.slots and books.may_start_workers():
            books.starting += 1
            books.effects.append(StartWorker())
