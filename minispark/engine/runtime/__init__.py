"""The wiring of one context, and the only place where effects happen: session, driver loop, files, clean-up.

May import all of ``engine``. Reached from ``minispark.rdd``.

Invariants: one thread owns the scheduler and the executor, every other only queues requests; a job's waiter gets its
end exactly once; a context's files lie in directories of its own, and are gone when it has stopped.
"""
