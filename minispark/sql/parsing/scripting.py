"""Scripts: BEGIN ... END with variables, conditions, loops and handlers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from minispark.errors import AnalysisException, Py4JJavaError
from minispark.sql.parsing import commands as c
from minispark.sql.parsing import scripts as x
from minispark.sql.parsing import syntax as s
from minispark.sql.parsing.clauses import ClauseParser
from minispark.sql.parsing.tokens import END, WORD, Token
from minispark.sql.plan.expressions import Apply, Expression

_LABELLED = ("BEGIN", "WHILE", "REPEAT", "LOOP", "FOR")


class ScriptParser(ClauseParser):
    """Reads a script. ``inner`` parses one statement of it: a text, padded so that errors have their place."""

    inner: Callable[[str, Any], Any]

    def script(self) -> x.Block:
        """The whole text as a script."""
        self._labels: list[tuple[str, bool]] = []
        self.expect("BEGIN")
        if self.accept("NOT"):
            self.expect("ATOMIC")
        found = self._block(None)
        self.accept(";")
        if self.token.kind != END:
            self.fail(f"extra input '{self.token.text}'")
        return found

    # --- blocks ------------------------------------------------------------------------------------------------------

    def _block(self, label: str | None) -> x.Block:
        """What stands after BEGIN, END included."""
        handlers: list[x.Handler] = []
        named: dict[str, str | None] = {}
        body: list[Any] = []
        plain = False
        while not self._at_end():
            start = self.token
            if self.at("DECLARE"):
                kind = self._declared_kind()
                if kind == "handler":
                    self._early(plain, start, "INVALID_HANDLER_DECLARATION.WRONG_PLACE_OF_DECLARATION", {})
                    handlers.append(self._handler(named, handlers, start))
                elif kind == "condition":
                    self._condition(named, plain or bool(handlers), start)
                else:
                    step = self._statement()
                    self._local_variable(step.statement, plain or bool(handlers), start)
                    body.append(step)
            else:
                plain = True
                body.append(self._step())
            self._closed()
        self.expect("END")
        return x.Block(label, tuple(body), tuple(handlers))

    def _early(self, late: bool, start: Token, condition: str, parameters: dict[str, str]) -> None:
        if late:
            raise self._wrong(start, condition, "it stands too late in its block", parameters)

    def _local_variable(self, declared: c.Declare, late: bool, start: Token) -> None:
        name = ".".join(f"`{part}`" for part in declared.names[0])
        if len(declared.names[0]) > 1:
            raise AnalysisException(
                f"the local variable {name} takes no qualifier",
                "INVALID_VARIABLE_DECLARATION.QUALIFIED_LOCAL_VARIABLE", {"varName": name},
            )  # fmt: skip
        if declared.replace:
            raise AnalysisException(
                f"the local variable {name} takes no OR REPLACE",
                "INVALID_VARIABLE_DECLARATION.REPLACE_LOCAL_VARIABLE", {"varName": name},
            )  # fmt: skip
        self._early(late, start, "INVALID_VARIABLE_DECLARATION.ONLY_AT_BEGINNING", {"varName": name})

    def _declared_kind(self) -> str:
        if self.ahead().key in ("EXIT", "CONTINUE") and self.ahead(2).key == "HANDLER":
            return "handler"
        place = 1
        while self.ahead(place).kind in (WORD, "quoted") and self.ahead(place + 1).key == ".":
            place += 2
        return "condition" if self.ahead(place + 1).key == "CONDITION" else "variable"

    def _condition(self, named: dict[str, str | None], late: bool, start: Token) -> None:
        self.expect("DECLARE")
        parts = self.parts()
        name = parts[-1].upper()
        self.expect("CONDITION")
        shown = {"conditionName": f"`{parts[-1]}`"}
        self._early(late, start, "INVALID_ERROR_CONDITION_DECLARATION.NOT_AT_START_OF_COMPOUND_STATEMENT", shown)
        if len(parts) > 1:
            raise self._wrong(
                start, "INVALID_ERROR_CONDITION_DECLARATION.QUALIFIED_CONDITION_NAME", "it takes no qualifier", shown
            )
        if name in named:
            raise self._wrong(start, "DUPLICATE_CONDITION_IN_SCOPE", "it is there already", {"condition": name})
        named[name] = self._state() if self.accept("FOR", "SQLSTATE") else "45000"

    def _state(self) -> str:
        start = self.token
        self.accept("VALUE")
        text = self.string().upper()
        if len(text) != 5 or not text.isalnum() or not text.isascii() or text[:2] in ("00", "01", "XX"):
            raise self._wrong(start, "INVALID_SQLSTATE", f"{text!r} is no SQLSTATE", {"sqlState": text})
        return text

    def _handler(self, named: dict[str, str | None], others: list[x.Handler], start: Token) -> x.Handler:
        self.expect("DECLARE")
        if self.expect_any("EXIT", "CONTINUE") == "CONTINUE":
            raise self._wrong(start, "UNSUPPORTED_FEATURE.CONTINUE_EXCEPTION_HANDLER", "use an EXIT handler", {})
        self.expect("HANDLER", "FOR")
        names: list[str] = []
        states: list[str] = []
        any_error = not_found = False
        while True:
            if self.accept("SQLEXCEPTION"):
                any_error = True
            elif self.accept("NOT", "FOUND"):
                not_found = True
            elif self.accept("SQLSTATE"):
                states.append(self._once(self._state(), states, others, start, "SQLSTATE"))
            else:
                names.append(self._once(".".join(self.parts()).upper(), names, others, start, "CONDITION"))
            if not self.accept(","):
                break
        if (any_error or not_found) and (len(names) + len(states) or any_error and not_found):
            raise self._wrong(
                start, "INVALID_HANDLER_DECLARATION.INVALID_CONDITION_COMBINATION",
                "SQLEXCEPTION and NOT FOUND stand alone", {},
            )  # fmt: skip
        body = self._block(None) if self.accept("BEGIN") else x.Block(None, (self._statement(),))
        return x.Handler(tuple(names), tuple(states), any_error, not_found, body)

    def _once(self, item: str, own: list[str], others: list[x.Handler], start: Token, kind: str) -> str:
        key = "condition" if kind == "CONDITION" else "sqlState"
        if item in own:
            raise self._wrong(
                start, f"INVALID_HANDLER_DECLARATION.DUPLICATE_{kind}_IN_HANDLER_DECLARATION", f"{item} is there twice",
                {key: item},
            )  # fmt: skip
        if any(item in (one.conditions if kind == "CONDITION" else one.states) for one in others):
            raise self._wrong(
                start, f"DUPLICATE_EXCEPTION_HANDLER.{kind}", f"{item} has a handler already", {key: item}
            )
        return item

    def _at_end(self) -> bool:
        return self.at("END") or self.token.kind == END

    def _closed(self) -> None:
        if not self.accept(";"):
            self.fail()

    def _wrong(self, start: Token, condition: str, why: str, parameters: dict[str, str]) -> Py4JJavaError:
        """Spark's ``SqlScriptingException``, which PySpark gives as it comes from the JVM."""
        line = self.text.count("\n", 0, start.start) + 1
        return Py4JJavaError(f"{{LINE:{line}}} the script is not valid: {why}", condition, parameters)

    # --- steps -------------------------------------------------------------------------------------------------------

    def _steps(self, *ends: str) -> x.Body:
        """Statements up to one of these words."""
        found = []
        while not self.at_any(*ends) and self.token.kind != END:
            if self.at("DECLARE"):
                start = self.token
                step = self._statement()
                if isinstance(step.statement, c.Declare):
                    name = f"`{step.statement.names[0][-1]}`"
                    raise self._wrong(
                        start, "INVALID_VARIABLE_DECLARATION.NOT_ALLOWED_IN_SCOPE", f"{name} needs a block",
                        {"varName": name},
                    )  # fmt: skip
            found.append(self._step())
            self._closed()
        return tuple(found)

    def _step(self) -> Any:
        label = None
        start = self.token
        if self.at_name() and self.ahead().key == ":" and self.ahead(2).key in _LABELLED:
            label = self.name().lower()
            self.expect(":")
            if any(label == one for one, _ in self._labels):
                raise self._wrong(
                    start, "LABEL_ALREADY_EXISTS", f"{label} is around it already", {"label": f"`{label}`"}
                )
        found = self._labelled(label, start)
        if found is not None:
            return found
        if self.accept("IF"):
            return self._if()
        if self.at("CASE"):
            return self._case_steps()
        if self.at_any("LEAVE", "ITERATE") and self.ahead().kind in (WORD, "quoted"):
            return self._jump(start)
        return self._statement()

    def _labelled(self, label: str | None, start: Token) -> Any:
        key = self.token.key
        if key == "BEGIN":
            self.next()
            return self._within(label, False, lambda: self._block(label), start, ())
        if key == "WHILE":
            self.next()
            condition, text = self._condition_of()
            self.expect("DO")
            return self._within(
                label, True, lambda: x.While(label, condition, text, self._steps("END")), start, ("WHILE",)
            )
        if key == "REPEAT" and self.ahead().key != "(":
            self.next()
            return self._within(label, True, lambda: self._repeat(label), start, ("REPEAT",))
        if key == "LOOP":
            self.next()
            return self._within(label, True, lambda: x.While(label, None, "", self._steps("END")), start, ("LOOP",))
        if key == "FOR":
            self.next()
            return self._for(label, start)
        return None

    def _within(
        self, label: str | None, loop: bool, read: Callable[[], Any], start: Token, ends: tuple[str, ...]
    ) -> Any:
        """A labelled part with the label that follows its END."""
        if label is not None:
            self._labels.append((label, loop))
        found = read()
        if ends:
            self.expect("END", *ends)
        if label is not None:
            self._labels.pop()
        if self.at_name() and not self.at(";"):
            end = self.name().lower()
            if label is None:
                raise self._wrong(
                    start, "END_LABEL_WITHOUT_BEGIN_LABEL", f"{end} stands at an end only", {"endLabel": f"`{end}`"}
                )
            if end != label:
                raise self._wrong(
                    start, "LABELS_MISMATCH", f"{label} ends as {end}",
                    {"beginLabel": f"`{label}`", "endLabel": f"`{end}`"},
                )  # fmt: skip
        return found

    def _repeat(self, label: str | None) -> x.While:
        body = self._steps("UNTIL")
        self.expect("UNTIL")
        condition, text = self._condition_of()
        return x.While(label, condition, text, body, until=True)

    def _for(self, label: str | None, start: Token) -> Any:
        name = None
        if self.at_name() and self.ahead().key == "AS":
            name = self.name().lower()
            self.next()
        depth, place = 0, self.place
        while self.tokens[place].kind != END and (depth or self.tokens[place].key != "DO"):
            depth += {"(": 1, ")": -1}.get(self.tokens[place].key, 0)
            place += 1
        query = self._part(self.tokens[place])
        self.place = place
        self.expect("DO")
        return self._within(label, True, lambda: x.For(label, name, query, self._steps("END")), start, ("FOR",))

    def _if(self) -> x.If:
        branches = []
        otherwise: x.Body = ()
        while True:
            condition, text = self._condition_of()
            self.expect("THEN")
            branches.append((condition, text, self._steps("ELSEIF", "ELSE", "END")))
            if not self.accept("ELSEIF"):
                break
        if self.accept("ELSE"):
            otherwise = self._steps("END")
        self.expect("END", "IF")
        return x.If(tuple(branches), otherwise)

    def _case_steps(self) -> x.If:
        self.expect("CASE")
        subject = None if self.at("WHEN") else self.expression()
        branches = []
        while self.accept("WHEN"):
            condition, text = self._condition_of()
            if subject is not None:
                condition = Apply("=", (subject, condition))
            self.expect("THEN")
            branches.append((condition, text, self._steps("WHEN", "ELSE", "END")))
        otherwise = self._steps("END") if self.accept("ELSE") else ()
        self.expect("END", "CASE")
        return x.If(tuple(branches), otherwise)

    def _condition_of(self) -> tuple[Expression, str]:
        start = self.token
        found = self.expression()
        return found, self.since(start)

    def _jump(self, start: Token) -> x.Jump:
        again = self.next().key == "ITERATE"
        label = self.name().lower()
        loop = next((loop for one, loop in reversed(self._labels) if one == label), None)
        if loop is None or (again and not loop):
            kind = "DOES_NOT_EXIST" if loop is None else "ITERATE_IN_COMPOUND"
            raise self._wrong(
                start, f"INVALID_LABEL_USAGE.{kind}", f"there is no loop {label} around it",
                {"labelName": label.upper(), "statementType": "ITERATE" if again else "LEAVE"},
            )  # fmt: skip
        return x.Jump(label, again)

    # --- statements --------------------------------------------------------------------------------------------------

    def _statement(self) -> x.Step:
        place = self.place
        while self.tokens[place].key != ";" and self.tokens[place].kind != END:
            place += 1
        start = self.token
        if self.tokens[place].kind == END:
            self._unfinished(place)
        if start.key == "SET":
            statement = self._assignment_of(self.tokens[place])
        else:
            statement = self._part(self.tokens[place])
        self.place = place
        if isinstance(statement, c.Drop) and statement.kind == "variable":
            raise AnalysisException(
                "DROP TEMPORARY VARIABLE is not for scripts; EXECUTE IMMEDIATE does it for those of the session",
                "UNSUPPORTED_FEATURE.SQL_SCRIPTING_DROP_TEMPORARY_VARIABLE", {},
            )  # fmt: skip
        query = type(statement).__module__ in (s.__name__, "minispark.sql.parsing.transforming")
        is_query = query or (isinstance(statement, c.Execute) and not statement.into)
        return x.Step(statement, is_query)

    def _unfinished(self, place: int) -> None:
        """A statement without its semicolon: the error is at the text's end, or where the statement is wrong."""
        self.place = place
        self.fail()

    def _part(self, end: Token) -> Any:
        """The statement between the place and a token."""
        text = self.text[self.token.start : end.start]
        before = "".join(letter if letter == "\n" else " " for letter in self.text[: self.token.start])
        return type(self).inner(before + text, self.settings)

    def _assignment_of(self, end: Token) -> Any:
        """SET of variables: other settings are not for scripts."""
        where = self.token.start
        before = "".join(letter if letter == "\n" else " " for letter in self.text[:where])
        text = self.text[where : end.start]
        if self.ahead().key in ("VAR", "VARIABLE") and self.ahead(2).kind in (WORD, "quoted"):
            self.place += 2
            self.fail(f"extra input '{self.token.text}'")
        return type(self).inner(f"{before}SET VAR{text[3:]}", self.settings)
