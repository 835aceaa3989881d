"""One context's engine: its workers, files, ids and jobs, wired together. What the facade talks to."""

from __future__ import annotations

import gc
import itertools
import pickle
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from minispark.engine.core.config import parse_config
from minispark.engine.core.errors import ContextInTaskError, ContextStoppedError
from minispark.engine.core.outcomes import TaskReport
from minispark.engine.core.values import replace
from minispark.engine.kernels.results import decode_result
from minispark.engine.observe.bus import ListenerBus
from minispark.engine.observe.eventlog import open_log
from minispark.engine.observe.events import Adapted
from minispark.engine.observe.loads import LoadBoard
from minispark.engine.observe.progress import console_progress
from minispark.engine.observe.skewnotice import SkewNotice
from minispark.engine.observe.status import StatusBoard
from minispark.engine.plan.callsite import CallSite
from minispark.engine.plan.exchanges import Exchange, Group
from minispark.engine.plan.kept import Kept, own_shuffles
from minispark.engine.plan.nodes import BoundsDep, Node, ShuffleDep, SourceData, StoredSlices
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.plan.program import ActionSink, Sink
from minispark.engine.plan.walks import merged_shuffles
from minispark.engine.runtime import executing
from minispark.engine.runtime.awaiting import Awaiting
from minispark.engine.runtime.broadcasting import Broadcasting, gathered
from minispark.engine.runtime.checkpoints import Checkpoint, Checkpoints
from minispark.engine.runtime.closing import close_all, run_driver
from minispark.engine.runtime.dividing import Dividing, by_partition
from minispark.engine.runtime.driver import Driver
from minispark.engine.runtime.failedjobs import FailedJobs
from minispark.engine.runtime.jobs import Announcement, JobHandle, JobRequest, Mergeable, StagePlan
from minispark.engine.runtime.persisting import Persisting
from minispark.engine.runtime.planning import RESULT_OWNER, Planner, shuffle_owner
from minispark.engine.runtime.policies import policy_of
from minispark.engine.runtime.printing import show
from minispark.engine.runtime.quarantines import Quarantines
from minispark.engine.runtime.queries import Queries
from minispark.engine.runtime.raising import delivered
from minispark.engine.runtime.recycling import Recycling
from minispark.engine.runtime.store import Slices, Store
from minispark.engine.scheduler.events import JobCancelled, ShuffleReleased
from minispark.engine.scheduler.machine import Scheduler

CANCEL_SECONDS_MAX = 1.0
SETTLE_SECONDS_MAX = 5.0
NO_PROPERTIES: Mapping[str, str] = MappingProxyType({})
STATUS_RETAINED = 1000


