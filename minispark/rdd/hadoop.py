"""What Hadoop's format classes mean here: the forms of files that are read and written without Java."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from minispark.engine.core.values import value
from minispark.engine.plan.callsite import call_site

OLD = "org.apache.hadoop.mapred."
NEW_INPUT = "org.apache.hadoop.mapreduce.lib.input."
NEW_OUTPUT = "org.apache.hadoop.mapreduce.lib.output."

INPUT_FORMS = {"TextInputFormat": "offsets", "KeyValueTextInputFormat": "tabbed", "SequenceFileInputFormat": "sequence"}
OUTPUT_FORMS = {"TextOutputFormat": "tabbed", "SequenceFileOutputFormat": "sequence"}

INPUT_FOLDER = ("mapreduce.input.fileinputformat.inputdir", "mapred.input.dir")
OUTPUT_FOLDER = ("mapreduce.output.fileoutputformat.outputdir", "mapred.output.dir")
OUTPUT_FORMAT = ("mapreduce.job.outputformat.class", "mapred.output.format.class")
KEY_CLASS = ("mapreduce.job.output.key.class", "mapred.output.key.class")
VALUE_CLASS = ("mapreduce.job.output.value.class", "mapred.output.value.class")
COMPRESS = ("mapreduce.output.fileoutputformat.compress", "mapred.output.compress")
CODEC = ("mapreduce.output.fileoutputformat.compress.codec", "mapred.output.compression.codec")


def form_of(name: Any, forms: Mapping[str, str], package: str) -> str:
    """The form that a format class stands for. Raises NotImplementedError for another class, naming the valid ones."""
    short = name.removeprefix(package) if isinstance(name, str) else ""
    if short not in forms:
        valid = ", ".join(package + each for each in forms)
        raise NotImplementedError(
            f"{call_site().operation}: {name!r} is a Java class without an equivalent here; valid are {valid}; "
            "or read and write with textFile, binaryFiles, pickleFile and their counterparts"
        )
    return forms[short]


def refuse_converters(**given: object) -> None:
    """Raises NotImplementedError for a converter, which is a Java class."""
    for name, each in given.items():
        if each is not None:
            raise NotImplementedError(f"{name}={each!r} is a Java class; leave it out, and convert with rdd.map(...)")


@value
class JobSettings:
    """A Hadoop configuration as a dict, of which every key is used or refused."""

    settings: dict[str, str]

    def first(self, keys: tuple[str, ...]) -> str | None:
        """The setting under a key or its older name."""
        return next((self.settings[key] for key in keys if key in self.settings), None)

    def required(self, keys: tuple[str, ...]) -> str:
        """Raises ValueError if it is missing."""
        found = self.first(keys)
        if found is None:
            raise ValueError(f"{call_site().operation}: conf needs {keys[0]!r}")
        return found

    @property
    def codec(self) -> str | None:
        """The codec of an output, if it is to be packed."""
        if (self.first(COMPRESS) or "false").lower() != "true":
            return None
        return self.first(CODEC) or "org.apache.hadoop.io.compress.DefaultCodec"


def checked_settings(conf: Any, *known: tuple[str, ...]) -> JobSettings:
    """Raises TypeError for what is no dict, NotImplementedError for a key that would be ignored."""
    if conf is None:
        return JobSettings({})
    if not isinstance(conf, dict):
        raise TypeError(f"{call_site().operation}: conf must be a dict of str, not {conf!r:.200}")
    valid = [key for keys in known for key in keys]
    for key in conf:
        if key not in valid:
            raise NotImplementedError(
                f"{call_site().operation}: conf key {key!r} has no meaning without Java; "
                f"leave it out; valid are {', '.join(valid) or 'none'}"
            )
    return JobSettings(dict(conf))
