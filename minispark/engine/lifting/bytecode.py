"""From a function's bytecode to the expression it computes, by running it on symbols instead of values.

Both ways of a branch are followed, so that conditions, ``and``, ``or`` and early returns become choices. Whatever is
not known for certain gives None: a call, a loop, an attribute, an instruction of a later Python.
"""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import FunctionType
from typing import Any

from minispark.engine.lifting.expressions import (
    ARITHMETIC,
    COMPARISONS,
    INT64_MAX,
    Arithmetic,
    Choice,
    Comparison,
    Expression,
    Negation,
    Number,
    Truth,
    is_number,
    truth_of,
)

Record = Expression | tuple[Expression, ...]
"""A number or truth, or a tuple of such."""

STEPS_MAX = 200
"""Instructions followed in all, on all ways: a function that takes more is not simple."""

_VARIABLE_ARGUMENTS_OR_GENERATOR = 0x04 | 0x08 | 0x20 | 0x80 | 0x200


class _Unknown(Exception):
    """Not understood for certain."""


def lifted(function: Any, argument: Record) -> Record | None:
    """What ``function(argument)`` is, or None.

    Names besides the argument (globals, variables of an enclosing function) are read now; who lifts must be sure that
    nothing can change them before the last call. Defaults of further parameters count as constants.

    >>> from minispark.engine.lifting.expressions import Column, span
    >>> span(lifted(lambda x: x * 2 if x > 5 else 7, Column(0)), [(0, 10)])
    (0, 20)
    >>> lifted(lambda x: print(x), Column(0)), lifted(lambda x: x.real, Column(0)), lifted(len, Column(0))
    (None, None, None)
    """
    if type(function) is not FunctionType:
        return None
    code = function.__code__
    defaults = function.__defaults__ or ()
    if (
        code.co_flags & _VARIABLE_ARGUMENTS_OR_GENERATOR
        or code.co_kwonlyargcount
        or code.co_exceptiontable
        or not code.co_argcount - len(defaults) <= 1 <= code.co_argcount
    ):
        return None
    try:
        variables = {code.co_varnames[0]: argument}
        for name, default in zip(reversed(code.co_varnames[1 : code.co_argcount]), reversed(defaults), strict=False):
            variables[name] = _constant(default)
        return _Symbolic(function).run(0, [], variables)
    except _Unknown:
        return None


def _constant(item: Any) -> Expression:
    if type(item) is bool:
        return Truth(item)
    if type(item) is int and -INT64_MAX <= item <= INT64_MAX:
        return Number(item)
    raise _Unknown


Stack = list[Any]
Variables = dict[str, Any]


