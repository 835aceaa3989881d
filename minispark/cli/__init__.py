"""The command ``minispark``, for people at a terminal: demo, run, simulate, replay and bench.

May import everything; nothing imports it. Each command is one module with a ``run(arguments) -> exit code``; a user's
mistake is one line on stderr and exit code 2, never a traceback. What a command computes it computes through the
public API, as a user's own program would.
"""
