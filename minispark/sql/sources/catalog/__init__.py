"""What names mean: databases, tables, views and functions; those that last are small files of the warehouse directory.

``Catalog`` is a session's; ``model`` has its values, ``store`` the files, ``partitions`` what lies in a table's
directories.
"""

from __future__ import annotations

from minispark.sql.sources.catalog.catalog import Catalog
from minispark.sql.sources.catalog.model import Buckets, Database, StoredFunction, Table, TempView

__all__ = ["Buckets", "Catalog", "Database", "StoredFunction", "Table", "TempView"]
