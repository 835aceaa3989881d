"""What a worker's end comes to: for the scheduler as a value, for the user with their own lines."""

from __future__ import annotations

import re

from minispark.engine.core.outcomes import Failure, WorkerDied
from minispark.engine.core.values import replace
from minispark.engine.executors.base import Exited
from minispark.engine.plan.callsite import CallSite, is_engine_file
from minispark.engine.scheduler.events import JobFailed

OPERATORS_MAX = 5
_STACK_LINE = re.compile(r'\s*File "(.+?)", line \d+')


def death_of(exited: Exited) -> WorkerDied:
    """The end as told to the scheduler: facts apart from the stack, and of the stack the user's lines."""
    why, *facts = exited.details[: len(exited.details) - len(exited.last_words)] or ("it ended without a word",)
    return WorkerDied(
        why,
        exited.exit_code,
        exited.signal,
        exited.by_request,
        tuple(fact for fact in facts if not fact.startswith("peak memory ")),
        exited.peak_memory_bytes or 0,
        tuple(line for line in exited.last_words if line.strip() and not _is_ours(line)),
        exited.out_of_memory,
    )


def with_operators(failed: JobFailed, operators: tuple[CallSite, ...]) -> JobFailed:
    """With a note on what the stage was made of, where no worker lived to tell the operator."""
    failure = failed.failure
    if failed.kind == "user" or not operators or (failure is not None and failure.notes):
        return failed
    sites = ", ".join(site.full for site in operators[:OPERATORS_MAX])
    more = f" and {len(operators) - OPERATORS_MAX} more" if len(operators) > OPERATORS_MAX else ""
    note = f"in the stage of {sites}{more}"
    return replace(failed, failure=replace(failure or Failure(failed.kind, failed.message), notes=(note,)))


def _is_ours(line: str) -> bool:
    found = _STACK_LINE.match(line)
    return found is not None and (is_engine_file(found[1]) or found[1] == "<string>")
