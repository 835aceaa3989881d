"""What FROM names, as plans: tables, functions, queries, joins, samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException, ParseException
from minispark.sql.analysis import joins, relations
from minispark.sql.analysis.generators import generator_columns
from minispark.sql.analysis.laterals import exploded
from minispark.sql.analysis.resolver import is_generator
from minispark.sql.analysis.routineuses import refuse_routines
from minispark.sql.library import lookup
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.fixedtables import fixed_table
from minispark.sql.parsing.renaming import named_columns
from minispark.sql.parsing.reshaping import pivoted, unpivoted
from minispark.sql.plan.expressions import Apply, Call, Expression, MultiAlias, Outer, Subquery, find, fresh_id, holds
from minispark.sql.plan.nodes import (
    Aggregate,
    Filter,
    Generate,
    Join,
    Local,
    Named,
    Node,
    Numbers,
    OneRow,
    Project,
    Sample,
    walk_plan,
)
from minispark.sql.plan.written import located

if TYPE_CHECKING:
    from minispark.sql.analysis.scope import Scope
    from minispark.sql.parsing.planning import Planner


def _table(planner: Planner, table: s.Table, outer: Scope | None) -> Node:
    if len(table.parts) == 1:
        known = planner.ctes.get(planner.analyzer.scope(()).fold(table.parts[0]))
        if known is not None:
            return planner.anew(known)
    if table.temporal:
        raise AnalysisException(
            f"tables here keep no older states: {'.'.join(table.parts)} cannot be read AS OF",
            "UNSUPPORTED_FEATURE.TIME_TRAVEL", {"relationId": ".".join(table.parts)},
        )  # fmt: skip
    try:
        return planner.anew(planner.find(table.parts, dict(table.options)))
    except AnalysisException as error:
        raise located(error, table) from None


def _aliased(planner: Planner, aliased: s.Aliased, outer: Scope | None) -> Node:
    bare = aliased.name is None and isinstance(aliased.relation, (s.Joined, s.Table, s.Aliased))
    made = planner.source(aliased.relation, outer) if bare else planner.plan(aliased.relation, outer)
    if aliased.columns and isinstance(aliased.relation, s.Values) and len(aliased.columns) != len(made.output):
        raise ParseException(
            f"the inline table has {len(made.output)} columns, and there are {len(aliased.columns)} names for them",
            "INVALID_INLINE_TABLE.NUM_COLUMNS_MISMATCH",
            {
                "expectedNumCols": str(len(aliased.columns)), "actualNumCols": str(len(made.output)),
                "rowIndex": "0",
            },
        )  # fmt: skip
    if aliased.columns:
        function = aliased.relation if isinstance(aliased.relation, s.TableFunction) else None
        made = named_columns(made, aliased.columns, function)
    if aliased.name is None:
        return made if bare else relations.alias(made, ())
    return relations.alias(made, aliased.name)


def _stepped(planner: Planner, stepped: s.Stepped, outer: Scope | None) -> Node:
    made = planner.plan(stepped.relation, outer)
    return Named(made, (), made.output)


def _lateral(planner: Planner, lateral: s.Lateral, outer: Scope | None) -> Node:
    return planner.plan(lateral.relation, outer)


def _joined(planner: Planner, joined: s.Joined, outer: Scope | None) -> Node:
    analyzer = planner.analyzer
    left = planner.source(joined.left, outer)
    lateral = isinstance(_bare(joined.right), s.Lateral)
    right = planner.source(joined.right, analyzer.scope(left.output, outer) if lateral else outer)
    if lateral and not all(map(_deterministic, walk_plan(right))) and not _is_one_row(left):
        raise AnalysisException(
            "a lateral query cannot have values that are others each time, such as rand()",
            "UNSUPPORTED_SUBQUERY_EXPRESSION_CATEGORY.NON_DETERMINISTIC_LATERAL_SUBQUERIES",
            {"treeNode": "LateralJoin"},
        )
    plain = lateral and not joined.natural and joined.using is None and joined.condition is None
    generated = exploded(left, right, joined.kind == "left") if plain else None
    if generated is not None:
        return generated
    made: Any
    if joined.natural:
        made = joins.join_using(analyzer, left, right, joined.kind, joins.natural_names(analyzer, left, right))
    elif joined.using is not None:
        made = joins.join_using(analyzer, left, right, joined.kind, joined.using)
    else:
        made = joins.join(analyzer, left, right, joined.kind, joined.condition, outer=outer)
    if lateral:
        made = (
            replace(made, lateral=True)
            if isinstance(made, Join)
            else replace(made, child=replace(made.child, lateral=True))
        )
    node: Node = made
    return node


def _is_one_row(node: Any) -> bool:
    """Whether there is at most one row for sure."""
    while isinstance(node, (Project, Named, Filter)):
        node = node.child
    few = isinstance(node, Local) and node.rows is not None and node.rows <= 1
    return few or isinstance(node, OneRow) or (isinstance(node, Aggregate) and not node.keys)


def _deterministic(node: Node) -> bool:
    return all(call.function.deterministic for one in node.expressions for call in find(one, Call))


def _bare(relation: Any) -> Any:
    while isinstance(relation, s.Aliased):
        relation = relation.relation
    return relation


def lateral_view(planner: Planner, child: Node, view: s.LateralView, outer: Scope | None) -> Node:
    """LATERAL VIEW: the child's rows with those of a generator. Raises AnalysisException for another function."""
    refuse_routines(planner.analyzer, (view.generator,), "Generate")
    generator = _generator(planner, view.generator, planner.analyzer.scope(child.output, outer))
    made = generator_columns(generator, view.columns)
    qualifier = (view.table,) if view.table else ()
    made = tuple(replace(one, qualifier=qualifier, nullable=one.nullable or view.outer) for one in made)
    keep = view.outer or generator.name.endswith("_outer")
    return Generate(child, generator, keep, made, (*child.output, *made))


