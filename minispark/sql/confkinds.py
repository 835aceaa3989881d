"""What values Spark's settings take."""

from __future__ import annotations

import re
from functools import cache

from minispark.errors import AnalysisException, IllegalArgumentException
from minispark.sql.confdefaults import PREFIX, default_of

_KINDS: dict[str, str] = {
    "int": """
adaptive.coalescePartitions.initialPartitionNum adaptive.coalescePartitions.maxReducerPartitionsPerTask
adaptive.coalescePartitions.minPartitionNum addPartitionInBatch.size
analyzer.canonicalization.multiCommutativeOpMemoryOptThreshold analyzer.maxIterations avro.deflate.level avro.xz.level
avro.zstandard.level bucketing.coalesceBucketsInJoin.maxBucketRatio cartesianProductExec.buffer.in.memory.threshold
cartesianProductExec.buffer.spill.threshold cbo.joinReorder.dp.threshold codegen.aggregate.fastHashMap.capacityBit
codegen.broadcastCleanedSourceThreshold codegen.hugeMethodLimit codegen.logging.maxLines codegen.maxFields
codegen.methodSplitThreshold codegen.wholeStage.union.maxChildren csv.parser.inputBufferSize
cteRecursionAnchorRowsLimitToConvertToLocalRelation cteRecursionLevelLimit cteRecursionRowLimit
debug.maxToStringFields execution.arrow.compression.zstd.level execution.arrow.maxRecordsPerBatch
execution.arrow.maxRecordsPerOutputBatch execution.arrow.transformWithStateInPySpark.maxStateRecordsPerBatch
execution.broadcastHashJoin.outputPartitioningExpandLimit execution.pandas.udf.buffer.size
execution.python.udf.buffer.size execution.python.udf.maxRecordsPerBatch execution.pythonUDF.arrow.concurrency.level
execution.rangeExchange.sampleSizePerPartition execution.topKSortFallbackThreshold files.maxPartitionNum
files.minPartitionNum hive.metastorePartitionPruningInSetThreshold hive.tablePropertyLengthThreshold
inMemoryColumnarStorage.batchSize leafNodeDefaultParallelism limit.initialNumPartitions limit.scaleUpFactor
maxConcurrentOutputFileWriters maxMetadataStringLength objectHashAggregate.sortBased.fallbackThreshold
optimizer.dynamicPartitionPruning.broadcastProjection.maxRows optimizer.expressionProjectionCandidateLimit
optimizer.inSetConversionThreshold optimizer.inSetSwitchThreshold optimizer.mapLookupHashThreshold
optimizer.maxIterations optimizer.optimizeExpandRatio optimizer.runtimeFilter.number.threshold
optimizer.singleTaskExecution.localTableScan.minRows optimizer.singleTaskExecution.localTableScan.threshold
optimizer.singleTaskExecution.maxNumFiles optimizer.singleTaskExecution.minNumFiles
optimizer.windowGroupLimitThreshold orc.columnarReaderBatchSize orc.columnarWriterBatchSize
parquet.columnarReaderBatchSize parquet.pushdown.inFilterThreshold parser.parserDfaCacheFlushThreshold
pipelines.event.queue.capacity pipelines.execution.maxConcurrentFlows pipelines.maxFlowRetryAttempts pivotMaxValues
protobuf.descriptorCacheSize pyspark.plotting.max_rows repl.eagerEval.maxNumRows repl.eagerEval.truncate
session.localRelationCacheThreshold session.localRelationChunkSizeRows sessionWindow.buffer.in.memory.threshold
sessionWindow.buffer.spill.threshold shuffle.partitions shuffledHashJoinFactor
sortMergeJoinExec.buffer.in.memory.threshold sortMergeJoinExec.buffer.spill.threshold sources.binaryFile.maxLength
sources.bucketing.maxBuckets sources.parallelPartitionDiscovery.parallelism
sources.parallelPartitionDiscovery.threshold sources.structPredicateDecompose.maxFields stackTracesInDataFrameContext
statistics.histogram.numBins statistics.percentile.accuracy streaming.aggregation.stateFormatVersion
streaming.continuous.epochBacklogQueueSize streaming.continuous.executorQueueSize
streaming.fileSink.log.compactInterval streaming.fileSource.cleaner.numThreads
streaming.fileSource.log.compactInterval streaming.flatMapGroupsWithState.stateFormatVersion
streaming.internal.stateStore.partitions streaming.join.stateFormatVersion streaming.maxBatchesToRetainInMemory
streaming.minBatchesToRetain streaming.numRecentProgressUpdates streaming.offsetLog.formatVersion
streaming.sessionWindow.stateFormatVersion streaming.stateStore.autoSnapshotRepair.maxChangeFileReplay
streaming.stateStore.autoSnapshotRepair.numFailuresBeforeActivating streaming.stateStore.checkpointFormatVersion
streaming.stateStore.fileChecksumThreadPoolSize streaming.stateStore.maxLaggingStoresToReport
streaming.stateStore.maxNumStateSchemaFiles streaming.stateStore.maxVersionsToDeletePerMaintenance
streaming.stateStore.minDeltasForSnapshot streaming.stateStore.numStateStoreInstanceMetricsToReport
streaming.stateStore.numStateStoreMaintenanceThreads streaming.stateStore.rocksdb.formatVersion
streaming.stateStore.rocksdb.mergeOperatorVersion streaming.stateStore.valueStateSchemaEvolutionThreshold
streaming.transformWithState.stateSchemaVersion subexpressionElimination.cache.maxEntries
thriftserver.ui.retainedSessions thriftserver.ui.retainedStatements transposeMaxValues
variant.shredding.maxSchemaDepth variant.shredding.maxSchemaWidth view.maxNestedViewDepth window.segmentTree.blockSize
window.segmentTree.fanout window.segmentTree.minPartitionRows windowExec.buffer.in.memory.threshold
windowExec.buffer.spill.threshold
""",
    "bytes in BYTE": """
adaptive.advisoryPartitionSizeInBytes adaptive.autoBroadcastJoinThreshold adaptive.coalescePartitions.minPartitionSize
adaptive.maxShuffledHashJoinLocalMapThreshold adaptive.shuffle.targetPostShuffleInputSize
adaptive.skewJoin.skewedPartitionThresholdInBytes autoBroadcastJoinThreshold
cartesianProductExec.buffer.spill.size.threshold defaultSizeInBytes execution.arrow.localRelationThreshold
execution.arrow.maxBytesPerBatch execution.arrow.maxBytesPerOutputBatch execution.python.udf.maxBytesPerBatch
files.maxPartitionBytes files.openCostInBytes inMemoryColumnarStorage.hugeVectorThreshold maxBroadcastTableSize
maxPlanStringLength maxSinglePartitionBytes optimizeNullAwareAntiJoin.broadcastThreshold
optimizer.dynamicPartitionPruning.broadcastProjection.maxBytes
optimizer.dynamicPartitionPruning.broadcastProjection.maxSourceBytes
optimizer.runtime.bloomFilter.applicationSideScanSizeThreshold optimizer.runtime.bloomFilter.creationSideThreshold
optimizer.runtime.bloomFilter.materializedCreationSideThreshold session.localRelationChunkSizeLimit
sessionWindow.buffer.spill.size.threshold sortMergeJoinExec.buffer.spill.size.threshold
windowExec.buffer.spill.size.threshold
""",
    "double": """
adaptive.convertSortMergeJoinToShuffledHashJoin.minWideningFactor adaptive.nonEmptyPartitionRatioForBroadcastJoin
adaptive.rebalancePartitionsSmallPartitionFactor adaptive.skewJoin.skewedPartitionFactor
analyzer.singlePassResolver.dualRunSampleRate cbo.joinReorder.card.weight cbo.starJoinFTRatio
inMemoryColumnarStorage.hugeVectorReserveRatio optimizer.dynamicPartitionPruning.fallbackFilterRatio
parser.parserDfaCacheFlushRatio sources.fileCompressionFactor statistics.ndv.maxError
streaming.ratioExtraSpaceAllowedInCheckpoint streaming.stateStore.snapshotToCleanupThreadRatio
""",
    "time in SECONDS": """
broadcastTimeout execution.pyspark.udf.idleTimeoutSeconds execution.pyspark.udf.tracebackDumpIntervalSeconds
pipelines.execution.streamstate.pollingInterval pipelines.execution.watchdog.maxRetryTime
pipelines.execution.watchdog.minRetryTime scriptTransformation.exitTimeoutInSeconds
streaming.stateStore.maintenanceForceShutdownTimeout streaming.stateStore.maintenanceProcessingTimeout
streaming.stateStore.maintenanceShutdownTimeout thriftServer.queryTimeout
""",
    "long": """
files.maxRecordsPerFile hive.filesourcePartitionFileCacheSize optimizer.runtime.bloomFilter.expectedNumItems
optimizer.runtime.bloomFilter.maxNumBits optimizer.runtime.bloomFilter.maxNumItems
optimizer.runtime.bloomFilter.numBits optimizer.singleTaskExecution.minNumBytes
session.localRelationBatchOfChunksSizeBytes session.localRelationChunkSizeBytes session.localRelationSizeLimit
streaming.realTimeMode.transformWithState.ttlEvictionIntervalMs streaming.stateStore.multiplierForMinTimeDiffToLog
streaming.stateStore.multiplierForMinVersionDiffToLog streaming.stateStore.rowChecksum.readVerificationRatio
streaming.statefulOperator.incrementalCleanupFactor
""",
    "time in MILLISECONDS": """
pipelines.timeoutMsForTerminationJoinAndLock streaming.continuous.executorPollIntervalMs
streaming.fileSink.log.cleanupDelay streaming.fileSource.log.cleanupDelay streaming.noDataProgressEventInterval
streaming.pollingDelay streaming.realTimeMode.minBatchDuration streaming.stateStore.maintenanceInterval
streaming.stateStore.snapshotLagReportInterval streaming.stopTimeout
""",
    "bytes in MiB": """
planner.pythonExecution.memory
""",
}
"""Spark's names of the types of those that are neither texts nor booleans."""

