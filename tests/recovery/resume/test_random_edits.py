"""Property: whatever is edited between runs, a run over a used resume directory answers as one without any."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from minispark import SparkContext

PROGRAM = """
import functools, operator

CONSTANT = {constant}
TABLE = {table}
seen = sc.accumulator(0)
shared = sc.broadcast({shared})

class Scale:
    factor = {factor}
    def __init__(self, by):
        self.by = by
    def __call__(self, x):
        return x * self.by + self.factor

def helper(x, more={default}):
    return {body}

def make(captured):
    def key(x):
        seen.add(1)
        return helper(x) % 4, captured + x
    return key

records = sc.parallelize({data}, {slices}).map({first})
pairs = records.map(make({captured})){narrow}
one = pairs.{wide}
two = one.map(lambda pair: (str(pair[1]), pair[0] + len(shared.value) + len(TABLE))){persist}
three = two.{second}
answer = [sorted(one.collect()), three.collect(), sorted(two.map({last}).groupByKey(2).mapValues(sorted).collect())]
answer.append(seen.value)
"""

NUMBERS = st.sampled_from(["0", "1", "1.0", "True", "-0.0", "0.0", "2"])
PARTS: dict[str, st.SearchStrategy[str]] = {
    "constant": NUMBERS,
    "table": st.sampled_from(["{}", "{'a': 1}", "{'b': 1, 'a': 2}", "{'a': 2, 'b': 1}", "{1, 2}", "{2, 1}"]),
    "shared": st.sampled_from(["[]", "[1]", "[1, 2]", "{'x', 'y'}"]),
    "factor": NUMBERS,
    "default": NUMBERS,
    "body": st.sampled_from(["x + CONSTANT", "int(x) + more", "functools.reduce(operator.add, [x, more])", "x"]),
    "data": st.sampled_from(["range(9)", "list(range(9))", "[0, 1, 2.0, True]", "[0, 1, 2, True]", "[]"]),
    "slices": st.sampled_from(["1", "2", "3"]),
    "first": st.sampled_from(["Scale(1)", "Scale(2)", "lambda x: x", "functools.partial(helper, more=3)", "abs"]),
    "captured": NUMBERS,
    "narrow": st.sampled_from(["", ".filter(lambda pair: pair[1])", ".mapValues(lambda v: v + 1)"]),
    "wide": st.sampled_from(["reduceByKey(operator.add, 2)", "reduceByKey(max, 2)", "reduceByKey(operator.add, 3)"]),
    "persist": st.sampled_from(["", "", ".cache()"]),
    "second": st.sampled_from(["sortByKey()", "sortByKey(False)", "sortByKey(numPartitions=2)", "distinct(1)"]),
    "last": st.sampled_from(["lambda pair: (pair[1], pair[0])", "lambda pair: (pair[1] % 2, pair[0])"]),
}
programs_and_edits = st.tuples(
    st.fixed_dictionaries(PARTS),
    st.lists(st.sampled_from(sorted(PARTS)).flatmap(lambda name: st.tuples(st.just(name), PARTS[name])), max_size=5),
)


def fresh_answer(text: str) -> Any:
    with SparkContext("inline", "fresh") as sc:
        scope = {"__name__": "__main__", "sc": sc}
        exec(compile(text, "fresh.py", "exec", dont_inherit=True), scope)
        return scope["answer"]


@pytest.mark.slow
@pytest.mark.timeout(240)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(programs_and_edits)
def test_no_edit_gives_a_stale_answer(new_programs: Any, case: tuple[dict[str, str], list[tuple[str, str]]]) -> None:
    parts, edits = case
    with tempfile.TemporaryDirectory() as folder:
        programs = new_programs(Path(folder))
        for name, part in [("slices", parts["slices"]), *edits, ("slices", parts["slices"])]:
            parts = {**parts, name: part}
            text = PROGRAM.format(**parts)
            assert repr(programs.run(text)) == repr(fresh_answer(text))
