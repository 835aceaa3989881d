"""What the engines' processes import: this folder is put on their path, so that ``programs`` is a package of its own.

It may import the standard library and, in the module that is named after it, one engine. So the same programs run on an
older revision of minispark, and on peers in whose environments there is no minispark.
"""