def _generator(planner: Planner, call: Any, scope: Scope) -> Any:
    found = planner.analyzer.resolve(call.child if isinstance(call, MultiAlias) else call, scope)
    if not is_generator(found):
        raise AnalysisException(
            f"{getattr(call, 'name', call)} gives no rows; LATERAL VIEW needs a generator such as explode",
            "UNSUPPORTED_GENERATOR.NOT_GENERATOR",
            {"functionName": f"`{getattr(call, 'name', '')}`", "classCanonicalName": ""},
        )
    return found


# --- functions -------------------------------------------------------------------------------------------------------


def _function(planner: Planner, function: s.TableFunction, outer: Scope | None) -> Node:
    own = planner.functions(function.name, function, outer) if planner.functions is not None else None
    if own is not None:
        return own
    if function.name == "range":
        return _range(planner, function, outer)
    fixed = fixed_table(function.name, len(function.args), planner.analyzer.settings)
    if fixed is not None:
        return fixed
    known = lookup(function.name)
    if known is None or known.kind != "generator":
        shown = function.name
        if known is not None:
            raise AnalysisException(
                f"`{shown}` gives a value, no table: it stands in SELECT, not in FROM",
                "NOT_A_TABLE_FUNCTION", {"functionName": f"`{shown}`"},
            )  # fmt: skip
        raise AnalysisException(
            f"Could not resolve `{shown}` to a table-valued function; there are range and generators such as explode",
            "UNRESOLVABLE_TABLE_VALUED_FUNCTION", {"name": f"`{shown}`"},
        )  # fmt: skip
    tables = [place for place, arg in enumerate(function.args, 1) if not isinstance(arg, Expression)]
    if tables:
        raise AnalysisException(
            f"argument {tables[0]} of {function.name} must be a value, not a table",
            "DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE",
            {
                "inputSql": '"functiontablesubqueryargumentexpression()"', "inputType": '"STRUCT<>"',
                "paramIndex": str(tables[0]), "requiredType": '("ARRAY" or "MAP")',
                "sqlExpr": f'"{function.name}(functiontablesubqueryargumentexpression())"',
            },
        )  # fmt: skip
    call = Apply(function.name, function.args, names=function.names)
    generator = _generator(planner, call, planner.analyzer.scope((), outer))
    made = generator_columns(generator, ())
    return Generate(OneRow(), generator, function.name.endswith("_outer"), made, made)


