"""Decides what runs where, as a pure state machine: events in, effects out; nothing here acts.

May import ``engine.core`` and ``engine.plan``, and of the standard library only what holds or shapes data: no clock,
randomness, files, processes, threads or logging. ``now`` is an argument.

Invariants (``invariants.py`` checks them in tests after every event: in full, or, in long simulations,
their counts each time and in full at least every sixteenth):

* one registered output a map partition; a task is launched only while all its inputs are registered;
* a stage is unfinished exactly while something unfinished reads it;
* no ready worker is idle while a task could run; a queue is at most ``queue_depth_max`` long;
* when nothing runs, every collection that belongs to a run is empty; registered outputs stay.

``machine.py`` is the door; behind it ``demand.py`` decides which stages must run, ``dispatch.py`` which worker runs
which task, ``settlement.py`` what an outcome means, ``recovery.py`` what a lost or changed output means. They share
the ``Books``.
"""
