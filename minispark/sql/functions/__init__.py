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
from minispark.sql.functions.aggregates import *
from minispark.sql.functions.arrays import *
from minispark.sql.functions.basics import *
from minispark.sql.functions.dates import *
from minispark.sql.functions.documents import *
from minispark.sql.functions.hashes import *
from minispark.sql.functions.higher import *
from minispark.sql.functions.maths import *
from minispark.sql.functions.nested import *
from minispark.sql.functions.partitions import *
from minispark.sql.functions.places import *
from minispark.sql.functions.ranking import *
from minispark.sql.functions.sketches import *
from minispark.sql.functions.statistics import *
from minispark.sql.functions.strings import *
from minispark.sql.functions.texts import *
from minispark.sql.functions.times import *
from minispark.sql.functions.trigonometry import *
from minispark.sql.functions.tuples import *
from minispark.sql.functions.userdefined import *
from minispark.sql.functions.variants import *

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
