"""The simulator finds bugs: each deliberate one, put into the scheduler in memory, is caught by one of a few seeds."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from minispark.engine.core.outcomes import EnvironmentFailed, UserError, WorkerDied
from minispark.engine.core.values import replace
from minispark.engine.scheduler.books import Books, Launch, Stage
from minispark.engine.scheduler.demand import Demand
from minispark.engine.scheduler.dispatch import Dispatcher
from minispark.engine.scheduler.events import JobSucceeded, KillWorker, LaunchTask, StartWorker
from minispark.engine.scheduler.machine import Scheduler
from minispark.engine.scheduler.outputs import MISSING, MapOutputs
from minispark.engine.scheduler.recovery import Recovery
from minispark.engine.scheduler.settlement import Settlement
from minispark.engine.scheduler.speculation import Speculator
from minispark.engine.scheduler.states import DONE, PENDING
from minispark.testing.simulation import simulate

SEEDS = range(500)

Mutant = tuple[type, str, Callable[..., Any]]
MUTANTS: dict[str, Mutant] = {}


def mutant(owner: type, method: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Registers a replacement of ``owner.method``. It is called with the original method before its own arguments."""

    def register(replacement: Callable[..., Any]) -> Callable[..., Any]:
        original = getattr(owner, method)

        def mutated(*args: Any, **kwargs: Any) -> Any:
            return replacement(original, *args, **kwargs)

        MUTANTS[replacement.__name__] = (owner, method, mutated)
        return replacement

    return register


# --- who runs what ---------------------------------------------------------------------------------------------------


@mutant(Dispatcher, "fill")
def gives_new_work_only_to_the_worker_at_hand(original, self, touched):
    self._books.stirred = False
    original(self, touched)


@mutant(Dispatcher, "fill")
def never_refills_a_queue(original, self, touched):
    if self._books.stirred:
        original(self, touched)


@mutant(Dispatcher, "_refill")
def gives_work_to_a_condemned_worker(original, self, worker):
    worker.condemned, kept = None, worker.condemned
    original(self, worker)
    worker.condemned = kept


@mutant(Dispatcher, "_refill")
def queues_without_a_bound(original, self, worker):
    original(self, worker)
    while worker.queue and self._books.runnable and worker.condemned is None:
        stage = self._books.runnable[0]
        self._launch(worker, stage, stage.pending.popleft())
        if not stage.pending:
            self.unlist(stage)


@mutant(Dispatcher, "_launch")
def launches_the_same_task_twice(original, self, worker, stage, index, **options):
    launch = original(self, worker, stage, index, **options)
    if index == 3 and stage.states[index] != PENDING:
        stage.states[index] = PENDING
        stage.pending.appendleft(index)
    return launch


@mutant(Dispatcher, "_launch")
def uses_an_attempt_id_twice(original, self, *args, **options):
    launch = original(self, *args, **options)
    if self._books.next_attempt_id == 20:
        self._books.next_attempt_id = 19
    return launch


@mutant(Dispatcher, "remove")
def takes_a_report_for_that_of_the_head(original, self, launch):
    launch.worker.queue.popleft()
    self.promote(launch.worker)


@mutant(Dispatcher, "enlist")
def forgets_which_job_was_first(original, self, stage):
    original(self, stage)
    self._books.runnable.reverse()


@mutant(Dispatcher, "orphan")
def lets_orphans_live(original, self, stage):
    return None


@mutant(Dispatcher, "promote")
def sets_no_deadline(original, self, worker):
    return None


@mutant(Dispatcher, "check_deadlines")
def never_looks_at_the_clock(original, self):
    self._books.alarm = float("inf")


@mutant(Dispatcher, "condemn")
def kills_again_and_again(original, self, worker, reason):
    worker.condemned = reason
    self._books.effects.append(KillWorker(worker.worker_id, reason))


@mutant(Dispatcher, "restock")
def replaces_no_worker(original, self):
    return None


@mutant(Dispatcher, "restock")
def asks_for_a_worker_too_many(original, self):
    original(self)
    self._books.effects.append(StartWorker())


