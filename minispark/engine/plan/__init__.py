"""Lineage and its cutting into stage programs: values and pure walks over them.

May import ``engine.core``. Nodes are immutable and compare by identity; every walk is iterative, so a lineage 10,000
deep works; nothing here reads a file, a clock or the environment.
"""
