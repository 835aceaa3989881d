"""The fused way of running: a whole plan is one DuckDB query, in the driver, on all cores.

May import ``library``, ``plan``, ``convert``, ``types``. ``emit`` writes expressions, ``relations`` plans, ``engine``
holds a context's DuckDB and runs queries in it, ``failures`` turns DuckDB's errors into Spark's. Invariants: columns
are named by attribute id (``c17``); nothing of DuckDB's semantics is relied on that the library does not say; a query's
temporary files lie in the context's directory.
"""
