"""Logical plans: expressions and relational nodes, as frozen values, and walks over them.

May import ``types`` and the engine's ``core``. Invariants: nothing here knows Spark's functions, DuckDB or a session;
walks over expressions and plans are iterative, so that neither a chain of 10,000 operators nor of additions overflows
a stack.
"""
