"""What a context is told once and never again: the master, and the settings the engine reads.

Spark's own keys are used where the meaning is the same. ``spark.minispark.*`` is ours: an unknown one is an error that
lists the valid ones. Other unknown keys are kept and ignored, as Spark does.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Mapping

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.units import parse_bytes, parse_seconds
from minispark.engine.core.values import value

OWN_KEYS = {
    "spark.minispark.resume.dir": "a directory in which a program that is started again finds what it had computed",
    "spark.minispark.resume.bytes": "bytes kept there that the running program does not need; 10g unless told",
    "spark.minispark.replay.dir": "a directory for bundles of failed tasks, which `minispark replay` runs again",
    "spark.minispark.task.timeout": "seconds a task attempt may take before its worker is killed; 0 is no limit",
    "spark.minispark.worker.start": "how workers start: auto, fork (a helper process forks them) or spawn",
    "spark.minispark.local.quota": "bytes that the files of this context may take; 0 is no limit",
    "spark.minispark.adaptive": "whether sizes decide what a task computes: true or false",
    "spark.minispark.broadcast.threshold": "bytes of a join's side for every task to have it whole; 10m, 0 for never",
    "spark.minispark.skew.threshold": "bytes that a partition must read at least to count as skewed; 64m unless told",
    "spark.minispark.lifting": "whether simple functions of whole numbers may run in columns: true or false",
    "spark.minispark.strict": "true: what Spark does not promise varies, and mistakes are looked for (for tests)",
    "spark.minispark.strict.seed": "a whole number; a strict context varies by it, 0 unless set",
    "spark.minispark.sql.execution": "how DataFrames' queries run: auto or fused (staged is not there yet)",
    "spark.minispark.sql.memory": "bytes that queries and kept rows of DataFrames (at most half) take before they "
    "spill, else half the machine's",
    "spark.minispark.storage.memory": "bytes of persisted RDDs' blocks kept in memory, else a quarter of the machine's",
}
_LOCAL = re.compile(r"local(?:\[\s*(\*|\d+)\s*(?:,\s*(\d+)\s*)?\])?")
_CLUSTER = re.compile(r"(spark|mesos|k8s|yarn|local-cluster)\b.*")


@value
class Master:
    """``slots`` worker processes (0: everything runs in the driver) and how often a user's error is tolerated."""

    url: str
    slots: int
    user_failures_max: int

    @property
    def inline(self) -> bool:
        return self.slots == 0

    @property
    def parallelism(self) -> int:
        return max(self.slots, 1)


def parse_master(url: str) -> Master:
    """Read a master URL: ``inline``, ``local``, ``local[N]``, ``local[*]`` or ``local[N,F]``.

    >>> parse_master("local[4,3]")
    Master(url='local[4,3]', slots=4, user_failures_max=3)
    """
    if url == "inline":
        return Master(url, 0, 1)
    match = _LOCAL.fullmatch(url)
    if match is not None:
        cores, failures = match[1], match[2]
        slots = 1 if cores is None else available_cores() if cores == "*" else int(cores)
        if slots < 1 or (failures is not None and int(failures) < 1):
            raise ConfigurationError(f"master {url!r}: the number of workers and of failures must be at least 1")
        return Master(url, slots, int(failures) if failures is not None else 1)
    if _CLUSTER.fullmatch(url):
        raise ConfigurationError(
            f"master {url!r} is a cluster's; minispark runs on one machine. The program is a PySpark program: run it "
            "there with spark-submit as it is, or use one of inline, local, local[N], local[*], local[N,F] here"
        )
    raise ConfigurationError(f"unknown master {url!r}; use one of inline, local, local[N], local[*], local[N,F]")


def available_cores() -> int:
    """Cores this process may run on."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def machine_memory_bytes() -> int:
    """Physical memory, or the control group's limit where that is lower."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") if hasattr(os, "sysconf") else 4 << 30
    try:
        with open("/sys/fs/cgroup/memory.max", encoding="ascii") as file:
            text = file.read().strip()
    except OSError:
        return total
    return min(total, int(text)) if text.isdigit() else total


