"""``spark.sql``: statements carried out. Queries become DataFrames; commands run at once and give their result as one.

May import everything of ``minispark.sql``; the session imports it when a statement is run. Invariants: a command is a
value of ``parsing/commands.py``, and one function here carries it out, found by its type in ``COMMANDS`` of its module.
"""
