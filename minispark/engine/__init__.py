"""The engine behind the RDDs, bottom first: ``core``, ``plan``, ``scheduler``, ``serde``, ``storage``, ``shuffle``,
``kernels``, ``worker``, ``observe``, ``executors``, ``runtime``.

Imports go downward only, in that order. Nothing here knows the API that users hold (``minispark.rdd``).
"""
