"""Skewed keys: find them, and every classic remedy as an ordinary library over the RDD API. PySpark has none of it.

May import ``minispark.rdd`` and below, nothing of its siblings; nothing of the engine imports it. Invariants: a remedy
gives the records that the plain operator gives, as a multiset; what is taken out is returned apart; a salt depends on
nothing but a record's place.

>>> from minispark import skew
>>> visits = sc.parallelize([("home", n) for n in range(90)] + [(page, 0) for page in "abcdefghij"], 4)
>>> skew.top_keys(visits, 1)
[HotKey(key='home', records=90, share=0.9)]
"""

from __future__ import annotations

from minispark.skew.broadcasting import broadcast_join as broadcast_join
from minispark.skew.hotkeys import HotKey as HotKey
from minispark.skew.report import SkewReport as SkewReport
from minispark.skew.report import report as report
from minispark.skew.saltedjoins import salted_join as salted_join
from minispark.skew.saltedjoins import split_join as split_join
from minispark.skew.sampling import top_keys as top_keys
from minispark.skew.taking import drop_keys as drop_keys
from minispark.skew.taking import split_keys as split_keys
from minispark.skew.twophase import two_phase_aggregate as two_phase_aggregate
from minispark.skew.twophase import two_phase_group as two_phase_group
from minispark.skew.twophase import two_phase_reduce as two_phase_reduce

__all__ = [
    "HotKey",
    "SkewReport",
    "broadcast_join",
    "drop_keys",
    "report",
    "salted_join",
    "split_join",
    "split_keys",
    "top_keys",
    "two_phase_aggregate",
    "two_phase_group",
    "two_phase_reduce",
]
