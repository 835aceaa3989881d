"""Spark's SQL as text: tokens, expressions, queries and statements, and the plans that queries mean.

May import ``plan``, ``types``, ``library`` and ``analysis``. Invariants: reading a text is pure (``parse_expression``,
``parse_query`` and ``parse_statement`` need no session); a syntax error names its line and column and shows the place.
The grammar is Spark's own; it is read by recursive descent, see decisions/0019.
"""
