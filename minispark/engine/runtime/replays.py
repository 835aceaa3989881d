"""Bundles of failed tasks, for ``minispark replay``: written by the thread that waits for the job, before it raises."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Iterator
from itertools import count

from minispark.engine.core.errors import BlockError, MapOutputLost
from minispark.engine.core.outcomes import Failure
from minispark.engine.kernels.current import Counters
from minispark.engine.kernels.environment import Environment, WorkerSettings, data_name
from minispark.engine.kernels.evaluate import inputs_of
from minispark.engine.kernels.sources import read_source
from minispark.engine.plan.exchanges import Sort
from minispark.engine.plan.nodes import LocalBlocks, RangeSlices, UnusableInput
from minispark.engine.plan.program import (
    BoundsStep,
    CartesianStep,
    CoalesceStep,
    CoGroupStep,
    ReadStep,
    SourceStep,
    StageProgram,
)
from minispark.engine.runtime.jobs import JobHandle, StagePlan
from minispark.engine.runtime.outputs import OutputTables
from minispark.engine.scheduler.events import JobFailed
from minispark.engine.serde.closures import loads
from minispark.engine.serde.codec import encode
from minispark.engine.storage.blockfile import META_SLOT, BlockFileReader
from minispark.engine.worker.bundles import Bundle, Chunks, Surroundings, save
from minispark.version import __version__

INPUT_BYTES_MAX = 64 << 20
"""Of a task that reads more, encoded, files are read again where they are, and other input is not in its bundle."""
BUNDLES_MAX = 20
"""Of one context: a program that goes on after failures does not fill the disk."""


class Replays:
    """Writes into ``directory`` what a failed job's task needs to be run again."""

    def __init__(self, directory: str, settings: WorkerSettings, outputs: OutputTables, app_name: str) -> None:
        self._directory = os.path.abspath(directory)
        self._settings = settings
        self._outputs = outputs
        self._app_name = re.sub(r"[^\w.-]+", "-", app_name)[:40] or "app"
        self._numbers = count(1)

    def leave(self, handle: JobHandle, failed: JobFailed) -> str | None:
        """Write the bundle of a failed job; returns a note for its error. None where no task failed."""
        if failed.stage_id is None or failed.partition is None:
            return None
        plans = [plan for plan in handle.request.stages if plan.spec.stage_id == failed.stage_id]
        number = next(self._numbers)
        if not plans or number > BUNDLES_MAX:
            return f"no replay bundle: this context has written {BUNDLES_MAX}" if plans else None
        try:
            bundle = self._bundle(plans[0], failed, tuple(handle.request.properties.items()))
            place = f"stage{failed.stage_id}-partition{failed.partition}"
            path = save(bundle, self._directory, f"{self._app_name}-{os.getpid()}-{number}-{place}")
        except Exception as error:  # the user's own error matters more
            return f"no replay bundle: {type(error).__name__}: {error}"
        return f"replay it with: minispark replay {path}"

    def _bundle(self, plan: StagePlan, failed: JobFailed, properties: tuple[tuple[str, str], ...]) -> Bundle:
        assert failed.stage_id is not None and failed.partition is not None
        reader = _Inputs(Environment(self._settings), self._outputs)
        missing = "the tasks of a barrier stage run together" if plan.spec.barrier else ""
        if not missing:
            missing = reader.read(loads(plan.program), failed.partition)
        shared = reader.shared(plan.program)
        number = failed.attempt_number or 0
        return Bundle(
            title=f"partition {failed.partition} of stage {failed.stage_id}, attempt {number}: {plan.name}",
            operators=tuple(site.full for site in plan.operators),
            failure=failed.failure or Failure(failed.kind, failed.message),
            program=plan.program,
            stage_id=failed.stage_id,
            partition=failed.partition,
            number=number,
            properties=properties,
            surroundings=Surroundings(os.getcwd(), tuple(sys.path), _entries(), versions(plan.program)),
            sources=() if missing else tuple(reader.sources),
            shuffles=() if missing else tuple(reader.shuffles.values()),
            shared=shared,
            missing=missing,
        )


class _TooLarge(Exception):
    """The input is larger than INPUT_BYTES_MAX."""


