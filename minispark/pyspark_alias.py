"""``import pyspark`` means minispark: a table of PySpark's module paths and where their names live here.

A finder at the front of ``sys.meta_path`` makes each module of the table when it is first imported. A module or name
that is not in it is an ImportError that says so. Workers get the same finder before their next task (the driver tells
them of every finder that has a ``worker_entry``), so that functions may import ``pyspark`` there too.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any

import minispark
from minispark import errors
from minispark.pyspark_sql_alias import NAMES, WHOLE, home
from minispark.rdd.versions import API_VERSION

_RDD = ("RDD",)
_SHARED = ("Accumulator", "AccumulatorParam")
_ADDING = (
    "AddingAccumulatorParam",
    "INT_ACCUMULATOR_PARAM",
    "FLOAT_ACCUMULATOR_PARAM",
    "COMPLEX_ACCUMULATOR_PARAM",
)
_CLOUDPICKLE = (
    "CloudPickler",
    "dump",
    "dumps",
    "load",
    "loads",
    "register_pickle_by_value",
    "unregister_pickle_by_value",
)
_TASK = ("TaskContext", "BarrierTaskContext", "BarrierTaskInfo")
_REQUESTS = ("ExecutorResourceRequest", "ExecutorResourceRequests", "TaskResourceRequest", "TaskResourceRequests")
_RESOURCES = ("ResourceInformation", "ResourceProfile", "ResourceProfileBuilder", *_REQUESTS)
_STATUS = ("StatusTracker", "SparkJobInfo", "SparkStageInfo")
_SERIALIZERS = ("MarshalSerializer", "CPickleSerializer")
_THREADS = ("InheritableThread", "inheritable_thread_target")

MODULES: dict[str, tuple[str, ...]] = {
    "py4j": (),
    "py4j.protocol": ("Py4JJavaError",),
    "pyspark": (
        "SparkConf",
        "SparkContext",
        "SparkFiles",
        "RDD",
        "StorageLevel",
        "Broadcast",
        *_SHARED,
        *_STATUS,
        *_TASK,
        "RDDBarrier",
        *_THREADS,
        *_SERIALIZERS,
        "Row",
    ),
    "pyspark.accumulators": (*_SHARED, *_ADDING),
    "pyspark.broadcast": ("Broadcast",),
    "pyspark.cloudpickle": _CLOUDPICKLE,
    "pyspark.conf": ("SparkConf",),
    "pyspark.context": ("SparkContext",),
    "pyspark.core": (),
    "pyspark.core.broadcast": ("Broadcast",),
    "pyspark.core.conf": ("SparkConf",),
    "pyspark.core.context": ("SparkContext",),
    "pyspark.core.files": ("SparkFiles",),
    "pyspark.core.rdd": ("RDD", "RDDBarrier", "BoundedFloat", "Partitioner", "portable_hash"),
    "pyspark.core.status": _STATUS,
    "pyspark.errors": (),
    "pyspark.errors.exceptions": (),
    "pyspark.errors.exceptions.base": (),
    "pyspark.files": ("SparkFiles",),
    "pyspark.rdd": ("RDD", "RDDBarrier", "BoundedFloat", "Partitioner", "portable_hash"),
    "pyspark.resource": _RESOURCES,
    "pyspark.resource.information": ("ResourceInformation",),
    "pyspark.resource.profile": ("ResourceProfile", "ResourceProfileBuilder"),
    "pyspark.resource.requests": _REQUESTS,
    "pyspark.resultiterable": ("ResultIterable",),
    "pyspark.serializers": (*_SERIALIZERS, "PickleSerializer", "CloudPickleSerializer", "Serializer"),
    **dict.fromkeys((*NAMES, *WHOLE), ()),
    "pyspark.statcounter": ("StatCounter",),
    "pyspark.status": _STATUS,
    "pyspark.storagelevel": ("StorageLevel",),
    "pyspark.taskcontext": _TASK,
    "pyspark.util": _THREADS,
    "pyspark.version": (),
}
"""The names of each module that minispark has: public names of ``minispark``, or of the modules in ``_ELSEWHERE``.