# --- second attempts ------------------------------------------------------------------------------------------------


@mutant(Speculator, "look")
def copies_nothing(original, self, rule):
    return None


@mutant(Speculator, "look")
def copies_again_and_again(original, self, rule):
    self._books.looked_at = float("-inf")
    original(self, rule)


@mutant(Speculator, "look")
def copies_too_early_in_a_stage(original, self, rule):
    original(self, replace(rule, quantile=0.0))


@mutant(Speculator, "look")
def copies_what_is_not_late(original, self, rule):
    original(self, replace(rule, multiplier=0.0, run_seconds_min=0.0))


@mutant(Speculator, "_due")
def copies_what_has_a_copy(original, self, rule):
    launches = [launch for launch in self._books.attempts.values() if launch.twin is not None]
    return sorted(original(self, rule) + [(0.0, launch.attempt.attempt_id, launch) for launch in launches])


@mutant(Speculator, "_due")
def copies_tasks_of_barrier_stages(original, self, rule):
    launches = [launch for launch in self._books.attempts.values() if launch.stage and launch.stage.barrier]
    return sorted(original(self, rule) + [(0.0, launch.attempt.attempt_id, launch) for launch in launches])


@mutant(Dispatcher, "copy")
def forgets_that_a_copy_is_one(original, self, launch, worker):
    original(self, launch, worker)
    launch.part()


@mutant(Dispatcher, "abandon")
def lets_the_loser_run_on(original, self, launch, stage):
    launch.stage = None
    launch.until = float("inf")


@mutant(Launch, "part")
def runs_a_task_again_though_its_copy_lives(original, self):
    original(self)
    return False


@mutant(Settlement, "_succeeded")
def counts_both_attempts(original, self, launch, stage, outcome, seconds):
    twin = launch.twin
    original(self, launch, stage, outcome, seconds)
    if twin is not None:
        self._notice(twin, outcome, counted=True)
        twin.stage = stage


# --- memory ---------------------------------------------------------------------------------------------------------


@mutant(Dispatcher, "_launch_alone")
def runs_beside_others_what_must_run_alone(original, self, stage):
    attempts, self._books.attempts = self._books.attempts, {}
    original(self, stage)
    attempts.update(self._books.attempts)
    self._books.attempts = attempts


@mutant(Dispatcher, "fill")
def launches_beside_what_runs_alone(original, self, touched):
    self._books.solo = -1
    original(self, touched)


@mutant(Settlement, "_charge_environment")
def takes_the_kernel_for_any_killer(original, self, launch, stage, outcome):
    if isinstance(outcome, WorkerDied):
        outcome = replace(outcome, out_of_memory=False)
    original(self, launch, stage, outcome)


@mutant(Dispatcher, "_launch_alone")
def never_finds_room_for_what_must_run_alone(original, self, stage):
    return None


# --- what must run ---------------------------------------------------------------------------------------------------


@mutant(Demand, "require")
def looks_only_at_parents_not_beyond(original, self, stage):
    for parent_id in stage.parents:
        if self._books.shuffles[parent_id].missing:
            stage.waiting.add(parent_id)
            parent = self._books.stages.get(parent_id) or self._create(parent_id, stage)
            self._resume(parent)
    self._resume(stage)


@mutant(Demand, "_join")
def forgets_who_else_uses_a_stage(original, self, parent, shuffle_id, reader):
    return False


@mutant(Demand, "_create")
def runs_all_tasks_though_some_outputs_are_there(original, self, shuffle_id, reader):
    stage = original(self, shuffle_id, reader)
    stage.states = bytearray(len(stage.states))
    stage.remaining = len(stage.states)
    return stage


@mutant(Demand, "finish")
def starts_readers_one_output_early(original, self, stage):
    original(self, stage)
    for reader in self._books.readers.get(stage.shuffle_id, {}).values():
        reader.waiting.clear()
        if reader.unfinished:
            self._resume(reader)


@mutant(Books, "unfinished_readers")
def wakes_only_one_reader(original, self, shuffle_id):
    return original(self, shuffle_id)[:1]


