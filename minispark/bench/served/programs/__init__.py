"""The programs that are measured, and one module for each engine that runs them.

``workloads``, ``features``, ``shuffles`` and ``narrow`` are written against PySpark's RDD API; ``plain`` has the
answers to all of them from plain Python. ``on_NAME`` starts an engine and says which programs it can express; ``serve``
is the process around it.

A program is a function that returns its answer, small and of what JSON can hold; or a generator, where something must
be there first that is not to be measured: it yields once when that is done, then its answer, and what follows is
clean-up.
"""
