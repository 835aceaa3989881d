"""Who runs a program's work: worker processes or the calling thread, behind one protocol (``base.Executor``).

Executors start workers, move opaque messages and tell how workers ended. They know nothing of tasks, stages or blocks:
what a worker does is a *program*, a class named by an import string, so nothing here imports ``engine.worker``.

May import: ``engine.core`` and the standard library. Reached from: ``engine.runtime``.

Invariants:

* Per worker: ``Started`` at most once and first, then its messages in order, then exactly one ``Exited``, last.
* Everything a worker sent whole before it died is delivered before its ``Exited``; a torn message is dropped.
* Workers share nothing with each other: one socket each, every other descriptor closed.
* The user's process is never forked, and its ``__main__`` is never imported or run.
* No worker outlives the driver, however the driver ends; after ``close()`` no process is left.
* All that depends on the operating system is in ``interpreter.py``, ``lifeline.py`` and ``descriptors.py``.
"""
