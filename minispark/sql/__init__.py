"""``pyspark.sql`` as far as RDD programs meet it: a SparkSession around a SparkContext. DataFrames come later.

May import ``rdd`` and what lies below; nothing imports it but the alias and the command. Invariants: a session owns no
engine state, only its context and its settings; what needs DataFrames raises an error that says so.
"""

from __future__ import annotations

from minispark.sql.session import SparkSession as SparkSession

__all__ = ["SparkSession"]