@mutant(Demand, "outputs_missing")
def does_not_run_a_lost_output_again(original, self, shuffle_id):
    return None


@mutant(Demand, "_drop_unread")
def goes_on_with_what_nobody_needs(original, self, shuffle_ids):
    return None


@mutant(Demand, "_change_owner")
def leaves_a_stage_to_a_dead_job(original, self, stage):
    return None


@mutant(Demand, "dependents")
def fails_every_job(original, self, stage):
    return sorted(self._books.jobs.values(), key=lambda job: job.order)


@mutant(Demand, "requeue")
def loses_a_task_on_the_way_back(original, self, stage, index):
    stage.move_task(index, PENDING)


@mutant(Demand, "close_job")
def keeps_stages_of_a_job_that_ended(original, self, job, state):
    specs, job.specs = job.specs, {}
    original(self, job, state)
    job.specs = specs


# --- lost and changed outputs ----------------------------------------------------------------------------------------


@mutant(MapOutputs, "holds")
def believes_stale_complaints(original, self, map_id, attempt_id):
    return 0 <= map_id < len(self.attempt_ids) and self.attempt_ids[map_id] != MISSING


@mutant(MapOutputs, "register")
def does_not_compare_contents(original, self, *args):
    original(self, *args)
    return False


@mutant(MapOutputs, "register")
def takes_any_content_for_different(original, self, *args):
    original(self, *args)
    return True


@mutant(MapOutputs, "forget")
def miscounts_what_is_missing(original, self, *args):
    attempt_id = original(self, *args)
    self.missing -= 1
    return attempt_id


@mutant(Recovery, "lose")
def forgets_the_whole_shuffle_for_one_output(original, self, shuffle_id, lost, why):
    found = original(self, shuffle_id, lost, why)
    if found:
        self._forget_all(shuffle_id)
    return found


@mutant(Recovery, "_count_losses")
def never_gives_a_stage_up(original, self, stage, map_ids, why):
    return None


@mutant(Recovery, "progressed")
def sees_no_progress(original, self, stage):
    return None


@mutant(Recovery, "roll_back")
def rolls_nothing_back(original, self, shuffle_id):
    return None


@mutant(Recovery, "roll_back")
def rolls_back_only_children_not_beyond(original, self, shuffle_id):
    shuffles = self._books.shuffles
    hidden = {child: shuffles[child].children for child in shuffles[shuffle_id].children}
    for child in hidden:
        shuffles[child].children = {}
    original(self, shuffle_id)
    for child, children in hidden.items():
        shuffles[child].children = children


@mutant(Recovery, "roll_back")
def accepts_late_results_of_the_old_generation(original, self, shuffle_id):
    original(self, shuffle_id)
    for readers in self._books.readers.values():
        for stage in readers.values():
            stage.valid_from = 0


@mutant(Recovery, "_fail_indeterminate")
def delivers_from_two_generations(original, self, result, shuffle_id):
    return None


@mutant(Recovery, "_forget_all")
def rolls_back_all_but_one(original, self, shuffle_id):
    outputs = self._books.shuffles[shuffle_id]
    kept = next((map_id for map_id, a in enumerate(outputs.attempt_ids) if a != MISSING), None)
    for map_id, attempt_id in enumerate(outputs.attempt_ids):
        if attempt_id != MISSING and map_id != kept:
            self._forget(shuffle_id, map_id)
    self._demand.outputs_missing(shuffle_id)


# --- outcomes --------------------------------------------------------------------------------------------------------


@mutant(Settlement, "_discard")
def leaves_losing_outputs_behind(original, self, launch, outcome):
    self._notice(launch, outcome, counted=False)


@mutant(Settlement, "_fetch_failed")
def ignores_fetch_failures(original, self, launch, stage, outcome):
    return None


@mutant(Settlement, "_source_lost")
def does_not_restore_sources(original, self, launch, stage, outcome):
    self._count_free_retry(launch, stage, "lost its source")


@mutant(Settlement, "_charge_user")
def retries_users_for_ever(original, self, launch, stage, outcome):
    return None


