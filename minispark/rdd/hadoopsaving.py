"""Writing RDDs in Hadoop's own file formats: sequence files, pickle files, and its output formats for text."""

from __future__ import annotations

from typing import Any

from minispark.engine.core.values import replace
from minispark.engine.formats.compression import codec_named
from minispark.engine.formats.writables import readable, writable_of
from minispark.engine.kernels.parts import pair_of
from minispark.engine.plan.callsite import call_site
from minispark.engine.plan.program import FileSink
from minispark.rdd.core import T_co
from minispark.rdd.hadoop import (
    CODEC,
    COMPRESS,
    KEY_CLASS,
    NEW_OUTPUT,
    OLD,
    OUTPUT_FOLDER,
    OUTPUT_FORMAT,
    OUTPUT_FORMS,
    VALUE_CLASS,
    checked_settings,
    form_of,
    refuse_converters,
)
from minispark.rdd.saving import Saving

Classes = tuple[str | None, str | None]


class HadoopSaving(Saving[T_co]):
    """Files that Spark and Hadoop read; all that is said of ``saveAsTextFile``'s directory holds for these too."""

    def saveAsPickleFile(self, path: str, batchSize: int = 10) -> None:
        """Write any records, pickled, for ``pickleFile`` here or in PySpark: ``batchSize`` records to a pickle (0: as
        many as suit, -1: all of a partition).

        >>> import tempfile, os
        >>> folder = os.path.join(tempfile.mkdtemp(), "records")
        >>> sc.parallelize([1, "two", [3.0]], 2).saveAsPickleFile(folder)
        >>> sc.pickleFile(folder).collect()
        [1, 'two', [3.0]]
        """
        if not isinstance(batchSize, int) or isinstance(batchSize, bool):
            raise TypeError(f"batchSize must be an int, not {batchSize!r:.200}")
        if batchSize < -1:
            raise ValueError(f"batchSize must be at least 1, 0 (as many as suit) or -1 (all), not {batchSize}")
        self._save(path, lambda folder: FileSink(folder, "pickles", batch=batchSize))

    def saveAsSequenceFile(self, path: str, compressionCodecClass: str | None = None) -> None:
        """Write pairs as a Hadoop sequence file, of the Writables that suit the first pair.

        Keys and values are None, bool, int (up to 32 bits an IntWritable, to 64 a LongWritable), float, str, bytes or
        dicts of these, and all keys (and all values) of one kind: else TypeError, showing the value. An RDD without
        records raises ValueError, since nothing tells its classes. Codecs are those of ``saveAsTextFile``.

        >>> import tempfile, os
        >>> folder = os.path.join(tempfile.mkdtemp(), "pairs")
        >>> sc.parallelize([("a", 1.5), ("b", 2.0)], 2).saveAsSequenceFile(folder)
        >>> sorted(sc.sequenceFile(folder).collect())
        [('a', 1.5), ('b', 2.0)]
        """
        self._save_pairs(path, "sequence", (None, None), compressionCodecClass)

    def saveAsHadoopFile(
        self,
        path: str,
        outputFormatClass: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
        compressionCodecClass: str | None = None,
    ) -> None:
        """Write pairs in one of Hadoop's formats, by its class: ``org.apache.hadoop.mapred.`` with TextOutputFormat
        (key, tab, value) or SequenceFileOutputFormat. Any other class, a converter, or a key in ``conf`` that would be
        ignored raises NotImplementedError. ``keyClass`` and ``valueClass`` are those of a sequence file, which the
        first pair decides otherwise; text has none.

        >>> import tempfile, os
        >>> folder = os.path.join(tempfile.mkdtemp(), "pairs")
        >>> sc.parallelize([(1, "a"), (2, None)], 1).saveAsHadoopFile(
        ...     folder, "org.apache.hadoop.mapred.TextOutputFormat")
        >>> sc.textFile(folder).collect()
        ['1\\ta', '2']
        """
        refuse_converters(keyConverter=keyConverter, valueConverter=valueConverter)
        settings = checked_settings(conf, COMPRESS, CODEC)
        form = form_of(outputFormatClass, OUTPUT_FORMS, OLD)
        self._save_pairs(path, form, (keyClass, valueClass), compressionCodecClass or settings.codec)

    def saveAsNewAPIHadoopFile(
        self,
        path: str,
        outputFormatClass: str,
        keyClass: str | None = None,
        valueClass: str | None = None,
        keyConverter: str | None = None,
        valueConverter: str | None = None,
        conf: dict[str, str] | None = None,
    ) -> None:
        """As ``saveAsHadoopFile``, with the classes of ``org.apache.hadoop.mapreduce.lib.output``; part files are named
        ``part-r-00000`` and on, as Hadoop's newer API names them."""
        refuse_converters(keyConverter=keyConverter, valueConverter=valueConverter)
        settings = checked_settings(conf, COMPRESS, CODEC)
        form = form_of(outputFormatClass, OUTPUT_FORMS, NEW_OUTPUT)
        self._save_pairs(path, form, (keyClass, valueClass), settings.codec, "part-r-")

    def saveAsHadoopDataset(
        self, conf: dict[str, str], keyConverter: str | None = None, valueConverter: str | None = None
    ) -> None:
        """As ``saveAsHadoopFile``, all of it from Hadoop's keys in ``conf``: ``mapred.output.format.class`` and
        ``mapreduce.output.fileoutputformat.outputdir``, and the classes of keys and values."""
        self._save_dataset(conf, keyConverter, valueConverter, OLD, "part-")

    def saveAsNewAPIHadoopDataset(
        self, conf: dict[str, str], keyConverter: str | None = None, valueConverter: str | None = None
    ) -> None:
        """As ``saveAsNewAPIHadoopFile``, all of it from Hadoop's keys in ``conf``: ``mapreduce.job.outputformat.class``
        and ``mapreduce.output.fileoutputformat.outputdir``, and the classes of keys and values."""
        self._save_dataset(conf, keyConverter, valueConverter, NEW_OUTPUT, "part-r-")

    def _save_dataset(
        self, conf: Any, key_converter: str | None, value_converter: str | None, package: str, prefix: str
    ) -> None:
        refuse_converters(keyConverter=key_converter, valueConverter=value_converter)
        settings = checked_settings(conf, OUTPUT_FOLDER, OUTPUT_FORMAT, KEY_CLASS, VALUE_CLASS, COMPRESS, CODEC)
        form = form_of(settings.required(OUTPUT_FORMAT), OUTPUT_FORMS, package)
        classes = (settings.first(KEY_CLASS), settings.first(VALUE_CLASS))
        self._save_pairs(settings.required(OUTPUT_FOLDER), form, classes, settings.codec, prefix)

    def _save_pairs(self, path: str, form: str, classes: Classes, codec: str | None, prefix: str = "part-") -> None:
        suffix = codec_named(codec).suffix if codec is not None else ""
        for name in classes:
            if name is not None:
                readable(name)

        def sink(folder: str) -> FileSink:
            described = FileSink(folder, form, codec)
            return replace(described, classes=self._classes(classes)) if form == "sequence" else described

        self._save(path, sink, suffix if form == "tabbed" else "", prefix)

    def _classes(self, given: Classes) -> tuple[str, str]:
        """The Writables to write: as given, else as the first pair has them."""
        key_class, value_class = given
        if key_class is not None and value_class is not None:
            return key_class, value_class
        first = self._self().take(1)
        if not first:
            raise ValueError(
                f"{call_site().operation}: the RDD is empty, so nothing tells the classes of keys and values; "
                "name them with saveAsHadoopFile(..., keyClass=, valueClass=)"
            )
        key, item = pair_of(first[0])
        return key_class or writable_of(key), value_class or writable_of(item)
