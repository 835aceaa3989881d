"""Records and functions to bytes and back: exact codecs for batches, closures by value, exceptions as data.

May import ``engine.core``. Invariants: ``decode(encode(x))`` equals ``x`` in every value and type at every depth; the
codec is chosen by looking at types, never by trying and hoping; what cannot travel is an error with the path to it.
Bytes given to ``decode`` or ``loads`` must have been authenticated by the caller: they can hold pickles.
"""
