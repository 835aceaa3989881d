"""Reading and writing: files of Spark's formats, partitions in directories, and the tables and views of a catalog.

May import ``convert``, ``exact``, ``plan``, ``types`` and the engine's ``formats``; knows neither DataFrames nor
sessions, which hand over their settings. Invariants: a source gives exactly the values that Spark reads, or raises
Spark's error; files appear at once and whole, by rename; what a failed write leaves behind is nothing. Adding a format:
a module in ``formats/`` with the functions of its protocol, and its line in ``formats/__init__.py``.
"""