@value
class EngineConfig:
    """The settings the engine reads, parsed. Sizes in bytes, times in seconds; 0 means no limit for result, local files
    and task."""

    master: Master
    app_name: str
    local_roots: tuple[str, ...]
    parallelism: int
    worker_memory_bytes: int
    result_bytes_max: int
    storage_memory_bytes: int
    sql_memory_bytes: int
    environment_failures_max: int
    task_timeout_seconds: float
    worker_start: str
    progress: bool
    event_log: str | None
    worker_variables: tuple[tuple[str, str], ...] = ()
    fair: bool = False
    barrier_seconds: float = 31_536_000.0
    lifting: bool = True
    adaptive: bool = True
    skew_bytes_min: int = 64 << 20
    broadcast_bytes_max: int = 10 << 20
    strict_seed: int | None = None
    resume_dir: str | None = None
    replay_dir: str | None = None
    resume_bytes_max: int = 10 << 30
    local_bytes_max: int = 0
    speculation: bool = False
    speculation_interval_seconds: float = 0.1
    speculation_multiplier: float = 3.0
    speculation_quantile: float = 0.9
    speculation_run_seconds_min: float = 0.1

    @property
    def adapts(self) -> bool:
        """Whether sizes decide what a task computes. What a resume directory has must fit the next start, and a replay
        bundle holds a whole partition."""
        return self.adaptive and self.resume_dir is None and self.replay_dir is None


def require_known_key(key: str) -> None:
    """Raise ConfigurationError, with the valid ones, for a key that looks like one of ours and is none."""
    if key.startswith("spark.minispark.") and key not in OWN_KEYS:
        valid = "".join(f"\n  {name}: {text}" for name, text in sorted(OWN_KEYS.items()))
        raise ConfigurationError(f"unknown setting {key}; the spark.minispark settings are{valid}")


