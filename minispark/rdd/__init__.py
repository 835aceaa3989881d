"""What users hold: contexts, RDDs by family of methods, settings, shared variables, under PySpark's names.

May import all of ``engine``; nothing of the engine imports it. Invariants: names, arguments, defaults and answers are
PySpark's; a transformation makes a node and computes nothing; only nodes and user functions ever travel to a worker.
"""
