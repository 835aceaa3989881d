"""RDDs of files: lines, whole files, records of fixed length."""

from __future__ import annotations

from minispark.rdd.hadoopinputs import HadoopInputs
from minispark.rdd.rdd import RDD
from minispark.rdd.sources import checked_path
from minispark.rdd.splits import plan_binaries, plan_fixed, plan_text, plan_texts


class Inputs(HadoopInputs):
    """``SparkContext``'s file sources.

    Everywhere a path may be a file, a directory, a glob (also with ``{a,b}``), or several of them separated by commas;
    a local path or a URI of any file system that pyarrow or fsspec knows. Files whose names begin with ``_`` or ``.``
    are overlooked, and so are directories inside directories by ``wholeTextFiles``, ``binaryFiles`` and
    ``binaryRecords``, while the others refuse them; with the setting
    ``spark.hadoop.mapreduce.input.fileinputformat.input.dir.recursive`` true, all read them. A path that does not exist
    or cannot be read is an error of the first action (FileNotFoundError, PermissionError, IsADirectoryError), a file
    that changed since the RDD was made an InputChangedError.
    """

    def textFile(self, name: str, minPartitions: int | None = None, use_unicode: bool = True) -> RDD[str]:
        """The lines of text files, in order of the files' names.

        Files are split by bytes at line ends (``\\n``, ``\\r\\n`` or ``\\r``) into at least about ``minPartitions``
        partitions (``defaultMinPartitions`` unless told), of at most 32 MB for local files as in Spark and 128 MB for
        others. Files that end in .gz, .bz2, .zst, .lz4, .snappy, .deflate or .xz are unpacked, each in one partition;
        a damaged one raises EOFError or OSError, naming it. Lines are UTF-8: other bytes raise UnicodeDecodeError with
        file and offset; with ``use_unicode=False`` lines are bytes, whatever they hold.

        >>> import tempfile, os
        >>> path = os.path.join(tempfile.mkdtemp(), "words.txt")
        >>> with open(path, "w") as file:
        ...     _ = file.write("one\\ntwo\\n")
        >>> sc.textFile(path).collect()
        ['one', 'two']
        """
        return self._source(
            plan_text(checked_path(name), self._wanted(minPartitions), use_unicode, self._input_settings())
        )

    def wholeTextFiles(
        self, path: str, minPartitions: int | None = None, use_unicode: bool = True
    ) -> RDD[tuple[str, str]]:
        """Pairs of a file's name (as a URI) and its whole text, several small files to a partition.

        Compressed files are unpacked; errors are those of ``textFile``. With ``use_unicode=False`` name and content are
        bytes.

        >>> import tempfile, os
        >>> folder = tempfile.mkdtemp()
        >>> for name, text in (("a.txt", "one\\n"), ("b.txt", "two\\nlines\\n")):
        ...     with open(os.path.join(folder, name), "w") as file:
        ...         _ = file.write(text)
        >>> [(name[-5:], text) for name, text in sc.wholeTextFiles(folder).collect()]
        [('a.txt', 'one\\n'), ('b.txt', 'two\\nlines\\n')]
        """
        return self._source(
            plan_texts(checked_path(path), self._wanted(minPartitions), use_unicode, self._input_settings())
        )

    def binaryFiles(self, path: str, minPartitions: int | None = None) -> RDD[tuple[str, bytes]]:
        """Pairs of a file's name (as a URI) and its bytes as they are, several small files to a partition.

        >>> import tempfile, os
        >>> path = os.path.join(tempfile.mkdtemp(), "image")
        >>> with open(path, "wb") as file:
        ...     _ = file.write(b"\\x00\\x01")
        >>> [(name[-5:], data) for name, data in sc.binaryFiles(path).collect()]
        [('image', b'\\x00\\x01')]
        """
        parallelism = self._as_context().defaultParallelism
        return self._source(
            plan_binaries(checked_path(path), self._wanted(minPartitions), parallelism, self._input_settings())
        )

    def binaryRecords(self, path: str, recordLength: int) -> RDD[bytes]:
        """Records of ``recordLength`` bytes each. A file that ends within a record raises EOFError, naming it.

        >>> import tempfile, os
        >>> path = os.path.join(tempfile.mkdtemp(), "records")
        >>> with open(path, "wb") as file:
        ...     _ = file.write(b"aabbcc")
        >>> sc.binaryRecords(path, 2).collect()
        [b'aa', b'bb', b'cc']
        """
        if not isinstance(recordLength, int) or isinstance(recordLength, bool):
            raise TypeError(f"recordLength must be an int, not {recordLength!r:.200}")
        if recordLength < 1:
            raise ValueError(f"recordLength must be at least 1 byte, not {recordLength}")
        return self._source(plan_fixed(checked_path(path), recordLength, self._input_settings()))