def _range(planner: Planner, function: s.TableFunction, outer: Scope | None) -> Node:
    from minispark.sql import types as t
    from minispark.sql.library import kinds as k
    from minispark.sql.library.sides import ordinal
    from minispark.sql.parsing.organizing import constant_value
    from minispark.sql.plan.expressions import Attribute, Cast
    from minispark.sql.plan.labels import label

    if function.names:
        raise AnalysisException(
            "range takes its arguments by position: range(start, end, step, partitions)", "NON_FOLDABLE_ARGUMENT",
            {"funcName": "`range`", "paramName": str(function.names[0]), "paramType": '"BIGINT"'},
        )  # fmt: skip
    given: list[Any] = [None] * 4
    positional = list(function.args)
    places = [1] if len(positional) == 1 else [0, 1, 2, 3]
    if len(positional) > 4 or not positional:
        raise AnalysisException(
            f"range takes 1 to 4 arguments, and has {len(positional)}", "WRONG_NUM_ARGS.WITHOUT_SUGGESTION",
            {"functionName": "`range`", "expectedNum": "[1, 2, 3, 4]", "actualNum": str(len(positional))},
        )  # fmt: skip
    for place, arg in zip(places, positional, strict=False):
        given[place] = arg
    numbers: list[int | None] = []
    for arg in given:
        if arg is None:
            numbers.append(None)
            continue
        name = ("start", "end", "step", "numSlices")[len(numbers)]
        within = planner.analyzer.resolve(arg, planner.analyzer.scope((), outer))
        if not (k.is_numeric(within.dtype) or k.is_string(within.dtype) or isinstance(within.dtype, t.NullType)):
            which = ordinal(len(numbers) + 1)
            raise AnalysisException(
                f"the {which} argument of range is a number, not {within.dtype.simpleString()}",
                "UNEXPECTED_INPUT_TYPE",
                {
                    "functionName": "`range`", "paramIndex": which, "inputSql": f'"{label(arg)}"',
                    "inputType": f'"{within.dtype.simpleString().upper()}"', "requiredType": '"BIGINT"',
                },
            )  # fmt: skip
        resolved = relations.cast_to(planner.analyzer, within, t.LongType())
        if holds(resolved, Subquery, Outer):
            raise AnalysisException(
                f"range needs the {name} to be a constant, not a query", "NON_FOLDABLE_ARGUMENT",
                {"funcName": "`range`", "paramName": f"`{name}`", "paramType": '"BIGINT"'},
            )  # fmt: skip
        whole = isinstance(resolved, Cast) and isinstance(resolved.child.dtype, t.IntegralType)
        found = constant_value(planner, resolved.child if whole else resolved)
        if found is None:
            raise AnalysisException(
                "range needs whole numbers that are not null", "UNEXPECTED_INPUT_TYPE", {"functionName": "`range`"}
            )
        numbers.append(int(found))
    start, end, step, slices = numbers
    if step == 0:
        raise AnalysisException("the step of range must not be 0", "FAILED_FUNCTION_CALL", {"funcName": "`range`"})
    output = (Attribute("id", t.LongType(), False, fresh_id()),)
    return Numbers(start or 0, end or 0, 1 if step is None else step, slices, output)


# --- samples ---------------------------------------------------------------------------------------------------------


def _sampled(planner: Planner, sampled: s.Sampled, outer: Scope | None) -> Node:
    import random

    made = planner.source(sampled.relation, outer)
    if sampled.kind == "rows":
        from minispark.sql.parsing.organizing import row_count

        return relations.limit(made, row_count(planner, sampled.amount, "limit"))
    seed = sampled.seed if sampled.seed is not None else random.getrandbits(31)
    return Sample(made, 0.0, sampled.amount / 100, False, seed)


RELATIONS: dict[type, Callable[[Any, Any, Any], Node]] = {
    s.Table: _table, s.Aliased: _aliased, s.Stepped: _stepped, s.Lateral: _lateral, s.Joined: _joined,
    s.TableFunction: _function, s.Sampled: _sampled, s.Pivoted: pivoted, s.Unpivoted: unpivoted,
}  # fmt: skip
