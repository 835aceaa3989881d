"""Blocks on disk: authenticated files that appear by one rename, files that vanish with their holder, directories.

May import ``engine.serde`` and what lies below it; in fact it needs only ``engine.core``. Invariants: a block file is
either whole under its final name or not there; every byte is verified against the context's key before it is handed
out; a spill file has no name, so nothing is left of it however its process ends; open descriptors are bounded.
"""
