"""What there is to run: every program with what it does in a few words, and the engines that it is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from minispark.engine.core.errors import ConfigurationError
from minispark.engine.core.values import value


@value
class Program:
    """``engines`` lists who may run it; one of them that cannot express it leaves it out."""

    name: str
    title: str
    group: str
    engines: tuple[str, ...]


LIBRARIES = ("spark", "dask", "ray", "pysparkling", "polars", "duckdb")
DATA = ("minispark", "python", "multiprocessing", *LIBRARIES)
SCALED = ("minispark", "minispark-1", "python", "multiprocessing", *LIBRARIES)
SCHEDULING = ("minispark", *LIBRARIES)
NARROW = ("minispark", "minispark-1", "processes", "processes-1")
PLAIN_ANSWERS = ("minispark", "spark")
OURS = ("minispark",)

START_UP = "start_up"

PROGRAMS: tuple[Program, ...] = (
    Program(START_UP, "start-up to the first result", "start", SCHEDULING),
    Program("word_count", "word count, 110 MB of text", "data", SCALED),
    Program("sum_of_ints", "map, filter, sum of 10 M integers", "data", DATA),
    Program("sort_by_key", "sortByKey, 2 M pairs", "data", SCALED),
    Program("group_by_key", "groupByKey, 3 M pairs, 50 k keys", "data", SCALED),
    Program("join", "join, 1 M with 300 k pairs", "data", DATA),
    Program("skewed_join", "join with 80 % under one key", "data", DATA),
    Program("json_sums", "JSON parsing and sums by key, 400 k", "data", SCALED),
    Program("pagerank", "PageRank, 50 k nodes, six rounds", "data", DATA),
    Program("distinct", "distinct, 4 M to 700 k", "data", DATA),
    Program("many_jobs", "100 jobs of four tasks", "scheduling", SCHEDULING),
    Program("many_tasks", "one job of 5,000 tasks", "scheduling", SCHEDULING),
    Program("many_blocks", "shuffle of 200 by 200 partitions", "scheduling", SCHEDULING),
    Program("tasks_50000", "one job of 50,000 tasks", "scheduling", OURS),
    Program("word_count_foldby", "word count by Dask's foldby", "other", ("dask",)),
    Program("narrow_sum", "map, filter, sum of 10 M, functions called", "narrow", NARROW),
    Program("narrow_json", "JSON parsing, 400 k", "narrow", NARROW),
    Program("narrow_words", "word count's map side, 110 MB", "narrow", NARROW),
    Program("cpu_regex", "a regular expression on 600 k lines", "narrow", NARROW),
    Program("cpu_digest", "SHA-256 of 400 k records, three times", "narrow", NARROW),
    Program("broadcast_dict", "broadcast of a 100 MB dict", "features", PLAIN_ANSWERS),
    Program("broadcast_array", "broadcast of a 100 MB numpy array", "features", PLAIN_ANSWERS),
    Program("cache_hit", "an action on 1 M cached pairs", "features", PLAIN_ANSWERS),
    Program("checkpoint", "a checkpoint of 1 M pairs, read again", "features", PLAIN_ANSWERS),
    Program("lost_output", "an action after one of 8 map outputs is lost", "features", PLAIN_ANSWERS),
    Program("shuffle_combined", "2 M pairs combined before the shuffle", "shuffles", PLAIN_ANSWERS),
    Program("shuffle_uncombined", "2 M pairs grouped after the shuffle", "shuffles", PLAIN_ANSWERS),
    Program("shuffle_by_hash", "2 M pairs partitioned by hash", "shuffles", PLAIN_ANSWERS),
    Program("shuffle_by_sort", "2 M pairs partitioned, each partition sorted", "shuffles", PLAIN_ANSWERS),
    Program("shuffle_32_partitions", "2 M pairs combined, 32 by 32 partitions", "shuffles", PLAIN_ANSWERS),
    Program("shuffle_256_partitions", "2 M pairs combined, 256 by 256 partitions", "shuffles", OURS),
    Program("rows_text", "200 k short texts through a shuffle", "rows", PLAIN_ANSWERS),
    Program("rows_float", "200 k floats", "rows", PLAIN_ANSWERS),
    Program("rows_tuple", "200 k nested tuples", "rows", PLAIN_ANSWERS),
    Program("rows_dict", "200 k dicts", "rows", PLAIN_ANSWERS),
    Program("rows_object", "200 k dataclass instances", "rows", PLAIN_ANSWERS),
    Program("rows_array", "200 k numpy arrays of 32 numbers", "rows", PLAIN_ANSWERS),
    Program("rows_noise", "200 k byte strings that cannot be packed", "rows", PLAIN_ANSWERS),
    Program("rows_repeats", "200 k byte strings that can be packed", "rows", PLAIN_ANSWERS),
)  # fmt: skip
BY_NAME: Mapping[str, Program] = {program.name: program for program in PROGRAMS}
GROUPS: Mapping[str, str] = {
    "start": "Start-up",
    "data": "Data",
    "scheduling": "Scheduling",
    "other": "Other ways",
    "narrow": "Narrow pipelines",
    "features": "Shared variables, kept data, recovery",
    "shuffles": "Ways to shuffle",
    "rows": "Kinds of records through a shuffle",
}
STUDIES = ("scale", "memory", "text_sort", "skew", "frames")
"""Longer measurements, each by a script of its own: of minispark alone, but for "frames"."""
USUAL = ("start", "data", "scheduling")
ALL = "all"
ALL_STUDIES = "studies"


def choose(names: Iterable[str]) -> tuple[tuple[Program, ...], tuple[str, ...]]:
    """The programs and the studies that ``names`` mean: of programs, groups, studies, "all" programs, all "studies".

    Raises ConfigurationError that lists the names for another one.

    >>> programs, studies = choose(["join", "features", "memory"])
    >>> [program.name for program in programs][:2], studies
    (['join', 'broadcast_dict'], ('memory',))
    """
    wanted = set(names)
    unknown = sorted(wanted - {ALL, ALL_STUDIES, *BY_NAME, *GROUPS, *STUDIES})
    if unknown:
        raise ConfigurationError(
            f"unknown program {unknown[0]!r}; there are {', '.join(BY_NAME)}, the groups {', '.join(GROUPS)}, the "
            f"studies {', '.join(STUDIES)}; {ALL} is all programs, {ALL_STUDIES} all studies"
        )
    programs = tuple(program for program in PROGRAMS if ALL in wanted or {program.name, program.group} & wanted)
    return programs, tuple(study for study in STUDIES if {study, ALL_STUDIES} & wanted)
