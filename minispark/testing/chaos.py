"""A pipeline under chaos: run undisturbed, then once for each seed with faults, and the answers compared."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from minispark import RDD, SparkConf, SparkContext
from minispark.engine.core.errors import ConfigurationError
from minispark.testing.chaotic import Leftovers, descriptors, workers_under_chaos
from minispark.testing.compare import assert_same_records
from minispark.testing.faults import FaultPlan, Injection
from minispark.testing.ledger import Ledger

Pipeline = Callable[[SparkContext], Any]
TIMEOUT_KEY = "spark.minispark.task.timeout"
TIMEOUT_SECONDS_MIN = 2.0
_DIRECTORIES = "SPARK_LOCAL_DIRS"


class Chaos:
    """Calls pipelines under faults. ``happened`` counts the faults of all calls by their names."""

    def __init__(self) -> None:
        self.happened: Counter[str] = Counter()

    def __call__(
        self,
        pipeline: Pipeline,
        seeds: int = 20,
        plan: FaultPlan | None = None,
        master: str = "local[2]",
        conf: Mapping[str, str] | None = None,
        *,
        seed: int | None = None,
        ordered: bool = False,
        seconds: float = 60.0,
    ) -> Any:
        """Check that ``pipeline(sc)`` has the same answer with and without faults, and return that answer.

        The pipeline gets a fresh context for each run and returns a value, or an RDD, which is collected. It runs once
        undisturbed, then with the faults of ``plan`` under the seeds 0 to ``seeds - 1`` (or ``seed`` alone), or once
        under a plan made by ``FaultPlan.at``. Lists are compared as multisets unless ``ordered``, all else by ``same``.

        Raises AssertionError where a run answers otherwise, raises, takes more than ``seconds``, or leaves a process, a
        descriptor or a temporary file; its notes are the seed, the faults and the call that replays it. A task timeout
        is set if ``conf`` has none, so that a stopped worker is noticed. What the pipeline writes outside the context
        is its own to clean up: let it write where it did not write before, as in ``tempfile.mkdtemp()``.
        """
        plan = plan or FaultPlan()
        settings = dict(conf or {})
        if not master.startswith("local"):
            raise ConfigurationError(f"master {master!r}: faults happen in worker processes; use local[2]")
        with tempfile.TemporaryDirectory(prefix="minispark-chaos-") as folder:
            runs = _Runs(pipeline, master, settings, Path(folder), ordered, seconds)
            runs.undisturbed()
            if plan.said:
                self._run(runs, plan, "plan=plan")
            else:
                for number in range(seeds) if seed is None else (seed,):
                    drawn = FaultPlan(number, plan.faults, plan.points, plan.most)
                    self._run(runs, drawn, f"seed={number}" + ("" if plan == FaultPlan() else ", plan=plan"))
        return runs.wanted

    def _run(self, runs: _Runs, plan: FaultPlan, name: str) -> None:
        injections = plan.drawn(runs.seen)
        try:
            runs.disturbed(injections)
        except Exception as error:
            happened = runs.ledger.happened()
            failure = AssertionError(f"under chaos, {name}: {error or type(error).__name__}")
            failure.add_note("planned:\n" + "".join(f"  {injection}\n" for injection in injections))
            failure.add_note("happened:\n" + ("".join(f"  {line}\n" for line in happened) or "  nothing\n"))
            failure.add_note(f"to see it again: chaos({getattr(runs.pipeline, '__name__', 'pipeline')}, {name})")
            raise failure from error
        finally:
            self.happened.update(line.partition(" at ")[0] for line in runs.ledger.happened())


class _Runs:
    """The runs of one pipeline. ``wanted`` is its answer, ``seen`` the points it passes."""

    def __init__(
        self, pipeline: Pipeline, master: str, settings: dict[str, str], folder: Path, ordered: bool, seconds: float
    ) -> None:
        self.pipeline = pipeline
        self.ledger = Ledger(folder / "ledger")
        self.ledger.folder.mkdir()
        self.wanted: Any = None
        self.seen: Counter[tuple[str, int, int]] = Counter()
        self._master = master
        self._settings = settings
        self._folder = folder
        self._ordered = ordered
        self._seconds = seconds
        self._descriptors_max = 0

    def undisturbed(self) -> None:
        """Learn the answer, the points, and how long it takes."""
        self.ledger.arm((), survey=True)
        started = time.monotonic()
        self.wanted = self._answer(1)
        took = time.monotonic() - started
        self.seen = self.ledger.passed()
        self._descriptors_max = len(descriptors())
        self._settings.setdefault(TIMEOUT_KEY, f"{max(TIMEOUT_SECONDS_MIN, 3 * took):.1f}s")

    def disturbed(self, injections: tuple[Injection, ...]) -> None:
        """Once more with these. Raises AssertionError, or what the pipeline raised."""
        self.ledger.arm(injections)
        answer = self._answer(1 + sum(injection.times for injection in injections))
        if isinstance(self.wanted, list) and isinstance(answer, list):
            assert_same_records(answer, self.wanted, ordered=self._ordered)
        else:
            assert_same_records([answer], [self.wanted])
        found = descriptors()
        if len(found) > self._descriptors_max:
            raise AssertionError(f"descriptors leaked, {self._descriptors_max} before, now {sorted(found.values())}")

    def _answer(self, directories: int) -> Any:
        """Every disk that fails leaves one directory less: there are more ``directories`` than faults."""
        paths = [self._folder / f"disk{number}" for number in range(directories)]
        leftovers = Leftovers(*paths)
        conf = SparkConf().setMaster(self._master).setAppName("chaos").set("spark.ui.showConsoleProgress", "false")
        conf.setAll(self._settings.items())
        with _environment(_DIRECTORIES, ",".join(map(str, paths))), workers_under_chaos(self.ledger):
            context = SparkContext(conf=conf)
        with context, _time_limit(self._seconds):
            answer = self.pipeline(context)
            if isinstance(answer, RDD):
                answer = answer.collect()
            told = leftovers.temporary()
        told += leftovers.of_context(self.ledger.workers())
        if told:
            raise AssertionError("; ".join(told))
        return answer


@contextmanager
def _environment(name: str, text: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = text
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


@contextmanager
def _time_limit(seconds: float) -> Iterator[None]:
    """Interrupt this thread after that time, as Ctrl-C would, and raise AssertionError. Only the main thread can be."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    late = threading.Event()

    def interrupt() -> None:
        late.set()
        signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    timer = threading.Timer(seconds, interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except KeyboardInterrupt:
        if not late.is_set():
            raise
        raise AssertionError(f"no answer within {seconds:g} s") from None
    finally:
        timer.cancel()
        with suppress(RuntimeError):
            timer.join(0.1)
