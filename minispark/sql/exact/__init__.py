"""Exact semantics of Spark's functions, as plain Python functions over plain values (decisions/0018).

May import ``types``, ``errors`` and each other; nothing here knows of DuckDB, Arrow or a session. Functions that
depend on types and options are made by factories, which take these once and give a function that is called for each
row. A null argument never arrives unless a function says so.
"""
