"""The RDD: all its families of methods together."""

from __future__ import annotations

from minispark.rdd.approximate import Approximations
from minispark.rdd.barrier import Barriers
from minispark.rdd.boundary import users_boundary
from minispark.rdd.checkpointing import Checkpointing
from minispark.rdd.core import T_co
from minispark.rdd.debugging import Debugging
from minispark.rdd.grouped import GroupedActions
from minispark.rdd.hadoopsaving import HadoopSaving
from minispark.rdd.keyed import KeyedOperations
from minispark.rdd.localiterator import LocalIterator
from minispark.rdd.numbering import Numbering
from minispark.rdd.pairs import PairOperations
from minispark.rdd.partitioning import Partitioning
from minispark.rdd.persistence import Persistence
from minispark.rdd.piping import Piping
from minispark.rdd.sampling import Sampling
from minispark.rdd.sets import SetOperations
from minispark.rdd.statistics import Statistics
from minispark.rdd.transformations import Transformations
from minispark.rdd.trees import TreeActions


@users_boundary
class RDD(
    Transformations[T_co],
    PairOperations[T_co],
    Partitioning[T_co],
    Piping[T_co],
    LocalIterator[T_co],
    KeyedOperations[T_co],
    SetOperations[T_co],
    Sampling[T_co],
    Numbering[T_co],
    GroupedActions[T_co],
    Statistics[T_co],
    TreeActions[T_co],
    Approximations[T_co],
    Persistence[T_co],
    Checkpointing[T_co],
    HadoopSaving[T_co],
    Debugging[T_co],
    Barriers[T_co],
):
    """A partitioned collection, described by how it is computed (``pyspark.RDD``; Zaharia et al., NSDI 2012).

    Transformations describe another RDD and do nothing; actions compute. An RDD exists in the driver only.
    """
