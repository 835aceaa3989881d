"""Analyzer: expressions of names and calls become typed ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from minispark.engine.core.values import replace
from minispark.errors import AnalysisException
from minispark.sql import types as t
from minispark.sql.analysis.calls import call, constant, no_such_function
from minispark.sql.analysis.fields import dropped, extracted, replaced
from minispark.sql.analysis.scope import BARE, OuterNeeded, Scope, around, quoted
from minispark.sql.analysis.telling import text_of, told
from minispark.sql.library import lookup
from minispark.sql.library.function import Settings
from minispark.sql.plan.expressions import (
    Alias,
    Apply,
    Attribute,
    ByRegex,
    Call,
    Cast,
    Expression,
    Field,
    LambdaFunction,
    Literal,
    MultiAlias,
    Name,
    Outer,
    Over,
    SortOrder,
    SqlText,
    Star,
    Subquery,
    WithField,
    WithoutFields,
    fresh_id,
    transform,
    walk,
)
from minispark.sql.plan.written import located, sited


class Analyzer:
    """A session's view on names: its settings, its functions, its way to read SQL and to find tables.

    functions: ``name -> (arguments -> Expression) | None``, the session's own; they come before Spark's.
    parse: SQL text of an expression -> Expression. subquery: analyses the query of a Subquery within a scope.
    variable: a session variable's value by its name, None where there is none.
    """

    def __init__(
        self,
        settings: Settings,
        functions: Callable[[str], Callable[..., Expression] | None],
        parse: Callable[[str], Expression],
        subquery: Callable[[Subquery, Scope, Analyzer], Subquery],
        variable: Callable[[tuple[str, ...]], Expression | None] = lambda parts: None,
    ) -> None:
        self.settings = settings
        self.functions = functions
        self.parse = parse
        self.subquery = subquery
        self.variable = variable

    def scope(self, attributes: Sequence[Attribute], outer: Scope | None = None) -> Scope:
        """A scope of these columns."""
        return Scope(attributes, around.get() if outer is None else outer, self.settings.case_sensitive)

    def resolve(self, expression: Expression, scope: Scope) -> Any:
        """The expression with types. Raises AnalysisException for what cannot be."""

        entered: list[Expression] = []  # those that are changed later, as they were written

        def before(one: Expression) -> Expression | None:
            if isinstance(one, (Cast, Field)):
                entered.append(one)
            try:
                made = self._taken(one, scope)
                return made if made is None or made is one else sited(made, one)
            except AnalysisException as error:
                raise located(error, one) from None

        def change(one: Expression) -> Expression:
            original = entered.pop() if isinstance(one, (Cast, Field)) else one
            try:
                made = self._changed(one)
                return made if made is one and one is original else sited(made, original)
            except AnalysisException as error:
                raise located(error, original) from None

        try:
            return transform(expression, change, before)
        except AnalysisException as error:
            if type(error) is AnalysisException and str(error.getCondition()).startswith("UNRESOLVED_COLUMN"):
                self._known_functions(expression)
            raise

    def _taken(self, one: Expression, scope: Scope) -> Expression | None:
        """What is resolved before what is inside of it; None for the rest."""
        if isinstance(one, SqlText):
            read: Expression = self.resolve(self.parse(one.text), scope)
            return read
        if isinstance(one, Subquery):
            return self._subquery(one, scope)
        if isinstance(one, Name):
            return self._name(one, scope)
        if isinstance(one, Apply):
            return self._apply(one, scope)
        if isinstance(one, Attribute):
            return self._attribute(one, scope)
        if isinstance(one, Over):
            return self._over(one, scope)
        if isinstance(one, Call):
            return one
        return None

    def _changed(self, one: Expression) -> Expression:
        """What is resolved once what is inside of it is."""
        if isinstance(one, Field):
            return extracted(self, one)
        if isinstance(one, Cast) and (not one.mode or one.mode == "try"):
            return self.cast(_of_default(one) if t.StringType.in_use else one)
        if isinstance(one, Literal):
            return _of_default(one) if t.StringType.in_use else one
        if isinstance(one, WithField):
            return replaced(self, one)
        if isinstance(one, WithoutFields):
            return dropped(self, one)
        if isinstance(one, (Star, LambdaFunction, MultiAlias)):
            raise AnalysisException(
                "'*', a lambda or several names for one column cannot stand here",
                "INVALID_USAGE_OF_STAR_OR_REGEX",
                {},
            )
        return one

    def _known_functions(self, expression: Expression) -> None:
        """Raise the error for a name that no function has: it comes before that for one that no column has."""
        for part in walk(expression):
            if not isinstance(part, Apply) or part.name == "lazy":
                continue
            if self.functions(part.name) is None and lookup(part.name) is None:
                raise no_such_function(part.name, self._database())

    def _database(self) -> str:
        """The current database."""
        found = self.functions("current_database")
        return "default" if found is None else str(getattr(found(), "item", "default"))

    def cast(self, one: Cast) -> Expression:
        """A cast in the session's mode. Raises AnalysisException for types that have no conversion."""
        from minispark.sql.library.castrules import castable, refused, result_type
        from minispark.sql.library.timeswitch import check_time

        source: t.DataType = one.child.dtype
        target = result_type(one.dtype)
        mode = one.mode or ("ansi" if self.settings.ansi else "legacy")
        if source == target:
            whole = one.given and isinstance(one.child, Literal) and isinstance(target, t.IntegralType)
            return Cast(one.child, target, mode) if whole else one.child  # beside decimals it is no constant
        if not castable(source, target, mode != "legacy"):
            raise told(refused(source, target, mode), one)
        check_time(target, self.settings.conf)
        return Cast(one.child, target, mode, one.given)

    def alias(self, expression: Expression, scope: Scope, name: str) -> Alias:
        """The resolved expression under a name, with an id."""
        return Alias(self.resolve(expression, scope), name, None, fresh_id())

    # --- names -------------------------------------------------------------------------------------------------------

    def _name(self, one: Name, scope: Scope) -> Expression:
        variable = scope.variable(one.parts[0])
        if variable is not None:
            return self.fields(variable, one.parts[1:])
        found = scope.find(one.parts)
        if found is not None:
            return self.fields(*found)
        around = None if scope.outer is None else scope.outer.find(one.parts)  # no further out: as Spark has it
        further = None if scope.outer is None or around is not None else scope.outer.outer
        if further is not None and further.parameters:
            around = further.find(one.parts)
        if around is not None:
            scope.used.append(around[0])
            return self.fields(Outer(around[0]), around[1])
        for count in range(len(one.parts), 0, -1):
            constant = self.variable(one.parts[:count])
            if constant is not None:
                return self.fields(constant, one.parts[count:])
        if len(one.parts) == 1:
            plain = BARE.get(one.parts[0].lower())
            if plain is not None:
                return self.call(Apply(plain), ())
        raise scope.missing(one.parts)

    def fields(self, base: Expression, parts: tuple[str, ...]) -> Expression:
        """A column's part: a field of a field of it. Raises AnalysisException where it has none."""
        for part in parts:
            base = extracted(self, Field(base, Literal(part, t.StringType()), dotted=True))
        return base

    def _attribute(self, one: Attribute, scope: Scope) -> Expression:
        if one.origin and scope.copies:
            self._told_apart(one, scope)
        if scope.holds(one.id):
            return one
        level = scope.outer
        while level is not None:
            if level.holds(one.id):
                scope.used.append(one)
                return Outer(one)
            level = level.outer
        same = any(scope.fold(each.name) == scope.fold(one.name) for each in scope.attributes)
        names = ", ".join(f'"{each.name}"' for each in scope.attributes)
        raise AnalysisException(
            f"the column {quoted((one.name,))} belongs to another DataFrame than the one it is used with, which has "
            f"{names or 'no columns'}; use a column of this one, or join the two first",
            f"MISSING_ATTRIBUTES.RESOLVED_ATTRIBUTE_{'APPEAR_IN_OPERATION' if same else 'MISSING_FROM_INPUT'}",
            {"missingAttributes": f'"{one.name}"', "input": names, **({"operation": f'"{one.name}"'} if same else {})},
        )

    def _told_apart(self, one: Attribute, scope: Scope) -> None:
        from minispark.sql.analysis.origins import check

        fail = self.settings.conf("spark.sql.analyzer.failAmbiguousSelfJoin") or "true"
        if str(fail).lower() != "false":
            check(one, scope)

    # --- calls -------------------------------------------------------------------------------------------------------

    def _apply(self, one: Apply, scope: Scope) -> Expression:
        from minispark.sql.analysis.stars import expanded_arguments

        if one.name == "lazy":
            return self._of_outer(one.args[0], scope)
        one = expanded_arguments(self, one, scope)
        if not _is_plain(one):
            args: list[Any] = [arg if isinstance(arg, LambdaFunction) else self.resolve(arg, scope) for arg in one.args]
            within = tuple(self.resolve(order, scope) for order in one.within)
            where = None if one.where is None else self.resolve(one.where, scope)
            return self.call(one, args, scope, where, within)
        return self._chained(one, scope)

    def _of_outer(self, one: Expression, scope: Scope) -> Expression:
        """An expression of columns of this query or those around it, of which some may come later."""
        try:
            found: Expression = self.resolve(one, scope)
        except AnalysisException as error:
            if not str(error.getCondition()).startswith(("UNRESOLVED_COLUMN", "MISSING_ATTRIBUTES")):
                raise
            raise OuterNeeded(error) from None
        return found

    def _chained(self, one: Apply, scope: Scope) -> Expression:
        """Calls of calls without recursion, so that it is no matter how long sums are, or how deep CASE is nested."""
        done: list[Expression] = []
        waiting: list[tuple[Expression, bool]] = [(one, False)]
        while waiting:
            link, entered = waiting.pop()
            if entered:
                assert isinstance(link, Apply)
                count = len(link.args)
                args = done[len(done) - count :]
                del done[len(done) - count :]
                try:
                    done.append(sited(self.call(link, args, scope), link))
                except AnalysisException as error:
                    raise located(error, link) from None
            elif isinstance(link, Apply) and _is_plain(link) and (link is one or not _expands(link)):
                waiting.append((link, True))
                waiting += [(arg, False) for arg in reversed(link.args)]
            else:
                done.append(self.resolve(link, scope))
        return done[0]

    def call(
        self,
        one: Apply,
        args: Sequence[Any],
        scope: Scope | None = None,
        where: Any = None,
        within: tuple[Expression, ...] = (),
    ) -> Expression:
        """A function of resolved arguments (lambdas excepted)."""
        if any(map(is_generator, args)):
            raise AnalysisException(
                "a generator such as explode must be a column of its own, not a part of one; compute it first",
                "UNSUPPORTED_GENERATOR.NESTED_IN_EXPRESSIONS",
                {"expression": text_of(one)},
            )
        own = self.functions(one.name)
        if own is not None:
            return own(*args, names=one.names) if one.names else own(*args)
        function = lookup(one.name)
        if function is None:
            raise no_such_function(one.name, self._database())
        return call(self, function, one, args, scope, where, within)

    def _over(self, one: Over, scope: Scope) -> Expression:
        from minispark.sql.analysis.windows import window

        return window(self, one, scope)

    def _subquery(self, one: Subquery, scope: Scope) -> Expression:
        left = tuple(self.resolve(part, scope) for part in one.left)
        return self.subquery(Subquery(one.kind, one.plan, left), scope, self)


def _of_default(one: Any) -> Any:
    """A constant or a cast of no collation, in a query that says one for all."""
    from minispark.sql.analysis.defaultcollation import default_type

    default = default_type()
    return one if default is None or one.dtype != t.StringType() else replace(one, dtype=default)


def _is_plain(one: Apply) -> bool:
    """Whether a call has nothing but arguments that are expressions."""
    return not (one.within or one.where is not None or any(isinstance(arg, LambdaFunction) for arg in one.args))


def _expands(one: Apply) -> bool:
    """Whether a call's arguments may be others than are written."""
    return one.name == "lazy" or any(isinstance(arg, (Star, ByRegex, SqlText)) for arg in one.args)


def is_aggregate(one: Expression) -> bool:
    """Whether a resolved node is an aggregate function's call."""
    return isinstance(one, Call) and one.function.kind == "aggregate"


def is_generator(one: Expression) -> bool:
    """Whether a resolved node is a generator's call."""
    return isinstance(one, Call) and one.function.kind == "generator"


__all__ = ["Analyzer", "SortOrder", "constant", "is_aggregate", "is_generator"]