class _Symbolic:
    """One function's run, on all ways."""

    def __init__(self, function: FunctionType) -> None:
        self._function = function
        self._instructions = [i for i in dis.get_instructions(function) if i.opname not in _NOTHING]
        self._places = {i.offset: place for place, i in enumerate(self._instructions)}
        self._steps = 0

    def run(self, place: int, stack: Stack, variables: Variables) -> Record:
        """What is returned when going on from ``place``."""
        while True:
            self._steps += 1
            if self._steps > STEPS_MAX or place >= len(self._instructions):
                raise _Unknown
            instruction = self._instructions[place]
            name = instruction.opname
            if name == "RETURN_VALUE":
                return _record(stack.pop())
            if name == "RETURN_CONST":
                self.load_constant(instruction, stack, variables)
                return _record(stack.pop())
            if name == "JUMP_FORWARD":
                place = self._target(instruction)
                continue
            if name in _BRANCHES:
                return self._branch(instruction, place, stack, variables)
            handler = _SIMPLE.get(name)
            if handler is None:
                raise _Unknown
            handler(self, instruction, stack, variables)
            place += 1

    def _branch(self, instruction: dis.Instruction, place: int, stack: Stack, variables: Variables) -> Record:
        jumps_if, keeps = _BRANCHES[instruction.opname]
        value = stack.pop()
        if isinstance(value, tuple):
            raise _Unknown
        target = self._target(instruction)
        jumped = self.run(target, [*stack, value] if keeps else list(stack), dict(variables))
        went_on = self.run(place + 1, stack, variables)
        return _either(truth_of(value), *((jumped, went_on) if jumps_if else (went_on, jumped)))

    def _target(self, instruction: dis.Instruction) -> int:
        """Where a jump leads; never back, or it might not end. A target may be an instruction that does nothing."""
        if instruction.argval <= instruction.offset:
            raise _Unknown
        return next((place for offset, place in self._places.items() if offset >= instruction.argval), 1 << 30)

    # --- instructions ------------------------------------------------------------------------------------------------

    def load_variable(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        names = instruction.argval if isinstance(instruction.argval, tuple) else (instruction.argval,)
        for name in names:
            if name not in variables:
                raise _Unknown
            stack.append(variables[name])

    def store_variable(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        variables[instruction.argval] = stack.pop()

    def load_constant(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        constant = instruction.argval
        stack.append(tuple(map(_constant, constant)) if type(constant) is tuple else _constant(constant))

    def load_global(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        known = self._function.__globals__
        if (instruction.arg or 0) & 1 or instruction.argval not in known:  # about to be called, or a builtin
            raise _Unknown
        stack.append(_constant(known[instruction.argval]))

    def load_cell(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        cells = dict(zip(self._function.__code__.co_freevars, self._function.__closure__ or (), strict=True))
        try:
            stack.append(_constant(cells[instruction.argval].cell_contents))
        except (KeyError, ValueError):  # a variable of its own, or one that has no value yet
            raise _Unknown from None

    def binary(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        right, left = stack.pop(), stack.pop()
        operation = instruction.argrepr.removesuffix("=")
        if operation == "[]":
            stack.append(_item(left, right))
        elif operation == "**" and isinstance(right, Number) and right.number in (2, 3):
            square = Arithmetic("*", _number(left), left)
            stack.append(square if right.number == 2 else Arithmetic("*", square, left))
        elif operation in ARITHMETIC:
            stack.append(Arithmetic(operation, _number(left), _number(right)))
        else:
            raise _Unknown

    def subscript(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        right, left = stack.pop(), stack.pop()
        stack.append(_item(left, right))

    def compare(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        right, left = stack.pop(), stack.pop()
        operation = instruction.argrepr.removeprefix("bool(").removesuffix(")")
        if operation not in COMPARISONS:
            raise _Unknown
        stack.append(Comparison(operation, _number(left), _number(right)))

    def negative(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        stack.append(Arithmetic("-", Number(0), _number(stack.pop())))

    def inverted(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        stack.append(Arithmetic("-", Number(-1), _number(stack.pop())))

    def negated(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        stack.append(Negation(truth_of(_record_of_one(stack.pop()))))

    def to_truth(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        stack.append(truth_of(_record_of_one(stack.pop())))

    def build_tuple(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        count = instruction.arg or 0
        items = stack[len(stack) - count :]
        del stack[len(stack) - count :]
        stack.append(tuple(map(_record_of_one, items)))

    def copy(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        stack.append(stack[-(instruction.arg or 1)])

    def swap(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        place = -(instruction.arg or 1)
        stack[place], stack[-1] = stack[-1], stack[place]

    def pop(self, instruction: dis.Instruction, stack: Stack, variables: Variables) -> None:
        stack.pop()


def _number(item: Any) -> Expression:
    if isinstance(item, tuple) or not is_number(item):
        raise _Unknown
    expression: Expression = item
    return expression


def _record_of_one(item: Any) -> Expression:
    if isinstance(item, tuple):
        raise _Unknown
    expression: Expression = item
    return expression


def _record(item: Any) -> Record:
    record: Record = item
    return record


def _item(record: Any, index: Any) -> Expression:
    """``record[index]`` of a tuple, by a constant within it."""
    if not isinstance(record, tuple) or not isinstance(index, Number):
        raise _Unknown
    if not -len(record) <= index.number < len(record):
        raise _Unknown
    item: Expression = record[index.number]
    return item


def _either(test: Expression, yes: Record, no: Record) -> Record:
    if isinstance(yes, tuple) and isinstance(no, tuple) and len(yes) == len(no):
        return tuple(a if a is b else Choice(test, a, b) for a, b in zip(yes, no, strict=True))
    if isinstance(yes, tuple) or isinstance(no, tuple):
        raise _Unknown
    return yes if yes is no else Choice(test, yes, no)


_NOTHING = frozenset({"RESUME", "NOP", "CACHE", "COPY_FREE_VARS", "NOT_TAKEN", "EXTENDED_ARG"})

_BRANCHES = {
    "POP_JUMP_IF_FALSE": (False, False),
    "POP_JUMP_IF_TRUE": (True, False),
    "POP_JUMP_FORWARD_IF_FALSE": (False, False),
    "POP_JUMP_FORWARD_IF_TRUE": (True, False),
    "JUMP_IF_FALSE_OR_POP": (False, True),
    "JUMP_IF_TRUE_OR_POP": (True, True),
}
"""Whether they jump if true, and whether the value stays on the stack where they do."""

_SIMPLE: dict[str, Callable[[_Symbolic, dis.Instruction, Stack, Variables], None]] = {
    "LOAD_FAST": _Symbolic.load_variable,
    "LOAD_FAST_CHECK": _Symbolic.load_variable,
    "LOAD_FAST_BORROW": _Symbolic.load_variable,
    "LOAD_FAST_LOAD_FAST": _Symbolic.load_variable,
    "LOAD_FAST_BORROW_LOAD_FAST_BORROW": _Symbolic.load_variable,
    "STORE_FAST": _Symbolic.store_variable,
    "LOAD_CONST": _Symbolic.load_constant,
    "LOAD_SMALL_INT": _Symbolic.load_constant,
    "LOAD_GLOBAL": _Symbolic.load_global,
    "LOAD_DEREF": _Symbolic.load_cell,
    "BINARY_OP": _Symbolic.binary,
    "BINARY_SUBSCR": _Symbolic.subscript,
    "COMPARE_OP": _Symbolic.compare,
    "UNARY_NEGATIVE": _Symbolic.negative,
    "UNARY_INVERT": _Symbolic.inverted,
    "UNARY_NOT": _Symbolic.negated,
    "TO_BOOL": _Symbolic.to_truth,
    "BUILD_TUPLE": _Symbolic.build_tuple,
    "COPY": _Symbolic.copy,
    "SWAP": _Symbolic.swap,
    "POP_TOP": _Symbolic.pop,
}
