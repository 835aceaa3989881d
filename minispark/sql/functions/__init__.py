"""``pyspark.sql.functions``: what queries compute, as Python functions that make Columns.

May import ``column``, ``literals`` and what they stand on. Invariants: a function only builds an expression that names
a function of SQL; what it does stands in the library's table. Names and parameters are PySpark's.
"""

from __future__ import annotations

import builtins

from minispark.sql.functions import (
    aggregates,
    arrays,
    basics,
    dates,
    documents,
    hashes,
    higher,
    maths,
    nested,
    partitions,
    places,
    ranking,
    sketches,
    statistics,
    strings,
    texts,
    times,
    trigonometry,
    tuples,
    userdefined,
    variants,
)
from minispark.sql.functions import (
    partitioning as partitioning,
)
from minispark.sql.functions.aggregates import *  # noqa: F403
from minispark.sql.functions.arrays import *  # noqa: F403
from minispark.sql.functions.basics import *  # noqa: F403
from minispark.sql.functions.dates import *  # noqa: F403
from minispark.sql.functions.documents import *  # noqa: F403
from minispark.sql.functions.hashes import *  # noqa: F403
from minispark.sql.functions.higher import *  # noqa: F403
from minispark.sql.functions.maths import *  # noqa: F403
from minispark.sql.functions.nested import *  # noqa: F403
from minispark.sql.functions.partitions import *  # noqa: F403
from minispark.sql.functions.places import *  # noqa: F403
from minispark.sql.functions.ranking import *  # noqa: F403
from minispark.sql.functions.sketches import *  # noqa: F403
from minispark.sql.functions.statistics import *  # noqa: F403
from minispark.sql.functions.strings import *  # noqa: F403
from minispark.sql.functions.texts import *  # noqa: F403
from minispark.sql.functions.times import *  # noqa: F403
from minispark.sql.functions.trigonometry import *  # noqa: F403
from minispark.sql.functions.tuples import *  # noqa: F403
from minispark.sql.functions.userdefined import *  # noqa: F403
from minispark.sql.functions.variants import *  # noqa: F403

_FAMILIES = (aggregates, arrays, basics, dates, documents, hashes, higher, maths, nested, partitions, places) + (
    ranking,
    sketches,
    statistics,
    strings,
    texts,
    times,
    trigonometry,
    tuples,
    userdefined,
    variants,
)
_KEPT_BACK = {"chr", "random", "uuid", "sumDistinct", "toDegrees", "toRadians", "bitwiseNOT", "approxCountDistinct"}
_KEPT_BACK |= {"countDistinct", "shiftLeft", "shiftRight", "shiftRightUnsigned"}
"""Not imported by ``*``, as in PySpark: deprecated, or modules and functions of Python's have the name."""

__all__ = builtins.sorted({name for family in _FAMILIES for name in family.__all__} - _KEPT_BACK)