class Session:
    """Everything behind one SparkContext. Methods may be called from any thread."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.config = parse_config(settings)
        self._jobs, self._node_ids, self._shuffle_ids = itertools.count(), itertools.count(1), itertools.count(1)
        self._lock = threading.RLock()
        self._shared_shuffles: weakref.WeakValueDictionary[Any, ShuffleDep] = weakref.WeakValueDictionary()
        self.kept = Kept()
        self.checkpoints, self.awaiting = Checkpoints(self.kept), Awaiting(self.kept)
        self.quarantines = Quarantines(self.kept)
        self._accumulators: weakref.WeakValueDictionary[int, Mergeable] = weakref.WeakValueDictionary()
        self._counted: dict[int, set[int]] = {}
        self._running: dict[int, JobHandle] = {}
        self._stopped = False
        log = open_log(self.config.event_log, settings.get("spark.app.id"), self.config.app_name)
        self.status = StatusBoard(STATUS_RETAINED)
        self.loads = LoadBoard()
        notice = SkewNotice(self.config.skew_bytes_min) if self.config.progress else None
        own = (self.status, self.loads, console_progress(self.config.progress), log, notice)
        self.bus = ListenerBus([listener for listener in own if listener is not None])
        try:
            self._store = Store(self.config)
        except BaseException:
            self.bus.close()
            raise
        self.local_directories, resume = self._store.local_directories, self._store.resume
        self._planner = Planner(self.kept, self.config.master.parallelism, resume)
        try:
            if resume is not None:
                resume.begin(self.kept, self._store.payloads, self.config)
                variables = (*resume.variables.items(), *self.config.worker_variables)
                self.config = replace(self.config, worker_variables=variables)
            executor = executing.make_executor(self.config, pickle.dumps(self._store.worker_settings()))
        except BaseException:
            self.bus.close()
            self._store.close()
            raise
        self._store.checkpoint_directories = self.checkpoints.directories
        self.blocks = Persisting(self.kept, self._store, self._running)
        self._executor = executor
        scheduler, seconds = Scheduler(policy_of(self.config)), self.config.barrier_seconds
        recycling = Recycling(self.config.worker_memory_bytes, self.bus)
        self._driver = Driver(scheduler, executor, self._store, self.bus, self._count_updates, seconds, recycling)
        self._failures = FailedJobs(self.config, self._store, self._driver.outputs)
        if self.config.adapts:
            sizes = self.config.skew_bytes_min, self.config.master.parallelism
            dividing = Dividing(*sizes, self._driver, self._store, self._turn_until)
            self._planner.adapt(dividing, self.next_shuffle_id)
            wired = (self.config, self.kept, self._driver, self._turn_until, shuffle_owner)
            self._planner.broadcasting = Broadcasting(*wired) if self.config.broadcast_bytes_max else None
        self._driver.start(self.config.master.parallelism)
        self._turning = threading.Lock()
        self._turner: int | None = None
        self._thread: threading.Thread | None = None
        self.queries = Queries(self._jobs, self._planner.stage_ids, self._driver.request, self._turn_until)
        if not self.config.master.inline:
            self._thread = threading.Thread(target=run_driver, args=(self._driver,), name="minispark", daemon=True)
            self._thread.start()
            self._turner = self._thread.ident
        if self._store.quota is not None:
            self._store.quota.reclaim = (self._free_unreachable, self._store.drop_cached)
        parts = (self._driver, executor, self._store, self.bus, self._thread, self.checkpoints)
        self._finalizer = weakref.finalize(self, close_all, *parts)

    # --- ids and lineage -------------------------------------------------------------------------------------------

    def next_node_id(self) -> int:
        return next(self._node_ids)

    def next_shuffle_id(self) -> int:
        return next(self._shuffle_ids)

    def shuffle(self, node: Node, exchange: Exchange, partitioner: Partitioner, site: CallSite) -> ShuffleDep:
        """The shuffle of ``node``. One that holds no user function is shared by all who ask for the same, so that an
        RDD joined again and again is written once."""
        key = (node.id, exchange, partitioner) if isinstance(exchange, Group) else None
        with self._lock:
            dep = self._shared_shuffles.get(key) if key is not None else None
            if dep is None:
                dep = ShuffleDep(next(self._shuffle_ids), node, exchange, partitioner, site)
                self.track(dep)
                if key is not None:
                    self._shared_shuffles[key] = dep
            return dep

    def track(self, dep: ShuffleDep | BoundsDep) -> None:
        """Free the shuffle's files when nobody can reach it any more."""
        weakref.finalize(dep, _release, weakref.ref(self), dep.shuffle_id).atexit = False

    def _release(self, shuffle_id: int) -> None:
        self._counted.pop(shuffle_owner(shuffle_id), None)
        for gone in self._planner.forget(shuffle_id):
            self._counted.pop(shuffle_owner(gone), None)
            if not self._stopped:
                self._driver.request(ShuffleReleased(gone))

    def _free_unreachable(self, _: int) -> None:
        """Have the files removed that are reachable only from each other's garbage, and wait for that."""
        gc.collect()
        freed = threading.Event()
        if self._turner != threading.get_ident() and not self._stopped:
            self._driver.request(freed)
            self._turn_until(freed)

    # --- data held for tasks ---------------------------------------------------------------------------------------

    def make_directory(self, name: str) -> str:
        """A fresh directory for the context's use, removed with it."""
        return self._store.make_directory(name)

    def store_slices(self, slices: Iterable[list[Any]] | Slices) -> SourceData:
        """Data for tasks, encoded now: inline where small, else as a file that is written again if lost."""
        data = self._store.store_slices(slices)
        if isinstance(data, StoredSlices):
            weakref.finalize(data, self._store.unshare, data.data_id).atexit = False
        return data

    def share(self, value: Any) -> tuple[int, str]:
        """Store a broadcast value; returns its id and path."""
        return self._store.share(value)

    def unshare(self, data_id: int) -> None:
        """Remove a stored value, and the workers' copies of it."""
        if not self._stopped:
            self._store.unshare(data_id)
            self.drop_copies(data_id)

    def shared_value(self, data_id: int) -> Any:
        """A broadcast value as it was stored. Raises UncanonicalError if it can be read no more."""
        return self._store.shared_value(data_id)

    def drop_copies(self, data_id: int) -> None:
        """Have the workers drop their copies of a stored value; a task that asks for it loads it again."""
        if not self._stopped:
            self._driver.request(Announcement(("unshare", data_id)))

    def clean_shuffles(self, node: Node) -> None:
        """Remove the outputs of the shuffles below the node, as far as its nearest persisted ancestors."""
        with self._lock:
            plans = [plan for handle in self._running.values() for plan in handle.request.stages]
            in_use = {plan.spec.shuffle_id for plan in plans}
            for dep in own_shuffles(node, self.kept):
                for gone in self._planner.forget(dep.shuffle_id) if dep.shuffle_id not in in_use else ():
                    self._driver.request(ShuffleReleased(gone))

    # --- accumulators ----------------------------------------------------------------------------------------------

    def register_accumulator(self, accumulator_id: int, accumulator: Mergeable) -> None:
        self._accumulators[accumulator_id] = accumulator

    def _count_updates(self, report: TaskReport) -> None:
        """Merge a committed task's updates, each identity once. An error of a user's merge fails every running job, and
        so does a quarantine that comes to its end, if the job reads it."""
        if report.quarantined and self.quarantines.settle(report.quarantined):
            for job_id, handle in list(self._running.items()):
                if (error := self.quarantines.error(handle.request.node)) is not None:
                    handle.raised = error
                    self._driver.request(JobCancelled(job_id, str(error)))
        for owner, partition, pickled in report.accumulators:
            if owner != RESULT_OWNER:
                counted = self._counted.setdefault(owner, set())
                if partition in counted:
                    continue
                counted.add(partition)
            try:
                for accumulator_id, update in pickle.loads(pickled).items():
                    accumulator = self._accumulators.get(accumulator_id)
                    if accumulator is not None:
                        accumulator._merge(update)
            except Exception as error:
                for job_id, handle in list(self._running.items()):
                    handle.raised = error
                    self._driver.request(JobCancelled(job_id, f"merging an accumulator's update raised {error!r}"))

    # --- jobs ------------------------------------------------------------------------------------------------------

    def run(
        self,
        node: Node,
        sink: Sink,
        partitions: tuple[int, ...],
        site: CallSite,
        properties: Mapping[str, str] = NO_PROPERTIES,
    ) -> list[Any]:
        """Compute the sink's value of each partition, in that order. Raises what the user's function raised, or an
        engine error; KeyboardInterrupt cancels the job first, and leaves the session usable. ``properties`` are the
        job's local properties, by which ``cancel_jobs`` finds it."""
        self._require_usable()
        self.awaiting.fill(node)
        waited: set[int] = set()
        while inputs := self._planner.unmeasured(node, sink, partitions, waited):
            map_side = partial(self._planner.map_side, inputs, site)
            self._end_of(self._prepared(map_side, node, site, properties), begun=False)
        plan = partial(self._planner.stages, node, sink, partitions, site, divided=True)
        return self.result(self._prepared(plan, node, site, properties), begun=False)

    def submit(
        self,
        node: Node,
        sink: Sink,
        partitions: tuple[int, ...],
        site: CallSite,
        properties: Mapping[str, str] = NO_PROPERTIES,
    ) -> JobHandle:
        """Begin a job. Its end is to be asked for by ``result``, or brought about by ``cancel``."""
        self._require_usable()
        self.awaiting.fill(node)
        handle = self._prepared(partial(self._planner.stages, node, sink, partitions, site), node, site, properties)
        self._begin(handle)
        return handle

    def _require_usable(self) -> None:
        if self._stopped:
            raise ContextStoppedError("this SparkContext was stopped; make another")
        if self._turner == threading.get_ident():
            raise ContextInTaskError("an action was called by a listener, on whose return all jobs wait; use a thread")

    def _prepared(
        self, plan: Callable[[], tuple[StagePlan, ...]], node: Node, site: CallSite, properties: Mapping[str, str]
    ) -> JobHandle:
        self._require_usable()
        with self._lock:
            stages = plan()
            request = JobRequest(next(self._jobs), str(site), stages, node, properties, self._planner.notes())
        self.quarantines.check(node)
        return JobHandle(request, self.config.result_bytes_max)

    def _begin(self, handle: JobHandle) -> None:
        with self._lock:  # nobody cancels it between the two
            self._running[handle.request.job_id] = handle
            self._driver.request(handle)

    def result(self, handle: JobHandle, begun: bool = True) -> list[Any]:
        """Wait for a job's end, and complete the checkpoints it has touched. Returns and raises what ``run`` does."""
        results = self._end_of(handle, begun)
        for checkpoint in self.checkpoints.touched(handle.request.node):
            self._complete(checkpoint, handle.request)
        return results

    def _complete(self, checkpoint: Checkpoint, after: JobRequest) -> None:
        """Compute the partitions that the job did not need, then cut the lineage."""
        node = checkpoint.node()
        missing = tuple(self.checkpoints.missing(checkpoint, self._store.is_cached))
        if node is not None and missing:
            self._end_of(self.submit(node, ActionSink(None, "count"), missing, node.site, after.properties))
        with self._lock:
            self.checkpoints.finish(checkpoint)

    def _end_of(self, handle: JobHandle, begun: bool = True) -> list[Any]:
        try:
            if not begun:
                self._begin(handle)  # here, since its tasks may run, and Ctrl-C be pressed, before this returns
            self._wait(handle)
        except KeyboardInterrupt:
            if handle.request.job_id in self._running:
                self._interrupt(handle)
            raise
        finally:
            self._running.pop(handle.request.job_id, None)
            self.blocks.free_again()
        if handle.raised is not None:
            raise handle.raised
        if handle.failure is not None:
            raise delivered(self._failures.exception(handle, handle.failure)) from None
        self.quarantines.check(handle.request.node)
        result = handle.request.stages[-1]
        values = [decode_result(handle.results.pop(task)) for task in result.spec.partitions]
        if result.gathered:
            return gathered(values, result.gathered)
        return by_partition(values, result.shares) if result.shares else values

    def cancel(self, handle: JobHandle, reason: str) -> None:
        """End a job that nobody waits for any more."""
        if self._running.pop(handle.request.job_id, None) is not None and not self._stopped:
            self._driver.request(JobCancelled(handle.request.job_id, reason))
            self._wait(handle)
            self.blocks.free_again()

    def _wait(self, handle: JobHandle) -> None:
        if self._thread is not None:
            handle.wait(show)
            return
        self._turn_until(handle.done)

    def _turn_until(self, done: threading.Event) -> None:
        """Wait, and be the driver meanwhile where it has no thread of its own."""
        if self._thread is not None:
            done.wait(SETTLE_SECONDS_MAX)
            return
        while not done.is_set():
            with self._turning:
                if not done.is_set():
                    self._turner = threading.get_ident()
                    try:
                        self._driver.turn()
                    finally:
                        self._turner = None

    def _interrupt(self, handle: JobHandle) -> None:
        """Ctrl-C: cancel the job. A second one while that is under way stops the session."""
        try:
            self._driver.request(JobCancelled(handle.request.job_id, "interrupted from the keyboard"))
            if self._thread is not None:
                handle.done.wait(CANCEL_SECONDS_MAX)
            else:
                self._wait(handle)
        except KeyboardInterrupt:
            self.stop()
            raise

    def cancel_jobs(self, wanted: Callable[[Mapping[str, str]], bool], why: str) -> None:
        """Cancel every running or waiting job whose local properties are ``wanted``."""
        with self._lock:
            self.queries.cancel(wanted, why)
            for job_id, handle in list(self._running.items()):
                if wanted(handle.request.properties):
                    self._driver.request(JobCancelled(job_id, why))

    def adapted(self, node: Node) -> list[Adapted]:
        """What was decided of what the lineage of ``node`` reads, because of its sizes, when it was last computed."""
        return [each for read in merged_shuffles(node, self.kept) for each in self.loads.adapted(read)]

    @property
    def stopped(self) -> bool:
        """Whether it was stopped, by whomever: a second Ctrl-C does."""
        return self._stopped

    # --- ending ----------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Fail what runs with ContextStoppedError, end the workers, remove the files. May be called again."""
        self._stopped = self.blocks.closed = True
        self._finalizer()


def _release(session: weakref.ref[Session], shuffle_id: int) -> None:
    found = session()
    if found is not None:
        found._release(shuffle_id)
