"""Records on which a user's function raises, put aside instead of failing the job. PySpark has nothing like it.

>>> import os, tempfile
>>> import minispark
>>> folder = os.path.join(tempfile.mkdtemp(), "bad")
>>> numbers = sc.parallelize(["1", "two", "3", ""], 2).map(int)
>>> minispark.quarantine(numbers, folder, errors_max=10).sum()
4
>>> for letter in minispark.dead_letters(folder):
...     print(letter.partition, letter.operator, letter.shown, letter.error)
0 map 'two' ValueError
1 map '' ValueError
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TypeVar

from minispark.engine.formats.deadletters import PART_PREFIX, PART_SUFFIX, DeadLetter, from_line
from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.operators import Quarantine
from minispark.rdd.core import RDDBase
from minispark.rdd.rdd import RDD
from minispark.rdd.saving import local_path

T = TypeVar("T")


def quarantine(rdd: RDD[T], directory: str, errors_max: int) -> RDD[T]:
    """``rdd`` with an error budget: of the records on which a function of the operators before it raises, up to
    ``errors_max`` are left out and put into ``directory`` as dead letters, which ``dead_letters`` reads.

    It covers ``map``, ``filter``, ``flatMap``, ``keyBy``, ``mapValues``, ``flatMapValues``, ``keys`` and ``values``
    (what is no pair), and lines of ``textFile`` that are not UTF-8, back to the last shuffle, ``zip``, ``cartesian``,
    or persisted or checkpointed RDD: what others read as well is not changed. In ``mapPartitions`` and its like no
    record can be left out of an iterator that is in the function's hands: what they raise fails the job as ever, and so
    does what is not the record's fault (memory, a context used in a task, sys.exit).

    The budget is one for all partitions and all actions of this context: when it is exceeded, every job that reads the
    RDD fails with QuarantineError, which names the number, the budget, the first error and the directory. A record goes
    on whole or not at all (``flatMap``'s items are made before the first goes on), functions are called once, and what
    they did before they raised stands (accumulators). Partitions that an action begins are quarantined to their ends.

    Dead letters of a partition appear, in one file, when the first attempt at it has succeeded. A partition computed
    again in which other records fail raises IndeterminateError: persist the result where functions depend on more than
    their arguments. Raises FileExistsError for a directory that holds anything, before any work.
    """
    if not isinstance(rdd, RDDBase):
        raise TypeError(f"quarantine needs an RDD, not {rdd!r:.200}")
    if not isinstance(errors_max, int) or isinstance(errors_max, bool):
        raise TypeError(f"errors_max must be an int, not {errors_max!r:.200}")
    if errors_max < 0:
        raise ValueError(f"errors_max must be at least 0, not {errors_max}")
    if not isinstance(directory, str):
        raise TypeError(f"quarantine needs a directory as a str, not {directory!r:.200}")
    context = rdd.context
    context._check_running()
    quarantines = context._session.quarantines
    folder = os.path.abspath(local_path(directory))
    operator = Quarantine(quarantines.next_id(), folder, errors_max, call_site())
    quarantines.open(operator)
    return rdd._narrow(operator, True)


def dead_letters(directory: str) -> Iterator[DeadLetter]:
    """The dead letters in a quarantine's directory, by partition, in the order in which records failed.

    Nothing is unpickled until ``DeadLetter.record`` is called. Raises FileNotFoundError or NotADirectoryError;
    ValueError, naming file and line, for what is no dead letter.
    """
    folder = local_path(directory)
    names = sorted(name for name in os.listdir(folder) if name.startswith(PART_PREFIX) and name.endswith(PART_SUFFIX))
    return _read([os.path.join(folder, name) for name in names])


def _read(paths: list[str]) -> Iterator[DeadLetter]:
    for path in paths:
        with open(path, "rb") as file:
            for number, line in enumerate(file, 1):
                try:
                    letter = from_line(line)
                except ValueError as error:
                    raise ValueError(f"{path}, line {number}: {error}") from None
                yield letter
