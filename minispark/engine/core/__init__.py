"""What every layer speaks of: errors, settings, outcomes of tasks, units, and cheap value classes.

May import the standard library only. Invariants: values are immutable and compare by content; every error that the
engine raises on its own account is here, below a class that says whose fault it is.
"""
