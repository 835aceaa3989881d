"""Java's StrictMath over numpy's doubles, bit for bit: the algorithms of Sun's fdlibm 5.3, which it is defined by.

fdlibm is defined by its operations, each of which rounds: constants and the order of operations are its own. Functions
here take arrays without nulls and give arrays; ``columns`` makes exact functions for the table of them. Where fdlibm
branches, the pieces of an array are computed apart (``pieces.py``).
"""
