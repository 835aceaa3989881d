"""New names for all columns of a query: ``AS t(a, b)``, ``WITH t(a, b)``."""

from __future__ import annotations

from collections.abc import Sequence

from minispark.errors import AnalysisException
from minispark.sql.parsing import syntax as s
from minispark.sql.plan.expressions import Alias, fresh_id
from minispark.sql.plan.nodes import Node, project


def named_columns(made: Node, names: Sequence[str], function: s.TableFunction | None = None) -> Node:
    """The plan with other names for all its columns. Raises AnalysisException for another number of names."""
    if len(names) != len(made.output):
        if function is not None:
            raise AnalysisException(
                f"`{function.name}` gives {len(made.output)} column(s), and there are {len(names)} names for them",
                "NUM_TABLE_VALUE_ALIASES_MISMATCH",
                {"funcName": f"`{function.name}`", "aliasesNum": str(len(names)), "outColsNum": str(len(made.output))},
            )
        raise AnalysisException(
            f"{len(names)} names ({', '.join(names)}) are given to {len(made.output)} columns "
            f"({', '.join(one.name for one in made.output)}); name each column once", "ASSIGNMENT_ARITY_MISMATCH",
            {"numTarget": str(len(made.output)), "numExpr": str(len(names))},
        )  # fmt: skip
    items = tuple(Alias(one, name, None, fresh_id()) for one, name in zip(made.output, names, strict=True))
    return project(made, items)
