"""Files that others write and read: where they are, how they are packed, how records lie in them.

May import ``engine.storage`` and what lies below it; the column library only where a file needs it. Reached from
``engine.kernels`` and, for listing and committing files, from ``rdd``.

Invariants: a file that cannot be read as its name says is an error that names it; what Hadoop writes is read, and the
reverse, byte for byte where a format has only one encoding.
"""
