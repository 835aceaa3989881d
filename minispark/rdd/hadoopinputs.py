"""RDDs of Hadoop's own file formats: sequence files, pickle files, and its input formats for text."""

from __future__ import annotations

from typing import Any

from minispark.engine.formats.sequencefile import MARK_EVERY_BYTES
from minispark.engine.formats.writables import readable
from minispark.rdd.hadoop import (
    INPUT_FOLDER,
    INPUT_FORMS,
    NEW_INPUT,
    OLD,
    JobSettings,
    checked_settings,
    form_of,
    refuse_converters,
)
from minispark.rdd.rdd import RDD
from minispark.rdd.sources import FileSources, checked_path
from minispark.rdd.splits import plan_pairs


class HadoopInputs(FileSources):
    """Files that Spark and Hadoop write in formats of their own; paths and errors are those of ``textFile``."""

    def pickleFile(self, name: str, minPartitions: int | None = None) -> RDD[Any]:
        """The records of files that ``saveAsPickleFile`` wrote, here or in PySpark.

        Pickles can run any code when they are read: read only what you trust. A file of another kind raises
        ValueError, naming it.

        >>> import tempfile, os
        >>> folder = os.path.join(tempfile.mkdtemp(), "records")
        >>> sc.parallelize([{"a": 1}, (2, None)], 2).saveAsPickleFile(folder)
        >>> sc.pickleFile(folder).collect()
        [{'a': 1}, (2, None)]
        """
        return self._source(
            plan_pairs(
                checked_path(name), self._wanted(minPartitions), "pickles", MARK_EVERY_BYTES, self._input_settings()
            )
        )

    def sequenceFile(
        self,
        path: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        minSplits: int | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """The pairs of Hadoop sequence files, of the basic Writables (Text, IntWritable, ..., MapWritable).

        The files name their classes, which decide; ``keyClass`` and ``valueClass`` need not be given, and as in PySpark
        they must be Writables' names (ValueError) but need not be the files'. BytesWritable gives a bytearray.
        Converters, which are Java classes, raise NotImplementedError. ``batchSize``, how many records PySpark sends to
        Python at once, changes no answer.

        >>> import tempfile, os
        >>> folder = os.path.join(tempfile.mkdtemp(), "pairs")
        >>> sc.parallelize([(1, "a"), (2, "b")], 2).saveAsSequenceFile(folder)
        >>> sorted(sc.sequenceFile(folder).collect())
        [(1, 'a'), (2, 'b')]
        """
        refuse_converters(keyConverter=keyConverter, valueConverter=valueConverter)
        return self._pairs(path, "sequence", self._wanted(minSplits), (keyClass, valueClass))

    def hadoopFile(
        self,
        path: str,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """The pairs of files in one of Hadoop's formats, by its class: ``org.apache.hadoop.mapred.`` with
        TextInputFormat (a line's offset and the line), KeyValueTextInputFormat (what stands before and after a line's
        first tab) or SequenceFileInputFormat. Any other class, a converter, or a key in ``conf`` that would be ignored
        raises NotImplementedError. ``keyClass`` and ``valueClass`` are as for ``sequenceFile``: the format decides.

        >>> import tempfile, os
        >>> path = os.path.join(tempfile.mkdtemp(), "lines")
        >>> with open(path, "w") as file:
        ...     _ = file.write("one\\ntwo\\n")
        >>> writable = "org.apache.hadoop.io."
        >>> text = "org.apache.hadoop.mapred.TextInputFormat"
        >>> sc.hadoopFile(path, text, writable + "LongWritable", writable + "Text").collect()
        [(0, 'one'), (4, 'two')]
        """
        refuse_converters(keyConverter=keyConverter, valueConverter=valueConverter)
        checked_settings(conf)
        form = form_of(inputFormatClass, INPUT_FORMS, OLD)
        return self._pairs(path, form, self._wanted(None), (keyClass, valueClass))

    def hadoopRDD(
        self,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """As ``hadoopFile``, of the paths under ``mapreduce.input.fileinputformat.inputdir`` in ``conf``."""
        refuse_converters(keyConverter=keyConverter, valueConverter=valueConverter)
        path = _input_folder(checked_settings(conf, INPUT_FOLDER))
        return self.hadoopFile(path, inputFormatClass, keyClass, valueClass)

    def newAPIHadoopFile(
        self,
        path: str,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """As ``hadoopFile``, with the format classes of ``org.apache.hadoop.mapreduce.lib.input``; files are split only
        where they are larger than a block."""
        refuse_converters(keyConverter=keyConverter, valueConverter=valueConverter)
        checked_settings(conf)
        return self._pairs(path, form_of(inputFormatClass, INPUT_FORMS, NEW_INPUT), None, (keyClass, valueClass))

    def newAPIHadoopRDD(
        self,
        inputFormatClass: str,
        keyClass: str,
        valueClass: str,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        batchSize: int = 0,
    ) -> RDD[tuple[Any, Any]]:
        """As ``newAPIHadoopFile``, of the paths under ``mapreduce.input.fileinputformat.inputdir`` in ``conf``."""
        refuse_converters(keyConverter=keyConverter, valueConverter=valueConverter)
        path = _input_folder(checked_settings(conf, INPUT_FOLDER))
        return self.newAPIHadoopFile(path, inputFormatClass, keyClass, valueClass)

    def _pairs(
        self, path: str, form: str, partitions_min: int | None, classes: tuple[str | None, str | None]
    ) -> RDD[Any]:
        for name in classes:
            if name is not None:
                readable(name)
        split_bytes_min = MARK_EVERY_BYTES if form == "sequence" else 1
        return self._source(
            plan_pairs(checked_path(path), partitions_min, form, split_bytes_min, self._input_settings())
        )


def _input_folder(settings: JobSettings) -> str:
    return settings.required(INPUT_FOLDER)