class _Inputs:
    """What one task reads, copied."""

    def __init__(self, environment: Environment, outputs: OutputTables) -> None:
        self._environment = environment
        self._outputs = outputs
        self._left = INPUT_BYTES_MAX
        self.sources: list[tuple[int, int, tuple[bytes, ...]]] = []
        self.shuffles: dict[int, Chunks] = {}

    def read(self, program: StageProgram, partition: int) -> str:
        """Copy the task's input; returns why that cannot be done, or nothing."""
        try:
            for index, number in _steps(program, partition):
                step = program.steps[index]
                if isinstance(step, SourceStep):
                    self._source(step, index, number)
                elif isinstance(step, ReadStep):
                    self._shuffle(step.shuffle_id, None if isinstance(step.exchange, Sort) else number)
                    if step.bounds_id is not None:
                        self._shuffle(step.bounds_id, 0)
                elif isinstance(step, CoGroupStep):
                    for wide, shuffle_id in step.sides:
                        if wide:
                            self._shuffle(shuffle_id, number)
                elif isinstance(step, BoundsStep):
                    self._shuffle(step.shuffle_id, META_SLOT)
        except _TooLarge:
            return f"its input is larger than {INPUT_BYTES_MAX >> 20} MB, and is not in the bundle"
        except MapOutputLost as error:
            return f"its input could not be copied: {error}"
        except BlockError as error:
            return f"its input could not be copied: {error}"
        finally:
            self._environment.readers.close()
        return ""

    def shared(self, program: bytes) -> tuple[tuple[int, bytes], ...]:
        """The broadcast values whose stored copies the program names."""
        folder = os.path.join(self._environment.settings.memory_directory, data_name(0)[:-1]).encode()
        numbers = {int(number) for number in re.findall(re.escape(folder) + rb"(\d+)", program)}
        found = []
        for number in sorted(numbers):
            path = os.path.join(self._environment.settings.memory_directory, data_name(number))
            try:
                found.append((number, self._environment.stored_payload(number, path)))
            except (BlockError, ValueError):  # parallelized data among them; a broadcast that is gone fails as it did
                continue
        return tuple(found)

    def _source(self, step: SourceStep, index: int, partition: int) -> None:
        if isinstance(step.data, (RangeSlices, UnusableInput)):
            return
        if isinstance(step.data, LocalBlocks):
            raise BlockError("the blocks of a local checkpoint are the context's own")
        payloads, size = [], 0
        try:
            for batch in read_source(step.data, partition, self._environment, Counters()):
                payload = encode(list(batch))
                payloads.append(payload)
                size += len(payload)
                if size > self._left:
                    break
            else:
                self._left -= size
                self.sources.append((index, partition, tuple(payloads)))
                return
        except BlockError:
            raise
        except Exception:  # the source itself is what fails: it is read again where it is
            return
        if hasattr(step.data, "data_id"):
            raise _TooLarge

    def _shuffle(self, shuffle_id: int, slot: int | None) -> None:
        """The chunks of one slot in each map output, or all of them."""
        if shuffle_id in self.shuffles and slot is not None:
            before = self.shuffles[shuffle_id].outputs
        else:
            before = ()
        environment = self._environment
        environment.set_outputs(*self._outputs.command(shuffle_id)[1:])
        outputs = []
        for map_id, output in enumerate(environment.map_outputs(shuffle_id)):
            reader = environment.readers.get(output.path, output.name)
            had = before[map_id] if before else ()
            slots = reader.slots if slot is None else [slot]
            if any(part[0] == slot for part in had):
                slots = []
            parts = [*had, *(self._chunk(reader, each, chunk) for each in slots for chunk in reader.chunks(each))]
            outputs.append(tuple(sorted(parts, key=lambda part: part[0])))
        self.shuffles[shuffle_id] = Chunks(shuffle_id, tuple(outputs))

    def _chunk(self, reader: BlockFileReader, slot: int, chunk: int) -> tuple[int, bytes, int]:
        self._left -= reader.length(chunk)
        if self._left < 0:
            raise _TooLarge
        return slot, reader.read(chunk), reader.records(chunk)


def _steps(program: StageProgram, partition: int) -> Iterator[tuple[int, int]]:
    """The steps and partitions that the task evaluates, each once."""
    stack = [(len(program.steps) - 1, partition)]
    seen = set(stack)
    while stack:
        index, number = stack.pop()
        yield index, number
        step = program.steps[index]
        below = inputs_of(step, number)
        if isinstance(step, CoalesceStep):
            below = [(step.input, part) for part in range(step.borders[number], step.borders[number + 1])]
        elif isinstance(step, CartesianStep):
            below = [*below, (step.right, number % step.right_partitions)]
        for place in below:
            if place not in seen:
                seen.add(place)
                stack.append(place)


def _entries() -> tuple[str, ...]:
    return tuple(finder.worker_entry for finder in sys.meta_path if hasattr(finder, "worker_entry"))


def versions(program: bytes) -> tuple[tuple[str, str], ...]:
    """Of Python, minispark, and the installed packages whose modules the program names."""
    from importlib import metadata

    found = {"python": platform.python_version(), "minispark": __version__}
    loaded = {name.partition(".")[0] for name in sys.modules}
    for module, distributions in metadata.packages_distributions().items():
        if module in loaded and module != "minispark" and module.encode() in program:
            found.update((name, metadata.version(name)) for name in distributions)
    return tuple(found.items())
