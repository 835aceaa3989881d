"""A stage's program as a loop over batches of records: sources, operators, the two sides of exchanges, sinks.

May import ``engine.shuffle`` and what lies below it. Reached from ``engine.worker``.

Invariants: the same answer as record by record, in the same order; records are pulled, never pushed, and only as far as
the sink wants; the walk over steps is iterative and C calls nest at most ``chain.NESTED_MAX`` deep; what keeps records
keeps them within the workspace's memory; the record that failed can be found afterwards, at no cost to the loop.
"""
