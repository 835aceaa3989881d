"""SparkContext: where RDDs come from and jobs run."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from itertools import count
from typing import Any, TypeVar

from minispark.engine.core.errors import ContextInTaskError, ContextStoppedError
from minispark.engine.kernels.current import current_task
from minispark.engine.plan.callsite import CallSite, call_site
from minispark.engine.plan.exchanges import Exchange
from minispark.engine.plan.nodes import BoundsDep, Node, ShuffleDep, SourceNode, UnionNode
from minispark.engine.plan.partitioners import Partitioner
from minispark.engine.plan.program import Sink
from minispark.engine.runtime.deadline import result_until
from minispark.engine.runtime.jobs import JobHandle
from minispark.engine.runtime.session import Session
from minispark.rdd.application import Application
from minispark.rdd.boundary import users_boundary
from minispark.rdd.broadcast import Broadcast
from minispark.rdd.checkpointdir import CheckpointDirectory
from minispark.rdd.conf import SparkConf
from minispark.rdd.core import checked_partitions
from minispark.rdd.files import AddedFiles
from minispark.rdd.inputs import Inputs
from minispark.rdd.jobcontrol import JobControl, LocalProperties
from minispark.rdd.rdd import RDD
from minispark.rdd.serializers import STANDARD
from minispark.rdd.shared import Accumulator, AccumulatorParam, checked_param, default_param
from minispark.rdd.slices import range_slices, slice_like_pyspark
from minispark.rdd.status import Status
from minispark.rdd.strict import StrictCounts

T = TypeVar("T")
U = TypeVar("U")


@users_boundary
class SparkContext(Application, JobControl, CheckpointDirectory, Inputs, AddedFiles, Status):
    """A set of workers and the RDDs made on them (``pyspark.SparkContext``). One may be active at a time.

    ``master`` is ``inline`` (everything in this process), ``local``, ``local[N]``, ``local[*]`` or ``local[N,F]``.
    Usable as a context manager, which stops it. In PySpark ``batchSize`` and ``serializer`` say how records travel.
    Here the engine sizes its batches and encodes them, exactly, by itself: neither changes anything.

    ``strict`` is ours, for tests: what Spark does not promise varies by a seed (``spark.minispark.strict.seed``), and
    functions that change what is not theirs are found out; the same as the setting ``spark.minispark.strict``.

    >>> from minispark import SparkConf
    >>> SparkConf().setMaster("local[2]").get("spark.master")
    'local[2]'
    """

    _active: SparkContext | None = None
    _lock = threading.RLock()

    def __init__(
        self,
        master: str | None = None,
        appName: str | None = None,
        sparkHome: str | None = None,
        pyFiles: list[str] | None = None,
        environment: dict[str, Any] | None = None,
        batchSize: int = 0,
        serializer: Any = None,
        conf: SparkConf | None = None,
        gateway: Any = None,
        jsc: Any = None,
        profiler_cls: Any = None,
        udf_profiler_cls: Any = None,
        memory_profiler_cls: Any = None,
        *,
        strict: bool | None = None,
    ) -> None:
        self._stopped = True  # until everything below has worked
        if current_task() is not None:
            raise ContextInTaskError("a SparkContext cannot be made inside a task: contexts exist only in the driver")
        if serializer is not None and type(serializer) not in STANDARD:
            raise NotImplementedError(
                f"SparkContext(serializer={serializer!r:.200}): the engine encodes records itself; leave it out, or "
                f"use one of {', '.join(kind.__name__ for kind in STANDARD)}"
            )
        if not isinstance(batchSize, int) or batchSize < -1:
            raise ValueError(f"batchSize must be -1, 0 or a number of records, not {batchSize!r:.200}")
        _refuse(gateway=gateway, jsc=jsc)
        _refuse(profiler_cls=profiler_cls, udf_profiler_cls=udf_profiler_cls, memory_profiler_cls=memory_profiler_cls)
        settings = dict(SparkConf().getAll())
        if conf is not None:
            if not isinstance(conf, SparkConf):
                raise TypeError(f"conf must be a SparkConf, not {conf!r:.200}")
            settings.update(conf.getAll())
        for key, value in (("spark.master", master), ("spark.app.name", appName), ("spark.home", sparkHome)):
            if value is not None:
                settings[key] = value
        settings.update((f"spark.executorEnv.{name}", str(text)) for name, text in (environment or {}).items())
        if strict is not None:
            settings["spark.minispark.strict"] = str(bool(strict)).lower()
        settings.setdefault("spark.master", "local[*]")
        settings.setdefault("spark.app.name", "minispark")
        self._conf = SparkConf().setAll(settings.items())
        self._site = call_site()
        with SparkContext._lock:
            active = SparkContext._active
            if active is not None:
                raise ValueError(
                    "Cannot run multiple SparkContexts at once; existing SparkContext"
                    f"(app={active.appName}, master={active.master}) created by {active._site.full}"
                )
            self._started_ms = time.time_ns() // 1_000_000
            self._conf.set("spark.app.id", self.applicationId)
            settings["spark.app.id"] = self.applicationId
            self._session = Session(settings)
            self._counts = self._strict_counts()
            SparkContext._active = self
        self._stopped = False
        self._accumulator_ids = count()
        self._local = LocalProperties()
        try:
            self._begin_files(list(pyFiles or ()))
        except BaseException:
            self.stop()
            raise

    @classmethod
    def getOrCreate(cls, conf: SparkConf | None = None) -> SparkContext:
        """The active context, whatever ``conf`` says, or a new one.

        >>> from minispark import SparkContext
        >>> SparkContext.getOrCreate() is sc
        True
        """
        with SparkContext._lock:
            return SparkContext._active or cls(conf=conf)

    # --- looking at it ---------------------------------------------------------------------------------------------

    @property
    def master(self) -> str:
        """The master URL."""
        return self._session.config.master.url

    @property
    def appName(self) -> str:
        """The application's name."""
        return self._session.config.app_name

    @property
    def defaultParallelism(self) -> int:
        """How many partitions ``parallelize`` makes unless told: ``spark.default.parallelism``, else the workers."""
        return self._session.config.parallelism if self._counts is None else self._counts.parallelism

    @property
    def defaultMinPartitions(self) -> int:
        """How many partitions ``textFile`` makes at least unless told."""
        return min(self.defaultParallelism, 2) if self._counts is None else self._counts.partitions_min

    def getConf(self) -> SparkConf:
        """A copy of the settings."""
        return SparkConf().setAll(self._conf.getAll())

    def __repr__(self) -> str:
        return f"<SparkContext master={self.master} appName={self.appName}>"

    # --- making RDDs -----------------------------------------------------------------------------------------------

    def parallelize(self, c: Iterable[T], numSlices: int | None = None) -> RDD[T]:
        """An RDD of the items of ``c``, copied now: changing them afterwards changes nothing here.

        >>> sc.parallelize([0, 2, 3, 4, 6], 5).glom().collect()
        [[0], [2], [3], [4], [6]]
        >>> sc.parallelize(range(0, 6, 2), 5).glom().collect()
        [[], [0], [], [2], [4]]
        """
        site = call_site()
        self._check_running()
        slices = self.defaultParallelism if numSlices is None else checked_partitions(numSlices)
        if isinstance(c, range):
            return RDD(self, SourceNode(self._next_id(), slices, site, range_slices(c, slices)))
        if not isinstance(c, Iterable) and not hasattr(c, "__getitem__"):
            raise TypeError(f"parallelize needs the records, an iterable, not {c!r:.200}")
        data = self._session.store_slices(slice_like_pyspark(list(c), slices))
        return RDD(self, SourceNode(self._next_id(), slices, site, data))

    def range(self, start: int, end: int | None = None, step: int = 1, numSlices: int | None = None) -> RDD[int]:
        """Integers from ``start`` to ``end`` (exclusive), or from 0 to ``start``.

        >>> sc.range(2, 4).collect(), sc.range(1, 7, 2).collect()
        ([2, 3], [1, 3, 5])
        """
        try:
            numbers = range(0, start, step) if end is None else range(start, end, step)
        except (TypeError, ValueError) as error:
            raise type(error)(f"range needs whole numbers and a step that is not 0: {error}") from None
        return self.parallelize(numbers, numSlices)

    def emptyRDD(self) -> RDD[Any]:
        """An RDD without partitions or records.

        >>> sc.emptyRDD().collect()
        []
        """
        self._check_running()
        return RDD(self, SourceNode(self._next_id(), 0, call_site(), range_slices(range(0), 0)))

    def union(self, rdds: list[RDD[Any]]) -> RDD[Any]:
        """All RDDs' records. RDDs that share a partitioner keep it: their partitions are joined one by one.

        >>> sc.union([sc.parallelize([1]), sc.parallelize([2, 3])]).collect()
        [1, 2, 3]
        """
        if not isinstance(rdds, Iterable):
            raise TypeError(f"union needs RDDs, not {rdds!r:.200}")
        rdds = list(rdds)
        if not rdds:
            raise ValueError("union needs at least one RDD")
        for rdd in rdds:
            if not isinstance(rdd, RDD):
                raise TypeError(f"union needs RDDs, not {rdd!r:.200}")
            if rdd.ctx is not self:
                raise ValueError(f"{rdd!r} belongs to another context")
        nodes = tuple(rdd._node for rdd in rdds)
        if len(nodes) == 1:
            return rdds[0]
        partitioner = _common_partitioner(nodes)
        total = nodes[0].partitions if partitioner is not None else sum(node.partitions for node in nodes)
        return RDD(self, UnionNode(self._next_id(), total, call_site(), nodes, partitioner))

    # --- shared variables ------------------------------------------------------------------------------------------

    def broadcast(self, value: T) -> Broadcast[T]:
        """Store a read-only value once, for every worker to load when a task asks for it."""
        self._check_running()
        return Broadcast(self._session, value)

    def accumulator(self, value: T, accum_param: AccumulatorParam[T] | None = None) -> Accumulator[T]:
        """A value that tasks add to. Numbers need no ``accum_param``."""
        self._check_running()
        param = default_param(value) if accum_param is None else checked_param(accum_param)
        accumulator = Accumulator(next(self._accumulator_ids), value, param)
        self._session.register_accumulator(accumulator.aid, accumulator)
        return accumulator

    # --- ending it -------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """End the workers and remove all files. May be called again."""
        with SparkContext._lock:
            if SparkContext._active is self:
                SparkContext._active = None
        self._stopped = True
        self._end_files()
        session = getattr(self, "_session", None)
        if session is not None:
            session.stop()

    def __enter__(self) -> SparkContext:
        return self

    def __exit__(self, type: object, value: object, trace: object) -> None:
        self.stop()

    def __reduce__(self) -> Any:
        raise ContextInTaskError(
            "the SparkContext is used in a function that runs in a worker; contexts, RDDs and actions exist only in "
            "the driver. Compute what the function needs first, and use its value or a broadcast of it"
        )

    # --- for RDDs --------------------------------------------------------------------------------------------------

    def _check_running(self) -> None:
        if current_task() is not None:
            raise ContextInTaskError("a context is used inside a task: contexts and actions exist only in the driver")
        if self._stopped or self._session.stopped:
            raise ContextStoppedError("this SparkContext was stopped; make another")

    def _next_id(self) -> int:
        return self._session.next_node_id()

    def _next_shuffle_id(self) -> int:
        return self._session.next_shuffle_id()

    def _shuffle(self, node: Node, exchange: Exchange, partitioner: Partitioner, site: CallSite) -> ShuffleDep:
        return self._session.shuffle(node, exchange, partitioner, site)

    def _track_shuffles(self, *deps: ShuffleDep | BoundsDep | None) -> None:
        for dep in deps:
            if dep is not None:
                self._session.track(dep)

    def _reduce_partitions_default(self, partitions: int) -> int:
        if self._conf.contains("spark.default.parallelism"):
            return self.defaultParallelism
        return partitions if self._counts is None else self._counts.reducers(partitions)

    def _strict_counts(self) -> StrictCounts | None:
        """None unless the context is strict, or where the user has said how many."""
        config = self._session.config
        if config.strict_seed is None or self._conf.contains("spark.default.parallelism"):
            return None
        return StrictCounts(config.strict_seed, config.master.parallelism)

    def _hidden(self, records: list[Any]) -> RDD[Any]:
        """Records in one partition, for the engine's own use."""
        data = self._session.store_slices([records])
        return RDD(self, SourceNode(self._next_id(), 1, call_site(), data))

    def _run(self, node: Node, sink: Sink, partitions: Iterable[int] | None, site: CallSite) -> list[Any]:
        self._check_running()
        wanted = tuple(range(node.partitions)) if partitions is None else tuple(partitions)
        try:
            return self._session.run(node, sink, wanted, site, self._properties()) if wanted else []
        except KeyboardInterrupt:
            if self._session.stopped:  # by a second Ctrl-C
                self.stop()
            raise

    def _run_until(self, node: Node, sink: Sink, site: CallSite, seconds: float) -> dict[int, Any]:
        """The sink's value of each partition that is computed within ``seconds``."""
        self._check_running()
        if node.partitions == 0:
            return {}
        handle = self._session.submit(node, sink, tuple(range(node.partitions)), site, self._properties())
        return result_until(self._session, handle, seconds)

    def _submit(self, node: Node, sink: Sink, partition: int, site: CallSite) -> JobHandle:
        self._check_running()
        return self._session.submit(node, sink, (partition,), site, self._properties())


def _common_partitioner(nodes: tuple[Node, ...]) -> Partitioner | None:
    first = nodes[0].partitioner
    return first if first is not None and all(node.partitioner == first for node in nodes) else None


def _refuse(**given: object) -> None:
    """Arguments of PySpark's that are not offered are errors, never ignored."""
    for name, value in given.items():
        if value:
            raise NotImplementedError(f"SparkContext({name}=...) is not supported by minispark; leave it out")
