"""A bundle's task again, in this process: the production kernels over the bundle's input, in a directory of their own.

Nothing of the context is needed, and the engine writes nothing outside the directory: a part file goes there too,
records are not kept, accumulators' updates are not applied.
"""

from __future__ import annotations

import os
import sys
import tempfile
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from pkgutil import resolve_name
from types import TracebackType

from minispark.engine.core.errors import ReplayError
from minispark.engine.core.outcomes import TaskReport
from minispark.engine.core.values import replace
from minispark.engine.kernels.current import TaskState, set_current_task
from minispark.engine.kernels.environment import Environment, WorkerSettings, output_name
from minispark.engine.kernels.evaluate import Evaluation
from minispark.engine.kernels.sinks import run_sink
from minispark.engine.plan.callsite import is_engine_file
from minispark.engine.plan.nodes import InlineSlices
from minispark.engine.plan.program import CacheStep, CheckpointStep, FileSink, SourceStep, StageProgram, Step, UnionStep
from minispark.engine.serde.closures import loads
from minispark.engine.serde.codec import decode
from minispark.engine.serde.tracebacks import users_part
from minispark.engine.storage.blockfile import BlockFileWriter
from minispark.engine.worker.bundles import Bundle
from minispark.engine.worker.explain import notes_for

MEMORY_BYTES = 1 << 30


def rerun(bundle: Bundle) -> BaseException | None:
    """What the task raises this time, with the notes of a failed task; None if it succeeds. Raises ReplayError where
    the bundle has no input, or its functions cannot be loaded."""
    if bundle.missing:
        raise ReplayError(f"this task cannot be run again: {bundle.missing}")
    with tempfile.TemporaryDirectory(prefix="minispark-replay-") as folder:
        settings = WorkerSettings(os.urandom(32), (folder,), folder, MEMORY_BYTES, True, MEMORY_BYTES)
        environment = Environment(settings)
        with _surroundings(bundle):
            return _run(bundle, environment, folder)


def users_traceback(error: BaseException) -> TracebackType | None:
    """The traceback without the engine's frames; all of it where no function of the user's has one (but a builtin)."""
    return users_part(error.__traceback__, is_engine_file) or error.__traceback__


def _run(bundle: Bundle, environment: Environment, folder: str) -> BaseException | None:
    _write_shuffles(bundle, environment)
    environment.shared.update((data_id, decode(payload)[0]) for data_id, payload in bundle.shared)
    task = TaskState(environment, bundle.stage_id, bundle.partition, 0, bundle.number, 0)
    task.properties = dict(bundle.properties)
    set_current_task(task)
    program: StageProgram | None = None
    evaluation: Evaluation | None = None
    try:
        program = _self_contained(_loaded(bundle), bundle, folder)
        evaluation = Evaluation(program, task, environment)
        run_sink(program.sink, evaluation, environment, TaskReport)
        return None
    except ReplayError:
        raise
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt) and bundle.failure.type_name != "KeyboardInterrupt":
            raise  # the user's Ctrl-C
        for note in notes_for(error, program, evaluation, task):
            error.add_note(note)
        return error
    finally:
        if evaluation is not None:
            evaluation.close()
        environment.end_task()
        environment.readers.close()
        set_current_task(None)


def _loaded(bundle: Bundle) -> StageProgram:
    try:
        program: StageProgram = loads(bundle.program)
    except Exception as error:
        raise ReplayError(
            f"the functions cannot be loaded here: {type(error).__name__}: {error}; run it with the interpreter, the "
            "packages and the modules that the program had"
        ) from error
    return program


@contextmanager
def _surroundings(bundle: Bundle) -> Iterator[None]:
    """Import from where the program did, if that is still there, after what is imported from here."""
    around, before, directory = bundle.surroundings, sys.path[:], os.getcwd()
    sys.path += [entry for entry in around.path if entry not in sys.path]
    if os.path.isdir(around.directory):
        os.chdir(around.directory)
    try:
        for entry in around.entries:
            resolve_name(entry)()
        yield
    finally:
        sys.path[:] = before
        os.chdir(directory)


def _write_shuffles(bundle: Bundle, environment: Environment) -> None:
    """Map outputs with the chunks that the task read, as if this context had written them."""
    for chunks in bundle.shuffles:
        for map_id, output in enumerate(chunks.outputs):
            name = output_name(chunks.shuffle_id, map_id, 0)
            writer = BlockFileWriter(environment.directories, name, environment.settings.key)
            for slot, payload, records in output:
                writer.append(slot, payload, records)
            writer.commit(b"")
        environment.set_outputs(chunks.shuffle_id, array("q", [0] * len(chunks.outputs)).tobytes())


def _self_contained(program: StageProgram, bundle: Bundle, folder: str) -> StageProgram:
    """The program with its input in it, and with nothing that is written elsewhere."""
    inputs: dict[int, dict[int, tuple[bytes, ...]]] = {}
    for number, partition, payloads in bundle.sources:
        inputs.setdefault(number, {})[partition] = payloads
    steps: list[Step] = []
    for index, step in enumerate(program.steps):
        if isinstance(step, SourceStep) and index in inputs:
            slices = tuple(inputs[index].get(part, ()) for part in range(max(inputs[index]) + 1))
            steps.append(SourceStep(InlineSlices(slices), step.site))
        elif isinstance(step, (CacheStep, CheckpointStep)):
            steps.append(UnionStep((step.input,), (0,)))
        else:
            steps.append(step)
    sink = program.sink
    return replace(
        program, steps=tuple(steps), sink=replace(sink, directory=folder) if isinstance(sink, FileSink) else sink
    )
