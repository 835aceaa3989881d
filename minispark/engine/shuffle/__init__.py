"""The two sides of a shuffle: writers prepare a map task's records, merges give a reducer's records back.

May import ``engine.storage``, ``engine.serde``, ``engine.plan`` and ``engine.core``. Invariants: a map task's chunks
carry pairs as columns, groups, or bare records, in the order written; chunks are read in map order, so a recomputation
merges in the same order; memory pressure changes how often chunks are cut and whether data passes through spill files,
never a result; what a user's function raises passes through unchanged.
"""