def parse_config(settings: Mapping[str, str]) -> EngineConfig:
    """Parse all settings at once, so that a wrong one is an error before anything starts."""
    for key in sorted(settings):
        require_known_key(key)
    _refuse_profiles(settings)
    master = parse_master(settings.get("spark.master") or "local[*]")
    memory = machine_memory_bytes()
    share = max(memory * 6 // 10 // master.parallelism, 64 << 20)
    strict_seed = _strict_seed(settings)
    start = settings.get("spark.minispark.worker.start", "auto" if strict_seed is None else "spawn")
    if start == "fork" and strict_seed is not None:
        raise ConfigurationError(
            "spark.minispark.worker.start=fork: the workers of a strict context each have a hash seed of their own, "
            "which forked ones cannot have; leave it out, or use spawn"
        )
    if start not in ("auto", "fork", "spawn"):
        raise ConfigurationError(f"spark.minispark.worker.start={start!r}: use auto, fork or spawn")
    return EngineConfig(
        master=master,
        app_name=settings.get("spark.app.name", "minispark"),
        local_roots=_local_roots(settings),
        parallelism=_positive(settings, "spark.default.parallelism", master.parallelism),
        worker_memory_bytes=_bytes(settings, "spark.python.worker.memory", share, "m"),
        result_bytes_max=_bytes(settings, "spark.driver.maxResultSize", 1 << 30, "b"),
        storage_memory_bytes=_bytes(settings, "spark.minispark.storage.memory", memory // 4, "b"),
        sql_memory_bytes=_bytes(settings, "spark.minispark.sql.memory", memory // 2, "b"),
        environment_failures_max=_positive(settings, "spark.task.maxFailures", 4),
        task_timeout_seconds=parse_seconds(settings.get("spark.minispark.task.timeout", "0")),
        worker_start=start,
        progress=_boolean(settings, "spark.ui.showConsoleProgress", True),
        event_log=_event_log(settings),
        worker_variables=_worker_variables(settings, master),
        fair=_is_fair(settings),
        lifting=_boolean(settings, "spark.minispark.lifting", True),
        adaptive=_boolean(settings, "spark.minispark.adaptive", True),
        skew_bytes_min=_bytes(settings, "spark.minispark.skew.threshold", 64 << 20, "b"),
        broadcast_bytes_max=_broadcast_bytes(settings),
        barrier_seconds=parse_seconds(settings.get("spark.barrier.sync.timeout", "365d")),
        strict_seed=strict_seed,
        resume_dir=settings.get("spark.minispark.resume.dir"),
        replay_dir=settings.get("spark.minispark.replay.dir") or None,
        resume_bytes_max=_bytes(settings, "spark.minispark.resume.bytes", 10 << 30, "b"),
        local_bytes_max=_bytes(settings, "spark.minispark.local.quota", 0, "b"),
        speculation=_boolean(settings, "spark.speculation", False),
        speculation_interval_seconds=_milliseconds(settings, "spark.speculation.interval", 0.1),
        speculation_multiplier=_number(settings, "spark.speculation.multiplier", 3.0, 1.0, math.inf),
        speculation_quantile=_number(settings, "spark.speculation.quantile", 0.9, 0.0, 1.0),
        speculation_run_seconds_min=_milliseconds(settings, "spark.speculation.minTaskRuntime", 0.1),
    )


def _strict_seed(settings: Mapping[str, str]) -> int | None:
    """None unless the context is strict."""
    text = settings.get("spark.minispark.strict.seed", "0").strip()
    if not text.isdigit():
        raise ConfigurationError(f"spark.minispark.strict.seed={text!r}: a whole number of at least 0 is needed")
    if not _boolean(settings, "spark.minispark.strict", False):
        return None
    if settings.get("spark.minispark.resume.dir"):
        raise ConfigurationError(
            "spark.minispark.resume.dir: what a strict context writes varies by its seed, no other can go on with it; "
            "leave out one of the two"
        )
    return int(text)


def _event_log(settings: Mapping[str, str]) -> str | None:
    """The directory of the event log, as given, or None where none is wanted."""
    if not _boolean(settings, "spark.eventLog.enabled", False):
        return None
    return settings.get("spark.eventLog.dir", "file:///tmp/spark-events")


def _local_roots(settings: Mapping[str, str]) -> tuple[str, ...]:
    listed = os.environ.get("SPARK_LOCAL_DIRS") or settings.get("spark.local.dir") or ""
    roots = tuple(part.strip() for part in listed.split(",") if part.strip())
    return roots or (os.environ.get("TMPDIR") or "/tmp",)


def _refuse_profiles(settings: Mapping[str, str]) -> None:
    for key in ("spark.python.profile", "spark.python.profile.memory"):
        if _boolean(settings, key, False):
            raise ConfigurationError(
                f"{key}=true is not supported; profile a function where it runs (cProfile in mapPartitions), or watch "
                "the workers from outside (py-spy record --subprocesses)"
            )


def _is_fair(settings: Mapping[str, str]) -> bool:
    mode = settings.get("spark.scheduler.mode", "FIFO")
    if mode.upper() not in ("FIFO", "FAIR"):
        raise ConfigurationError(f"spark.scheduler.mode={mode!r}: use FIFO or FAIR")
    if "spark.scheduler.allocation.file" in settings:
        raise ConfigurationError(
            "spark.scheduler.allocation.file is not supported: pools come into being as they are named "
            "(setLocalProperty('spark.scheduler.pool', name)), and all weigh the same"
        )
    return mode.upper() == "FAIR"


def _worker_variables(settings: Mapping[str, str], master: Master) -> tuple[tuple[str, str], ...]:
    prefix = "spark.executorEnv."
    found = tuple((key[len(prefix) :], text) for key, text in settings.items() if key.startswith(prefix))
    if found and master.inline:
        raise ConfigurationError(
            f"{prefix}{found[0][0]}: under master inline tasks run in this process and have its environment; set "
            "os.environ, or use local[N]"
        )
    return found


def _bytes(settings: Mapping[str, str], key: str, default: int, unit: str) -> int:
    text = settings.get(key)
    if text is None:
        return default
    try:
        return parse_bytes(text, unit)
    except ConfigurationError as error:
        raise ConfigurationError(f"{key}: {error}") from None


def _broadcast_bytes(settings: Mapping[str, str]) -> int:
    """0 where it is turned off, which Spark's setting of this meaning does by any negative number."""
    key = "spark.minispark.broadcast.threshold"
    negative = re.fullmatch(r"\s*-\d+\s*", settings.get(key, ""))
    return 0 if negative is not None else _bytes(settings, key, 10 << 20, "b")


def _positive(settings: Mapping[str, str], key: str, default: int) -> int:
    text = settings.get(key)
    if text is None:
        return default
    if not text.strip().isdigit() or int(text) < 1:
        raise ConfigurationError(f"{key}={text!r}: a whole number of at least 1 is needed")
    return int(text)


def _milliseconds(settings: Mapping[str, str], key: str, default: float) -> float:
    """Seconds of a time whose bare number is in milliseconds."""
    text = settings.get(key)
    if text is None:
        return default
    try:
        return parse_seconds(f"{text.strip()}ms" if text.strip().isdigit() else text)
    except ConfigurationError as error:
        raise ConfigurationError(f"{key}: {error}") from None


def _number(settings: Mapping[str, str], key: str, default: float, least: float, most: float) -> float:
    text = settings.get(key)
    if text is None:
        return default
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (least <= number <= most and math.isfinite(number)):
        wanted = f"from {least:g} to {most:g}" if math.isfinite(most) else f"of at least {least:g}"
        raise ConfigurationError(f"{key}={text!r}: a number {wanted} is needed")
    return number


def _boolean(settings: Mapping[str, str], key: str, default: bool) -> bool:
    text = settings.get(key)
    if text is None:
        return default
    if text.lower() not in ("true", "false"):
        raise ConfigurationError(f"{key}={text!r}: use true or false")
    return text.lower() == "true"