Those of modules of SQL are in ``pyspark_sql_alias``: they are looked up when a program first uses them.
"""

_ELSEWHERE = {
    "Py4JJavaError": "minispark.engine.core.errors",
    **dict.fromkeys(
        ("Serializer", "PickleSerializer", "CloudPickleSerializer", "CPickleSerializer", "MarshalSerializer"),
        "minispark.rdd.serializers",
    ),
    **dict.fromkeys(_ADDING, "minispark.rdd.shared"),
    **dict.fromkeys(_CLOUDPICKLE, "cloudpickle"),
    "Row": "minispark.sql.row",
}


_NOTHING = object()


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    worker_entry = "minispark.pyspark_alias:as_pyspark"

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name.partition(".")[0] not in ("pyspark", "py4j"):
            return None
        if name not in MODULES:
            raise ModuleNotFoundError(_missing(name))  # without its name, so that `from pyspark import X` shows it too
        return importlib.machinery.ModuleSpec(name, self, origin="minispark", is_package=True)

    def exec_module(self, module: ModuleType) -> None:
        for name in MODULES[module.__name__]:
            home = importlib.import_module(_ELSEWHERE.get(name, "minispark"))
            if name in _ELSEWHERE or name in minispark.__all__:
                setattr(module, name, getattr(home, name))
        if module.__name__ in WHOLE:
            ours = importlib.import_module(WHOLE[module.__name__])
            module.__dict__.update({name: item for name, item in vars(ours).items() if _is_public(name, item)})
        if module.__name__ in WHOLE or module.__name__ in NAMES:
            _answer_later(module)
        if module.__name__ in ("pyspark.sql.types", "pyspark.sql.functions"):  # light, and programs look through them
            whole = importlib.import_module(WHOLE[module.__name__])
            module.__dict__.update((name, getattr(whole, name)) for name in whole.__all__)
        if module.__name__.startswith("pyspark.errors"):
            module.__dict__.update((name, getattr(errors, name)) for name in errors.CLASSES)
        if module.__name__ in ("pyspark", "pyspark.version"):
            module.__dict__["__version__"] = API_VERSION
        if module.__name__ == "pyspark":
            module.__dict__["__all__"] = [*(n for n in MODULES["pyspark"] if hasattr(module, n)), "__version__"]
        module.__doc__ = f"minispark under the name {module.__name__}."


def _is_public(name: str, item: object) -> bool:
    return not name.startswith("_") and (not isinstance(item, ModuleType) or name == "partitioning")


def _answer_later(module: ModuleType) -> None:
    path = module.__name__

    def look_up(name: str) -> Any:
        if name == "__all__":
            return list(importlib.import_module(WHOLE[path]).__all__ if path in WHOLE else NAMES[path])
        where = home(path, name)
        found = getattr(importlib.import_module(where), name, _NOTHING) if where and name[:2] != "__" else _NOTHING
        if found is _NOTHING:
            raise AttributeError(_missing(f"{path}.{name}"))
        setattr(module, name, found)
        return found

    module.__dict__["__getattr__"] = look_up


def as_pyspark() -> None:
    """Make ``import pyspark`` mean minispark, in this process and in tasks. May be called again.

    Raises RuntimeError if the real PySpark has been imported before.

    >>> from minispark import SparkContext
    >>> from minispark.pyspark_alias import MODULES
    >>> MODULES["pyspark.conf"]
    ('SparkConf',)
    """
    if any(isinstance(finder, _Finder) for finder in sys.meta_path):
        return
    if any(name == "pyspark" or name.startswith("pyspark.") for name in sys.modules):
        raise RuntimeError("PySpark itself is imported already; call minispark.as_pyspark() before `import pyspark`")
    sys.meta_path.insert(0, _Finder())


def _missing(name: str) -> str:
    module, _, last = name.rpartition(".")
    what = f"no module or name {last!r} in {module}" if module in MODULES else f"no module {name}"
    known = ", ".join(MODULES.get(module, ()) or NAMES.get(module, ())) or ", ".join(sorted(MODULES))
    offered = f"it has the functions of {WHOLE[module]}" if module in WHOLE else f"it offers {known}"
    return (
        f"minispark, which stands in for PySpark here, has {what}; {offered}. For the rest run the program with PySpark"
    )
