"""Kept rows: what ``cache``, ``persist``, CACHE TABLE and ``checkpoint`` have a context hold.

``plans`` knows which plans of a session are kept, ``store`` holds the rows of one, ``intake`` takes them in batch by
batch, ``files`` writes and maps those that go to disk, ``memory`` bounds what the others take. Invariants: rows that do
not fit are never whole in memory; nobody's rows go away while a query reads them; what cannot be kept is computed.
"""

from minispark.sql.keeping.memory import forget_memory
from minispark.sql.keeping.plans import KeptPlans
from minispark.sql.keeping.store import NotKept, Store

__all__ = ["KeptPlans", "NotKept", "Store", "forget_memory"]
