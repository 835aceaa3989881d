"""What a lost, or a differing, map output means for everything computed from it."""

from __future__ import annotations

from minispark.engine.scheduler.books import Books, Stage
from minispark.engine.scheduler.demand import Demand
from minispark.engine.scheduler.events import JobFailed, OutputForgotten
from minispark.engine.scheduler.outputs import MISSING
from minispark.engine.scheduler.states import DONE


class Recovery:
    """Forgets outputs so that only what was lost runs again, within limits; rolls back what consumed changed input."""

    def __init__(self, books: Books, demand: Demand) -> None:
        self._books = books
        self._demand = demand
        self._any_lost = False

    def lose(self, shuffle_id: int, lost: tuple[tuple[int, int], ...], why: str) -> bool:
        """Outputs ``(map id, attempt id)`` cannot be read. False if none of them is registered (any more)."""
        books = self._books
        outputs = books.shuffles.get(shuffle_id)
        if outputs is None:
            return False
        map_ids = [map_id for map_id, attempt_id in dict.fromkeys(lost) if outputs.holds(map_id, attempt_id)]
        for map_id in map_ids:
            self._forget(shuffle_id, map_id)
        if map_ids:
            self._demand.outputs_missing(shuffle_id)
            stage = books.stages.get(shuffle_id)
            if stage is not None:
                self._count_losses(stage, map_ids, why)
        return bool(map_ids)

    def _forget(self, shuffle_id: int, map_id: int) -> None:
        books = self._books
        attempt_id = books.shuffles[shuffle_id].forget(map_id, books.next_attempt_id)
        books.effects.append(OutputForgotten(shuffle_id, map_id, attempt_id))
        stage = books.stages.get(shuffle_id)
        if stage is not None and stage.states[map_id] == DONE:
            self._demand.requeue(stage, map_id)

    def _count_losses(self, stage: Stage, map_ids: list[int], why: str) -> None:
        """Give the stage up when the same output is lost over and over.

        ``streak`` counts losses of each output since a reader last succeeded, ``repeated_losses`` all but the first of
        each: many different outputs lost once each are no reason to stop.
        """
        policy = self._books.policy
        self._any_lost = True
        for map_id in map_ids:
            stage.streak[map_id] = streak = stage.streak.get(map_id, 0) + 1
            stage.losses[map_id] = losses = stage.losses.get(map_id, 0) + 1
            stage.repeated_losses += losses > 1
            if streak >= policy.stage_attempts_max or stage.repeated_losses >= policy.stage_attempts_limit:
                self.abort(
                    stage,
                    "StageAbortedError",
                    f"stage {stage.stage_id} was run again too often: the output of its task {map_id} was lost "
                    f"{losses} times, {streak} of them in a row; last: {why}",
                    partition=map_id,
                )

    def progressed(self, stage: Stage) -> None:
        """A task of ``stage`` succeeded: its inputs were readable."""
        if not self._any_lost:
            return
        stages = self._books.stages
        for parent_id in stage.parents:
            parent = stages.get(parent_id)
            if parent is not None and parent.streak:
                parent.streak.clear()

    def abort(self, stage: Stage, kind: str, message: str, partition: int | None = None) -> None:
        """Fail every job that cannot end without this stage."""
        for job in self._demand.dependents(stage):
            self._books.doom(
                job.job_id,
                JobFailed(job.job_id, kind, message, stage_id=stage.stage_id, partition=partition),
            )

    def roll_back(self, shuffle_id: int) -> None:
        """A recomputed output of this shuffle differs: whatever was computed from the shuffle is of another generation.

        Each output registered now by a stage that reads it, directly or through others, was launched before the change,
        since nothing is launched while an input is missing: all are forgotten. Attempts now running are stale
        (``valid_from``). A live job that delivered a result from it cannot be right any more.
        """
        books = self._books
        affected: dict[int, None] = {shuffle_id: None}
        stack = [shuffle_id]
        while stack:
            for child in books.shuffles[stack.pop()].children:
                if child not in affected:
                    affected[child] = None
                    stack.append(child)
        for affected_id in affected:
            for reader in list(books.readers.get(affected_id, {}).values()):
                reader.valid_from = books.next_attempt_id
                if reader.shuffle_id is None and (reader.delivered or reader.remaining < len(reader.partitions)):
                    self._fail_indeterminate(reader, shuffle_id)
        for affected_id in list(affected)[1:]:
            self._forget_all(affected_id)

    def _forget_all(self, shuffle_id: int) -> None:
        """Forget a generation: digests too, for nothing that consumed it is left to compare with."""
        outputs = self._books.shuffles[shuffle_id]
        map_ids = [map_id for map_id, attempt_id in enumerate(outputs.attempt_ids) if attempt_id != MISSING]
        for map_id in map_ids:
            self._forget(shuffle_id, map_id)
        outputs.digests = [None] * len(outputs.digests)
        if map_ids:
            self._demand.outputs_missing(shuffle_id)

    def _fail_indeterminate(self, result: Stage, shuffle_id: int) -> None:
        self._books.doom(
            result.job_id,
            JobFailed(
                result.job_id,
                "IndeterminateError",
                f"an output of shuffle {shuffle_id} was lost and computed again with different content, after results "
                f"of stage {result.stage_id} had been delivered from the first one; make the functions before the "
                "shuffle deterministic, or cache or checkpoint their result",
                stage_id=result.stage_id,
            ),
        )
