"""Inside a worker: take stages and tasks, run them one after another, tell how each ended.

May import ``engine.kernels`` and what lies below it; an executor finds it by its import string. Invariants: every task
is answered by exactly one outcome, whatever the user's function does; an attempt's output is committed whole or not at
all.
"""
