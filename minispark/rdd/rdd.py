"""The RDD: all its families of methods together."""

from __future__ import annotations

from minispark.rdd.actions import Actions
from minispark.rdd.core import T_co
from minispark.rdd.localiterator import LocalIterator
from minispark.rdd.pairs import PairOperations
from minispark.rdd.partitioning import Partitioning
from minispark.rdd.persistence import Persistence
from minispark.rdd.saving import Saving
from minispark.rdd.transformations import Transformations


class RDD(
    Transformations[T_co],
    PairOperations[T_co],
    Partitioning[T_co],
    Actions[T_co],
    Persistence[T_co],
    Saving[T_co],
    LocalIterator[T_co],
):
    """A partitioned collection, described by how it is computed (``pyspark.RDD``; Zaharia et al., NSDI 2012).

    Transformations describe another RDD and do nothing; actions compute. An RDD exists in the driver only.
    """
