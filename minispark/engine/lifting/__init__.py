"""Simple functions of integers and of lines, understood from their bytecode and run a column at a time.

May import ``plan`` and ``core``; numpy is loaded with ``columns`` alone, pyarrow with ``text``. A function is lifted
only if the columns are provably equal to what calling it would give, in value and type: integers that may leave 64
bits, a division that may be by zero, a name that could mean something else, anything unknown, and it is called as ever.
"""
