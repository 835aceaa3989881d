"""Notes for a failed attempt: operator and line in the user's file, partition, and the record, found after the fact."""

from __future__ import annotations

from collections.abc import Iterator
from types import CodeType, FrameType, TracebackType
from typing import Any

from minispark.engine.core.shortened import short_repr
from minispark.engine.kernels.current import TaskState
from minispark.engine.kernels.evaluate import Evaluation
from minispark.engine.kernels.head import NOTHING
from minispark.engine.plan.callsite import CallSite, is_engine_file
from minispark.engine.plan.operators import Quarantine
from minispark.engine.plan.program import BroadcastJoinStep, ChainStep, ShuffleSink, StageProgram
from minispark.engine.plan.sites import user_functions
from minispark.engine.serde.culprit import safe_text

RECORD_CHARS_MAX = 200
_ROUTING = ("/plan/partitioners.py", "/shuffle/mistakes.py")
"""What is raised there is said of a key or a record on its way into a shuffle, or into a join that does without."""
_JOINING = "/kernels/broadcasting.py"
_READ_ONLY = (
    "the arrays in a broadcast's value are shared by all workers, and nobody can write to them; copy first, what is to "
    "be changed: table.value.copy()"
)


def notes_for(
    error: BaseException, program: StageProgram | None, evaluation: Evaluation | None, task: TaskState
) -> tuple[str, ...]:
    """Lines that tell a user where in their program and their data ``error`` was raised."""
    where = f"stage {task.stage_id}, partition {task.partition}, attempt {task.number}"
    if program is None:
        return (f"in {where}",)
    frames = list(_frames(error.__traceback__))
    site, record = _find(program, frames)
    site = site or program.site
    notes = [f"in {site.full if site is not None else program.name} ({where})"]
    if record is NOTHING and evaluation is not None:
        record = evaluation.last_record()
    if record is not NOTHING:
        notes.append(f"record: {bounded_repr(record)}")
    if isinstance(error, (ValueError, TypeError)) and task.environment.shared and "read-only" in safe_text(error):
        notes.append(_READ_ONLY)
    return tuple(notes)


def bounded_repr(value: Any) -> str:
    """A repr of at most RECORD_CHARS_MAX characters, whatever the value's own repr does."""
    return short_repr(value, RECORD_CHARS_MAX)


def _frames(traceback: TracebackType | None) -> Iterator[FrameType]:
    while traceback is not None:
        yield traceback.tb_frame
        traceback = traceback.tb_next


def _find(program: StageProgram, frames: list[FrameType]) -> tuple[CallSite | None, Any]:
    """The operator whose function is in the traceback, and the record it was called with if the frame still knows."""
    sites = dict(_functions(program))
    for position, frame in enumerate(frames):
        found = sites.get(frame.f_code)
        if found is not None:
            site, takes_record = found
            return site, _first_argument(frame) if takes_record else NOTHING
        if is_engine_file(frame.f_code.co_filename) and "record" in frame.f_locals and position == len(frames) - 1:
            return None, frame.f_locals["record"]
    joining = _joining(frames)
    if joining is not None:
        return joining, NOTHING
    if frames and frames[-1].f_code.co_filename.endswith(_ROUTING) and isinstance(program.sink, ShuffleSink):
        return program.site, NOTHING
    return _only_site(program), NOTHING


def _joining(frames: list[FrameType]) -> CallSite | None:
    """Where the join was called whose side that is not shuffled has a record that cannot be joined."""
    if not frames or not frames[-1].f_code.co_filename.endswith((*_ROUTING, _JOINING)):
        return None
    joins = [frame.f_locals.get("step") for frame in frames if frame.f_code.co_filename.endswith(_JOINING)]
    return next((step.site for step in reversed(joins) if isinstance(step, BroadcastJoinStep)), None)


def _first_argument(frame: FrameType) -> Any:
    code = frame.f_code
    names = code.co_varnames[: code.co_argcount]
    if not names:
        return NOTHING
    name = names[1] if names[0] == "self" and len(names) > 1 else names[0]
    return frame.f_locals.get(name, NOTHING)


def _functions(program: StageProgram) -> Iterator[tuple[CodeType, tuple[CallSite | None, bool]]]:
    for part in user_functions(program):
        for function in _held(part.function):
            code = _code_of(function)
            if code is not None:
                yield code, (part.site, part.takes_record)


def _held(function: Any) -> tuple[Any, ...]:
    """The function, or those of the user's that an adapter of ours holds."""
    if type(function).__module__.startswith("minispark."):
        names = [*getattr(function, "__dict__", ()), *getattr(function, "__slots__", ())]
        parts = [part for name in names if callable(part := getattr(function, name, None))]
        return tuple(held for part in parts for held in _held(part))
    return (function,)


def _code_of(function: Any) -> CodeType | None:
    function = getattr(function, "__func__", function)
    code = getattr(function, "__code__", None)
    if code is None and callable(function) and not isinstance(function, type):
        code = getattr(type(function).__call__, "__code__", None)
    return code if isinstance(code, CodeType) else None


def _only_site(program: StageProgram) -> CallSite | None:
    """The one operator it can have been, if there is only one."""
    operators = [operator for step in program.steps if isinstance(step, ChainStep) for operator in step.operators]
    sites = [operator.site for operator in operators if not isinstance(operator, Quarantine)]
    return sites[0] if len(sites) == 1 else None
