"""Python values <-> columns, by type: what goes into a query, what comes out, and how it prints.

May import ``sql.types`` and what lies below it; pyarrow, numpy and pandas inside of functions only. Invariant: a column
of a type has the one physical form of ``arrow_type``, which is also the form in DuckDB and in exact functions
(docs/decisions/0018-dataframes.md); every way in makes that form, every way out starts from it.
"""