_BOOLEANS = (
    "legacy.csv.enableDateTimeParsingFallback",
    "legacy.json.enableDateTimeParsingFallback",
    "legacy.nullInEmptyListBehavior",
)
"""Booleans that are neither true nor false where nobody set them."""

_CHOICES: dict[str, tuple[str, ...]] = {
    "adaptive.logLevel": ("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
    "avro.compression.codec": ("bzip2", "deflate", "uncompressed", "xz", "snappy", "zstandard"),
    "avro.datetimeRebaseModeInRead": ("EXCEPTION", "LEGACY", "CORRECTED"),
    "avro.datetimeRebaseModeInWrite": ("EXCEPTION", "LEGACY", "CORRECTED"),
    "binaryOutputStyle": ("UTF-8", "BASIC", "BASE64", "HEX", "HEX_DISCRETE"),
    "codegen.compiler": ("janino", "jdk"),
    "codegen.factoryMode": ("FALLBACK", "CODEGEN_ONLY", "NO_CODEGEN"),
    "codegen.logLevel": ("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
    "dataframeCache.logLevel": ("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
    "defaultCacheStorageLevel": (
        "NONE",
        "DISK_ONLY",
        "DISK_ONLY_2",
        "DISK_ONLY_3",
        "MEMORY_ONLY",
        "MEMORY_ONLY_2",
        "MEMORY_ONLY_SER",
        "MEMORY_ONLY_SER_2",
        "MEMORY_AND_DISK",
        "MEMORY_AND_DISK_2",
        "MEMORY_AND_DISK_SER",
        "MEMORY_AND_DISK_SER_2",
        "OFF_HEAP",
    ),
    "error.messageFormat": ("PRETTY", "MINIMAL", "STANDARD", "DEBUG"),
    "execution.arrow.compression.codec": ("none", "zstd", "lz4"),
    "execution.pandas.structHandlingMode": ("legacy", "row", "dict"),
    "expressionTreeChangeLog.level": ("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
    "functionResolution.sessionOrder": ("first", "second", "last"),
    "hive.caseSensitiveInferenceMode": ("INFER_AND_SAVE", "INFER_ONLY", "NEVER_INFER"),
    "legacy.ctePrecedencePolicy": ("EXCEPTION", "LEGACY", "CORRECTED"),
    "legacy.timeParserPolicy": ("EXCEPTION", "LEGACY", "CORRECTED"),
    "mapKeyDedupPolicy": ("EXCEPTION", "LAST_WIN"),
    "nameResolutionLog.level": ("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
    "orc.compression.codec": ("brotli", "uncompressed", "lz4", "lzo", "snappy", "zlib", "none", "zstd"),
    "orc.impl": ("hive", "native"),
    "parquet.compression.codec": ("brotli", "uncompressed", "lzo", "snappy", "lz4_raw", "none", "zstd", "lz4", "gzip"),
    "parquet.datetimeRebaseModeInRead": ("EXCEPTION", "LEGACY", "CORRECTED"),
    "parquet.datetimeRebaseModeInWrite": ("EXCEPTION", "LEGACY", "CORRECTED"),
    "parquet.int96RebaseModeInRead": ("EXCEPTION", "LEGACY", "CORRECTED"),
    "parquet.int96RebaseModeInWrite": ("EXCEPTION", "LEGACY", "CORRECTED"),
    "parquet.outputTimestampType": ("INT96", "TIMESTAMP_MICROS", "TIMESTAMP_MILLIS"),
    "planChangeLog.level": ("ERROR", "WARN", "INFO", "DEBUG", "TRACE"),
    "pyspark.dataSource.profiler": ("perf", "memory"),
    "pyspark.udf.profiler": ("perf", "memory"),
    "sources.partitionOverwriteMode": ("STATIC", "DYNAMIC"),
    "storeAssignmentPolicy": ("ANSI", "LEGACY", "STRICT"),
    "timestampType": ("TIMESTAMP_NTZ", "TIMESTAMP_LTZ"),
}
"""The values that some may have, whatever their case."""

_CASED = ("execution.pandas.structHandlingMode",)
"""Those whose case matters."""

_LEAST: dict[str, float] = {
    name: least
    for least, names in {
        -1: "codegen.logging.maxLines optimizer.windowGroupLimitThreshold",
        0: """
            adaptive.nonEmptyPartitionRatioForBroadcastJoin adaptive.skewJoin.skewedPartitionFactor
            cbo.joinReorder.card.weight execution.arrow.localRelationThreshold
            execution.broadcastHashJoin.outputPartitioningExpandLimit execution.pandas.udf.buffer.size
            execution.pyspark.udf.idleTimeoutSeconds execution.pyspark.udf.tracebackDumpIntervalSeconds
            execution.python.udf.buffer.size maxPlanStringLength optimizer.inSetSwitchThreshold
            optimizer.mapLookupHashThreshold optimizer.runtimeFilter.number.threshold parquet.pushdown.inFilterThreshold
            protobuf.descriptorCacheSize session.localRelationCacheThreshold
            sources.parallelPartitionDiscovery.threshold subexpressionElimination.cache.maxEntries
        """,
        1: """
            adaptive.advisoryPartitionSizeInBytes adaptive.coalescePartitions.initialPartitionNum
            adaptive.coalescePartitions.maxReducerPartitionsPerTask adaptive.coalescePartitions.minPartitionNum
            adaptive.coalescePartitions.minPartitionSize adaptive.shuffle.targetPostShuffleInputSize
            addPartitionInBatch.size avro.xz.level bucketing.coalesceBucketsInJoin.maxBucketRatio
            cartesianProductExec.buffer.spill.size.threshold cbo.joinReorder.dp.threshold codegen.methodSplitThreshold
            execution.arrow.maxBytesPerBatch execution.python.udf.maxRecordsPerBatch files.maxPartitionNum
            files.minPartitionNum hive.metastorePartitionPruningInSetThreshold leafNodeDefaultParallelism
            limit.initialNumPartitions scriptTransformation.exitTimeoutInSeconds
            session.localRelationBatchOfChunksSizeBytes session.localRelationChunkSizeBytes
            session.localRelationChunkSizeRows session.localRelationSizeLimit sessionWindow.buffer.spill.size.threshold
            shuffle.partitions shuffledHashJoinFactor sortMergeJoinExec.buffer.spill.size.threshold
            sources.bucketing.maxBuckets sources.structPredicateDecompose.maxFields stackTracesInDataFrameContext
            streaming.minBatchesToRetain view.maxNestedViewDepth window.segmentTree.minPartitionRows
            windowExec.buffer.spill.size.threshold
        """,
        2: """
            codegen.wholeStage.union.maxChildren execution.pythonUDF.arrow.concurrency.level
            statistics.histogram.numBins window.segmentTree.fanout
        """,
        4: "maxMetadataStringLength",
        16: "window.segmentTree.blockSize",
    }.items()
    for name in names.split()
}
"""The least number that some may be."""

_UNITS = {
    "bytes": {"b": 1, **{unit + end: 1024**power for power, unit in enumerate("kmgtp", 1) for end in ("", "b", "ib")}},
    "time": dict.fromkeys(("us", "ms", "s", "m", "min", "h", "d"), 1),
}
_DOUBLE = re.compile(r"([+-]?(?:nan|infinity|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))[fd]?", re.ASCII)


@cache
def _kinds() -> dict[str, str]:
    return {name: kind for kind, names in _KINDS.items() for name in names.split()}


def kind_of(key: str) -> str:
    """The type of a setting's values in Spark's words; string where any text may be.

    >>> kind_of("spark.sql.ansi.enabled"), kind_of("spark.sql.shuffle.partitions"), kind_of("spark.sql.x")
    ('boolean', 'int', 'string')
    """
    name = key.removeprefix(PREFIX)
    if default_of(key)[1] in ("true", "false") or name in _BOOLEANS:
        return "boolean"
    return _kinds().get(name, "string")


def meant(key: str, text: str) -> str:
    """A setting's text in the one spelling that code looks for: booleans in lower case, choices as Spark lists them.

    >>> meant("spark.sql.ansi.enabled", " TRUE "), meant("spark.sql.mapKeyDedupPolicy", "last_win")
    ('true', 'LAST_WIN')
    """
    text = text.strip()
    for choice in _CHOICES.get(key.removeprefix(PREFIX), ()):
        if text.upper() == choice.upper():
            return choice
    return text.lower() if kind_of(key) == "boolean" else text


def check_value(key: str, text: str) -> None:
    """Raises IllegalArgumentException for a text that the setting cannot have, as Spark does; AnalysisException for a
    setting that it no longer has."""
    name, kind = key.removeprefix(PREFIX), kind_of(key)
    if name in REMOVED and text != REMOVED[name]:
        raise AnalysisException(
            f"{key} is gone from Spark, and with it what {text!r} meant", "_LEGACY_ERROR_TEMP_1226", {"configName": key}
        )
    if kind == "boolean" and text.strip().lower() not in ("true", "false"):
        raise wrong_value(key, text, "TYPE_MISMATCH", "it must be true or false", confType="boolean")
    if kind not in ("boolean", "string"):
        _check_number(key, text, kind)
    choices = _CHOICES.get(name)
    if choices is not None and (text.strip() if name in _CASED else meant(key, text)) not in choices:
        listed = ", ".join(choices)
        raise wrong_value(key, text, "OUT_OF_RANGE_OF_OPTIONS", f"it must be one of {listed}", confOptions=listed)


def _check_number(key: str, text: str, kind: str) -> None:
    number = _number(text.strip().lower(), kind)
    if number is None:
        raise wrong_value(key, text, "TYPE_MISMATCH", f"it must be {_WORDS.get(kind, kind)}", confType=kind)
    least = _LEAST.get(key.removeprefix(PREFIX))
    if least is not None and not number >= least:
        must = {0: "must not be negative", 1: "must be positive"}.get(int(least), f"must be at least {least}")
        raise wrong_value(key, text, "REQUIREMENT", f"it {must}", confRequirement=must)


_WORDS = {
    "int": "a whole number of 32 bits",
    "long": "a whole number of 64 bits",
    "double": "a number",
    "bytes in BYTE": "a size: a number and b, k, m, g, t or p",
    "bytes in MiB": "a size: a number and k, m, g or t",
    "time in SECONDS": "a time: a number and us, ms, s, m, h or d",
    "time in MILLISECONDS": "a time: a number and us, ms, s, m, h or d",
}


def _number(text: str, kind: str) -> float | None:
    if kind == "double":
        found = _DOUBLE.fullmatch(text)
        return float(found[1]) if found else None
    found = re.fullmatch(r"([+-]?\d+)([a-z]*)", text, re.ASCII)
    if found is None:
        return None
    number, unit = int(found[1]), found[2]
    if kind in ("int", "long"):
        bits = 31 if kind == "int" else 63
        return number if not unit and -(1 << bits) <= number < 1 << bits else None
    units = _UNITS[kind.partition(" ")[0]]
    return None if unit and unit not in units else number * units.get(unit, 1)


REMOVED = {
    "hive.verifyPartitionPath": "false",
    "legacy.avro.datetimeRebaseModeInRead": "CORRECTED",
    "legacy.avro.datetimeRebaseModeInWrite": "CORRECTED",
    "legacy.parquet.int96RebaseModeInRead": "CORRECTED",
    "legacy.parquet.int96RebaseModeInWrite": "CORRECTED",
    "legacy.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "parquet.int64AsTimestampMillis": "false",
    "optimizer.planChangeLog.rules": "",
    "optimizer.planChangeLog.batches": "",
    "optimizer.planChangeLog.level": "trace",
    "execution.pandas.respectSessionTimeZone": "true",
    "legacy.compareDateTimestampInTimestamp": "true",
    "fromJsonForceNullableSchema": "true",
    "optimizer.runtimeFilter.semiJoinReduction.enabled": "false",
    "legacy.allowCreatingManagedTableUsingNonemptyLocation": "false",
    "ansi.strictIndexOperator": "true",
}
"""Settings that Spark no longer has, and the values that it still lets pass."""


def wrong_value(key: str, text: str, what: str, why: str, **more: str) -> IllegalArgumentException:
    """The error for a value that a setting cannot have."""
    return IllegalArgumentException(
        f"{key} cannot be {text!r}: {why}", f"INVALID_CONF_VALUE.{what}", {"confValue": text, "confName": key, **more}
    )