@mutant(Settlement, "_charge_user")
def retries_what_cannot_be_retried(original, self, launch, stage, outcome):
    original(self, launch, stage, UserError(outcome.failure, retriable=True))


@mutant(Settlement, "_charge_environment")
def retries_the_environment_for_ever(original, self, launch, stage, outcome):
    return None


@mutant(Settlement, "_charge_environment")
def gives_up_one_failure_early(original, self, launch, stage, outcome):
    original(self, launch, stage, outcome)
    if stage.trouble[launch.index].environment == self._books.policy.max_task_failures - 1:
        original(self, launch, stage, outcome)


@mutant(Settlement, "release")
def charges_the_innocent(original, self, launch, outcome):
    self.settle(launch, outcome, 0.0)


@mutant(Settlement, "_job_succeeded")
def says_twice_that_a_job_succeeded(original, self, result):
    original(self, result)
    self._books.effects.append(JobSucceeded(result.job_id))


@mutant(Stage, "move_task")
def miscounts_what_remains(original, self, index, state):
    original(self, index, state)
    if state == DONE and index == 5:
        self.remaining -= 1


# --- the machine -----------------------------------------------------------------------------------------------------


@mutant(Scheduler, "_job_cancelled")
def ignores_cancellation(original, self, event):
    return None


@mutant(Scheduler, "_stopped")
def stops_without_killing(original, self, event):
    original(self, event)
    self._books.effects = [e for e in self._books.effects if not isinstance(e, KillWorker)]


@mutant(Scheduler, "_worker_started")
def forgets_that_a_worker_was_awaited(original, self, event):
    self._books.starting += 1
    original(self, event)


@mutant(Scheduler, "_worker_not_started")
def waits_for_a_worker_that_never_comes(original, self, event):
    return None


@mutant(Scheduler, "_let_go")
def loses_the_queue_of_a_lost_worker(original, self, worker, queue, adopted, outcome, begun):
    original(self, worker, queue[:1], adopted, outcome, begun)


@mutant(Scheduler, "_let_go")
def adopts_nothing(original, self, worker, queue, adopted, outcome, begun):
    original(self, worker, queue, {}, outcome, begun)


@mutant(Scheduler, "_let_go")
def charges_a_task_whose_output_was_adopted(original, self, worker, queue, adopted, outcome, begun):
    head = queue[0].attempt.attempt_id if queue else -1
    original(self, worker, queue[1:] if head in adopted else queue, adopted, outcome, begun)


@mutant(Scheduler, "_task_ended")
def trusts_a_worker_out_of_memory(original, self, event):
    outcome = event.outcome
    if isinstance(outcome, EnvironmentFailed):
        event = type(event)(event.worker_id, event.attempt_id, EnvironmentFailed(outcome.failure), event.seconds)
    return original(self, event)


@mutant(Scheduler, "_release")
def forgets_a_shuffle_in_use(original, self, shuffle_id):
    jobs, self._books.jobs = self._books.jobs, {}
    original(self, shuffle_id)
    self._books.jobs = jobs


@mutant(Scheduler, "_fail_doomed")
def fails_a_job_twice(original, self):
    failures = list(self._books.doomed.values())
    original(self)
    self._books.effects.extend(failures)


@mutant(Scheduler, "handle")
def goes_on_launching_for_a_failed_job(original, self, event, now):
    effects = original(self, event, now)
    launches = [e for e in effects if isinstance(e, LaunchTask) and e.attempt.attempt_id == 50]
    return (*effects, *launches)


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_caught(name, monkeypatch, record_property):
    monkeypatch.setattr(*MUTANTS[name])
    caught = next((report for report in map(simulate, SEEDS) if report.violations), None)
    assert caught is not None, f"no seed of {SEEDS} notices a scheduler that {name.replace('_', ' ')}"
    record_property("seed", caught.seed)
    print(f"\n{name}: seed {caught.seed}: {caught.violations[0][:150]}")


def test_there_are_at_least_thirty_mutants():
    assert len(MUTANTS) >= 30
