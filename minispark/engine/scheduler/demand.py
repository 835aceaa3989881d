"""Which stages must run: exactly the incomplete ones that something unfinished reads."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from itertools import compress

from minispark.engine.core.strict import shuffled
from minispark.engine.scheduler.books import Books, Job, Launch, Stage
from minispark.engine.scheduler.dispatch import Dispatcher
from minispark.engine.scheduler.events import OutputForgotten, StageSkipped
from minispark.engine.scheduler.outputs import MISSING
from minispark.engine.scheduler.states import DONE, DROPPED, FINISHED, NEW, PENDING, RUNNING, WAITING


class Demand:
    """Opens, wakes, finishes and drops stages. All walks are iterative: a chain of 10,000 shuffles is fine."""

    def __init__(self, books: Books, dispatcher: Dispatcher) -> None:
        self._books = books
        self._dispatcher = dispatcher

    # --- jobs ------------------------------------------------------------------------------------------------------

    def open_job(self, job: Job) -> None:
        """Make the job's result stage run, and before it what is missing below it; say what is skipped."""
        books = self._books
        if job.result.remaining:
            self.require(job.result)
        for shuffle_id, (_, spec) in job.specs.items():
            stage = books.stages.get(shuffle_id)
            if stage is None or job.job_id not in stage.users:
                books.effects.append(StageSkipped(job.job_id, spec.stage_id))

    def close_job(self, job: Job, state: str) -> None:
        """The job is over: let go of its stages, keeping those that other live jobs still need."""
        books = self._books
        job.move(state)
        del books.jobs[job.job_id]
        books.job_ended = True
        if job.result.unfinished:
            self._drop(job.result)
        books.drop_reader(job.result)
        for shuffle_id in reversed(list(job.specs)):
            stage = books.stages.get(shuffle_id)
            if stage is None:
                continue
            stage.users.pop(job.job_id, None)
            if stage.unfinished and not books.unfinished_readers(shuffle_id):
                self._drop(stage)
            if not stage.users:
                books.drop_reader(stage)
                del books.stages[shuffle_id]
            elif stage.job_id == job.job_id:
                self._change_owner(stage)

    def _change_owner(self, stage: Stage) -> None:
        """Carry on for the earliest job that still uses the stage, whose lineage may have been cut since."""
        books = self._books
        assert stage.shuffle_id is not None
        owner = min((books.jobs[job_id] for job_id in stage.users), key=lambda job: job.order)
        place, spec = owner.specs[stage.shuffle_id]
        books.announce_end(stage, failed=stage.unfinished)
        stage.job_id = owner.job_id
        stage.stage_id = spec.stage_id
        stage.key = (owner.order, place)
        books.drop_reader(stage)
        stage.parents = tuple(dict.fromkeys(spec.parents))
        books.note_reader(stage)
        if stage.unfinished:
            self.require(stage)
            if stage.state is RUNNING:
                books.announce_start(stage)
                if stage.pending:
                    self._dispatcher.enlist(stage)

    def dependents(self, stage: Stage) -> list[Job]:
        """The live jobs that cannot end without this stage, in FIFO order."""
        books = self._books
        found: dict[int, Job] = {}
        seen = {stage.seq}
        stack = [stage]
        while stack:
            stage = stack.pop()
            if stage.shuffle_id is None:
                found[stage.job_id] = books.jobs[stage.job_id]
                continue
            for reader in books.unfinished_readers(stage.shuffle_id):
                if reader.seq not in seen:
                    seen.add(reader.seq)
                    stack.append(reader)
        return sorted(found.values(), key=lambda job: job.order)

    # --- stages ----------------------------------------------------------------------------------------------------

    def require(self, stage: Stage) -> None:
        """The stage must run: so must every parent with a missing output, and theirs."""
        books = self._books
        stack = [stage]
        while stack:
            stage = stack.pop()
            stage.waiting.clear()
            for parent_id in stage.parents:
                if not books.shuffles[parent_id].missing:
                    continue
                stage.waiting.add(parent_id)
                parent = books.stages.get(parent_id)
                if parent is None:
                    parent = self._create(parent_id, stage)
                if self._join(parent, parent_id, stage) or not parent.unfinished:
                    stack.append(parent)
            self._resume(stage)

    def _create(self, shuffle_id: int, reader: Stage) -> Stage:
        books = self._books
        job = next(books.jobs[job_id] for job_id in reader.users if shuffle_id in books.jobs[job_id].specs)
        place, spec = job.specs[shuffle_id]
        stage = books.new_stage(spec, job.job_id, (job.order, place))
        books.stages[shuffle_id] = stage
        outputs = books.shuffles[shuffle_id]
        stage.remaining = outputs.missing
        if outputs.missing < len(outputs.attempt_ids):
            for index, attempt_id in enumerate(outputs.attempt_ids):
                if attempt_id != MISSING:
                    stage.states[index] = DONE
        return stage

    def _join(self, parent: Stage, shuffle_id: int, reader: Stage) -> bool:
        """Whoever uses the reader uses the parent. True if that added a user."""
        books = self._books
        joined = False
        for job_id in reader.users:
            if job_id not in parent.users and shuffle_id in books.jobs[job_id].specs:
                job = books.jobs[job_id]
                parent.users[job_id] = None
                parent.key = min(parent.key, (job.order, job.specs[shuffle_id][0]))
                joined = True
        if joined and parent.listed:
            self._dispatcher.enlist(parent)
        return joined

    def _resume(self, stage: Stage) -> None:
        """Bring the stage to waiting or running, whichever its inputs allow."""
        target = WAITING if stage.waiting else RUNNING
        if stage.state is target:
            return
        if not stage.unfinished:
            if stage.state is not NEW:
                stage.attempt += 1
            turn = self._in_turn(stage)
            stage.pending = deque(compress(turn, map(PENDING.__eq__, map(stage.states.__getitem__, turn))))
            if stage.barrier and len(stage.pending) < len(stage.states):
                self._books.torn[stage.seq] = stage
        stage.move(target)
        if target is WAITING:
            self._dispatcher.unlist(stage)
            return
        self._books.announce_start(stage)
        if stage.pending:
            self._dispatcher.enlist(stage)

    def give_back(self, launch: Launch, stage: Stage) -> None:
        """The attempt came to nothing: its task must run again, unless another attempt of it is under way."""
        if not launch.part():
            self.requeue(stage, launch.index)

    def _in_turn(self, stage: Stage) -> Sequence[int]:
        """The stage's tasks in the order in which they are to be launched."""
        seed, count = self._books.policy.launch_seed, len(stage.states)
        return range(count) if seed is None else shuffled(count, seed, "launch", stage.stage_id)

    def requeue(self, stage: Stage, index: int) -> None:
        """A launched or done task must run (again): first among the pending ones."""
        stage.move_task(index, PENDING)
        if stage.barrier:
            self._books.torn[stage.seq] = stage
        if stage.unfinished:
            stage.pending.appendleft(index)
            if stage.state is RUNNING:
                self._dispatcher.enlist(stage)

    def mend(self) -> None:
        """Tasks of barrier stages must run again: so must all others of their stages."""
        books = self._books
        torn = list(books.torn.values())
        books.torn.clear()
        for stage in torn:
            if stage.unfinished:
                self._restart(stage)

    def _restart(self, stage: Stage) -> None:
        """Forget what is done, kill what runs (it may wait for what has failed), and begin again."""
        books = self._books
        books.announce_end(stage, failed=True)
        self._dispatcher.unlist(stage)
        self._dispatcher.orphan(stage)
        for index, state in enumerate(stage.states):
            if state == DONE:
                if stage.shuffle_id is not None:
                    attempt_id = books.shuffles[stage.shuffle_id].forget(index, books.next_attempt_id)
                    books.effects.append(OutputForgotten(stage.shuffle_id, index, attempt_id))
                stage.move_task(index, PENDING)
        stage.pending = deque(self._in_turn(stage))
        stage.attempt += 1
        if stage.state is RUNNING:
            books.announce_start(stage)
            self._dispatcher.enlist(stage)

    def finish(self, stage: Stage) -> None:
        """Every output of a map stage is registered: wake its readers; what only it waited for may stop."""
        books = self._books
        assert stage.shuffle_id is not None
        self._dispatcher.unlist(stage)
        stage.waiting.clear()
        stage.move(FINISHED)
        books.announce_end(stage, failed=False)
        for reader in books.unfinished_readers(stage.shuffle_id):
            reader.waiting.discard(stage.shuffle_id)
            if not reader.waiting:
                self._resume(reader)
        self._drop_unread(stage.parents)

    def outputs_missing(self, shuffle_id: int) -> None:
        """Outputs of this shuffle were forgotten: run it again if something unfinished reads it."""
        books = self._books
        readers = books.unfinished_readers(shuffle_id)
        for reader in readers:
            self.require(reader)
        stage = books.stages.get(shuffle_id)
        if not readers and stage is not None and stage.state is FINISHED:
            stage.move(DROPPED)

    def _drop_unread(self, shuffle_ids: tuple[int, ...]) -> None:
        books = self._books
        stack = list(shuffle_ids)
        while stack:
            shuffle_id = stack.pop()
            stage = books.stages.get(shuffle_id)
            if stage is not None and stage.unfinished and not books.unfinished_readers(shuffle_id):
                self._drop(stage)
                stack.extend(stage.parents)

    def _drop(self, stage: Stage) -> None:
        """Nobody needs it: forget what is pending, orphan what runs."""
        self._dispatcher.unlist(stage)
        stage.pending.clear()
        stage.waiting.clear()
        stage.move(DROPPED)
        self._books.announce_end(stage, failed=True)
        self._dispatcher.orphan(stage)
