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

from minispark.skew.hotkeys import HotKey as HotKey
from minispark.skew.sampling import top_keys as top_keys

__all__ = [
    "HotKey",
    "top_keys",
]
