"""Analysis: from what the user wrote to resolved plans, with Spark's rules, one operator at a time.

May import ``plan``, ``library``, ``types``. ``Analyzer`` holds a session's settings and ways to find tables and
functions; ``relations`` and its neighbours build each operator: they take a resolved child and unresolved
expressions, and give a resolved node or raise AnalysisException. The facade and SQL call the same builders.
Invariants: the attributes in a node's expressions are in its children's outputs (or, as ``Outer``, in those of a query
around it); ids are unique in a plan.
"""
