"""Spark's further settings, most of which it calls internal: what they are where nobody set them."""

from __future__ import annotations


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


ON = names(
    """
adaptive.applyFinalStageShuffleOptimizations adaptive.fetchShuffleBlocksInBatch adaptive.streaming.stateless.enabled
analyzer.dontDeduplicateExpressionIfExprIdInOutput analyzer.expandTagPassthroughDuplicates
analyzer.failAmbiguousSelfJoin analyzer.lowerEmptyGroupingSetToGlobalAggregate.enabled
analyzer.preferColumnOverLcaInArrayIndex analyzer.scalarSubqueryAllowGroupByColumnEqualToConstant
analyzer.singlePassResolver.enableAsOfJoinResolution analyzer.singlePassResolver.relationBridging.enabled
analyzer.singlePassResolver.runExtendedResolutionChecks analyzer.singlePassResolver.runHeavyExtendedResolutionChecks
analyzer.singlePassResolver.validationEnabled analyzer.sqlFunctionResolution.applyConfOverrides
analyzer.strictDataFrameColumnResolution analyzer.subqueryAliasAlwaysPropagateMetadataColumns
analyzer.unionIsResolvedWhenDuplicatesPerChildResolved analyzer.uniqueNecessaryMetadataColumns
assumeAnsiFalseIfNotPersisted.enabled codegen.aggregate.map.twolevel.enabled
codegen.aggregate.map.twolevel.partialOnly codegen.aggregate.sortAggregate.enabled
codegen.aggregate.sortAggregate.withKeys.enabled codegen.aggregate.splitAggregateFunc.enabled codegen.fallback
codegen.join.buildSideOuterShuffledHashJoin.enabled codegen.join.existenceSortMergeJoin.enabled
codegen.join.fullOuterShuffledHashJoin.enabled codegen.join.fullOuterSortMergeJoin.enabled
codegen.splitConsumeFuncByOperator codegen.useIdInClassName codegen.wholeStage codegen.wholeStage.union.enabled
collation.objectLevel.enabled constraintPropagation.enabled cteRelationDefMaxRows.enabled
dataFrameQueryContext.enabled dataSource.alwaysCreateV2Predicate dataSource.skipAssertOnPredicatePushdown
decimalOperations.allowPrecisionLoss defaultColumn.enabled defaultColumn.useNullsForMissingDefaultValues
defaultUrlStreamHandlerFactory.enabled dropDuplicates.deterministicKeyOrder.enabled
enforceTypeCoercionBeforeUnionDeduplication.enabled exchange.reuse execution.combineAdjacentAggregation
execution.datasources.hadoopLineRecordReader.enabled execution.pandas.convertToArrowArraySafely
execution.pushDownLocalSort execution.pythonUDF.mapInBatch.legacy.acceptAnyIterable.enabled
execution.removeRedundantProjects execution.removeRedundantSorts execution.replaceHashWithSortAgg
execution.reuseSubquery execution.sortBeforeRepartition execution.useHashAggregateExec
execution.useObjectHashAggregateExec extensions.test.loadFromCp files.supportSecondOffsetFormat geospatial.enabled
hive.advancedPartitionPredicatePushdown.enabled hive.gatherFastStats hive.manageFilesourcePartitions
hive.metastorePartitionPruning hive.thriftServer.http.sniHostCheckEnabled inMemoryColumnarStorage.partitionPruning
insertIntoReplaceOnByName.enabled insertIntoReplaceUsingByName.enabled insertIntoReplaceWhereColumnList.enabled
join.preferSortMergeJoin json.enableExactStringParsing json.enablePartialResults
jsonGenerator.writeNullIfWithDefaultValue lateralColumnAlias.enableImplicitResolution lazySetOperatorOutput.enabled
legacy.execution.pandas.groupedMap.assignColumnsByName legacy.followThreeValuedLogicInArrayExists
legacy.histogramNumericPropagateInputType legacy.literal.pickMinimumPrecision
legacy.replaceDatabricksSparkAvro.enabled legacy.setCommandRejectsSparkCoreConfs legacy.sizeOfNull
lightweightPlanChangeValidation listagg.allowDistinctCastWithOrder.enabled mapZipWithUsesJavaCollections
optimizeNullAwareAntiJoin optimizer.datasourceV2ExprFolding optimizer.decorrelateInnerQuery.enabled
optimizer.decorrelateJoinPredicate.enabled optimizer.decorrelateLimit.enabled optimizer.decorrelateOffset.enabled
optimizer.decorrelatePredicateSubqueriesInJoinPredicate.enabled optimizer.decorrelateSetOps.enabled
optimizer.decorrelateSubqueryPreventConstantHoldingForCountBug.enabled
optimizer.decorrelateUnionOrSetOpUnderLimit.enabled optimizer.dynamicPartitionPruning.reuseBroadcastOnly
optimizer.dynamicPartitionPruning.useStats optimizer.excludeSubqueryRefsFromRemoveRedundantAliases.enabled
optimizer.expression.nestedPruning.enabled optimizer.insertMapSortInDistinctAggregates.enabled
optimizer.nestedSchemaPruning.enabled optimizer.optimizeOneRowRelationSubquery
optimizer.optimizeOneRowRelationSubquery.alwaysInline
optimizer.optimizeUncorrelatedInSubqueriesInJoinCondition.enabled optimizer.plannedWrite.enabled
optimizer.preserveAliasMetadataWhenCollapsingProjects optimizer.propagateDistinctKeys.enabled
optimizer.pullHintsIntoSubqueries optimizer.pullOutNestedDataOuterRefExpressions.enabled
optimizer.replaceExceptWithFilter optimizer.scalarSubqueryUseSingleJoin
optimizer.serializer.nestedSchemaPruning.enabled optimizer.wrapExistsInAggregateFunction orderingAwareLimitOffset
parquet.enableNullTypeVectorizedReader parquet.filterPushdown.date parquet.filterPushdown.decimal
parquet.filterPushdown.string.startsWith parquet.filterPushdown.stringPredicate parquet.filterPushdown.timestamp
parquet.variant.annotateLogicalType.enabled parser.eagerEvalOfUnresolvedInlineTable
prioritizeOrdinalResolutionInSort.enabled requireAllClusterKeysForCoPartition retainGroupColumns
runCollationTypeCastsBeforeAliasAssignment.enabled runSQLOnFiles selfJoinAutoResolveAmbiguity sort.enableRadixSort
sources.validatePartitionColumns statistics.parallelFileListingInStatsComputation.enabled
streaming.asyncLogPurge.enabled streaming.checkUnfinishedRepartitionOnRestart
streaming.checkpoint.escapedPathCheck.enabled streaming.checkpoint.fileChecksum.enabled
streaming.checkpoint.fileChecksum.skipCreationIfFileMissingChecksum streaming.checkpoint.verifyMetadataExists.enabled
streaming.fileSink.log.deletion streaming.fileSource.log.deletion streaming.fileSource.schema.forceNullable
streaming.metadataCache.enabled streaming.realTimeMode.asyncProgressTrackingByDefault.enabled
streaming.stateStore.autoSnapshotRepair.enabled streaming.stateStore.coordinatorReportSnapshotUploadLag
streaming.stateStore.forceSnapshotUploadOnLag streaming.stateStore.formatValidation.enabled
streaming.statefulOperator.allowMultiple streaming.statefulOperator.alwaysNullableOutput.enabled
streaming.statefulOperator.checkCorrectness.enabled streaming.statefulOperator.useStrictDistribution
streaming.ui.enabled streaming.unsupportedOperationCheck streaming.verifyCheckpointDirectoryEmptyOnStart
subexpressionElimination.enabled subexpressionElimination.filterExec.enabled thriftServer.interruptOnCancel
unionOutputPartitioning useCommonExprIdForAlias variable.substitute variant.allowReadingShredded
variant.inferShreddingSchema variant.pushVariantIntoScan variant.pushVariantIntoScan.pullOutExtractions
variant.validateUnicodeInJsonParsing variant.writeShredding.enabled xml.schemaInference.incrementalTypeCasting.enabled
"""
)
"""True where nobody set them, by the names after ``spark.sql.``."""

OFF = names(
    """
adaptive.forceApply alwaysInlineCommonExpr analyzer.allowSubqueryExpressionsInLambdasOrHigherOrderFunctions
analyzer.singlePassResolver.dualRunWithLegacy analyzer.singlePassResolver.enabled
analyzer.singlePassResolver.enabledTentatively analyzer.singlePassResolver.exposeResolverGuardFailure
analyzer.singlePassResolver.preventUsingAliasesFromNonDirectChildren
analyzer.singlePassResolver.returnSinglePassResultInDualRun analyzer.singlePassResolver.throwFromResolverGuard
artifact.copyFromLocalToFs.allowDestLocal artifact.isolation.alwaysApplyClassloader artifact.isolation.enabled
binByRelationOperator.enabled codegen.aggregate.map.vectorized.enable codegen.comments collation.schemaLevel.enabled
columnVector.offheap.enabled debug execution.fastFailOnFileFormatOutput
execution.pushDownLocalSort.throughCardinalityReducer execution.pythonUDF.arrow.legacy.fallbackOnUDT
execution.usePartitionEvaluator files.archive.reader.enabled hive.convertCTAS hive.dropPartitionByName.enabled
hive.metastorePartitionPruningFallbackOnException hive.metastorePartitionPruningFastFallback
hive.showCreateTableAsSerde hive.thriftServer.singleSession inMemoryTableScanStatistics.enable
insertNestedTypeCoercion.enabled join.asofJoin.enabled join.sortMergeAsOfJoin.enabled
join.splitStreamedSideJoinCondition legacy.addSingleFileInAddFile legacy.allowAutoGeneratedAliasForView
legacy.allowEmptySchemaWrite legacy.allowHashOnMapType legacy.allowNegativeScaleOfDecimal
legacy.allowNonEmptyLocationInCTAS legacy.allowNullComparisonResultInArraySort legacy.allowParameterlessCount
legacy.allowSessionVariableInPersistedView legacy.allowStarWithSingleTableIdentifierInCount
legacy.allowTempViewCreationWithMultipleNameparts legacy.allowUdfParameterToShadowParameterlessFunction
legacy.allowUntypedScalaUDF legacy.allowZeroIndexInFormatString legacy.avro.allowIncompatibleSchema
legacy.bangEqualsNot legacy.blockCreateTempTableUsingProvider legacy.bucketedTableScan.outputOrdering
legacy.castComplexTypesToString.enabled legacy.charVarcharAsString legacy.codingErrorAction
legacy.collationAwareHashFunctions legacy.consecutiveStringLiterals.enabled
legacy.createEmptyCollectionUsingStringType legacy.createHiveTableByDefault legacy.cteDuplicateAttributeNames
legacy.dataFrameWriterV2IgnorePathOption legacy.dataset.nameNonStructGroupingKeyAsValue
legacy.db2.booleanMapping.enabled legacy.db2.numericMapping.enabled legacy.decimal.retainFractionDigitsOnTruncate
legacy.disableMapKeyNormalization legacy.doLooseUpcast legacy.duplicateBetweenInput legacy.earlyEvalCurrentTime
legacy.emptyCurrentDBInCli legacy.execution.pythonUDF.pandas.conversion.enabled
legacy.execution.pythonUDTF.pandas.conversion.enabled legacy.exponentLiteralAsDecimal.enabled
legacy.extraOptionsBehavior.enabled legacy.fromDayTimeString.enabled legacy.groupingIdWithAppendedUserGroupBy
legacy.hive.thriftServer.allowSettingSystemProperties legacy.identifierClause legacy.inSubqueryNullability
legacy.inlineCTEInCommands legacy.integerGroupingId legacy.interval.enabled legacy.javaCharsets
legacy.jdbc.timeMapping.enabled legacy.json.allowEmptyString.enabled legacy.keepCommandOutputSchema
legacy.keepPartitionSpecAsStringLiteral legacy.lpadRpadAlwaysReturnString
legacy.mssqlserver.datetimeoffsetMapping.enabled legacy.mssqlserver.numericMapping.enabled
legacy.mysql.bitArrayMapping.enabled legacy.mysql.timestampNTZMapping.enabled legacy.negativeIndexInArrayInsert
legacy.notReserveProperties legacy.nullValueWrittenAsQuotedEmptyStringCsv
legacy.observeMetricsAggregateAllAttempts legacy.oracle.timestampMapping.enabled
legacy.parameterSubstitution.constantsOnly legacy.parquet.nanosAsLong
legacy.parquet.returnNullStructIfAllFieldsMissing legacy.parseNullPartitionSpecAsStringLiteral
legacy.parseQueryWithoutEof legacy.parser.havingWithoutGroupByAsWhere legacy.pathOptionBehavior.enabled
legacy.percentileDiscCalculation legacy.persistentCatalogFirst legacy.postgres.datetimeMapping.enabled
legacy.raiseErrorWithoutErrorClass legacy.readFileSourceTableCacheIgnoreOptions
legacy.respectNullabilityInTextDatasetConversion legacy.scalarSubqueryAllowGroupByNonEqualityCorrelatedPredicate
legacy.scalarSubqueryCountBugBehavior legacy.sessionInitWithConfigDefaults legacy.setopsPrecedence.enabled
legacy.skipTypeValidationOnAlterPartition legacy.statisticalAggregate legacy.storeAnalyzedPlanForView
legacy.truncateForEmptyRegexSplit legacy.typeCoercion.datetimeToString.enabled legacy.useCurrentConfigsForView
legacy.useLegacyXMLParser legacy.useV1Command legacy.v1IdentifierNoCatalog mergeNestedTypeCoercion.enabled
optimizer.canChangeCachedPlanOutputPartitioning optimizer.datasourceV2JoinPushdown
optimizer.decorrelateExistsSubqueryLegacyIncorrectCountHandling.enabled
optimizer.decorrelateLimitOffsetLegacyIncorrectOrderHandling.enabled
optimizer.decorrelateSubqueryLegacyIncorrectCountHandling.enabled optimizer.disableHints
optimizer.dynamicPartitionPruning.broadcastProjection.enabled optimizer.getJsonObjectSharedParsing.enabled
optimizer.metadataOnly optimizer.pruneFiltersCanPruneStreamingSubplan optimizer.singleTaskExecution.aggregation
optimizer.singleTaskExecution.expand optimizer.singleTaskExecution.limitOffset optimizer.singleTaskExecution.sort
optimizer.singleTaskExecution.window parquet.ignoreVariantAnnotation
parquet.reader.respectUnknownTypeAnnotation.enabled parser.escapedStringLiterals parser.manageParserCaches
planChangeValidation planChangeValidation.nullability pyspark.legacy.inferArrayTypeFromFirstElement.enabled
pyspark.legacy.inferMapTypeFromFirstPair.enabled python.filterPushdown.enabled requireAllClusterKeysForDistribution
restrictedMode.enabled scripting.continueHandlerEnabled scripting.cursorEnabled
shuffle.orderIndependentChecksum.enableQueryLevelRollbackOnMismatch sources.ignoreDataLocality
stableDerivedColumnAlias.enabled streaming.checkpoint.renamedFileCheck.enabled streaming.fileStreamSink.ignoreMetadata
streaming.flatMapGroupsWithState.skipEmittingInitialStateKeys streaming.kafka.useDeprecatedOffsetFetching
streaming.metricsEnabled streaming.optimizeOneRowPlan.enabled streaming.queryEvolution.enableSinkEvolution
streaming.queryEvolution.enableSourceEvolution streaming.realTimeMode.dangerouslyAllowCheckpointV1.enabled
streaming.schemaInference streaming.stateStore.rowChecksum.enabled
streaming.stateStore.skipNullsForStreamStreamJoins.enabled streaming.stateStore.unloadOnCommit
streaming.triggerAvailableNowWrapper.enabled streaming.useStreamlineAggregator
subexpressionElimination.skipForShortcutExpr thriftServer.catalogMetadata.enabled thriftServer.incrementalCollect
thriftserver.shuffleDependency.fileCleanup.enabled timestampNanosTypes.enabled
truncateTable.ignorePermissionAcl.enabled variant.allowDuplicateKeys variant.pushVariantIntoScan.deferCastError
"""
)
"""False where nobody set them."""

OTHERS: dict[str, str | None] = {
    "adaptive.coalescePartitions.minPartitionNum": None,
    "adaptive.customCostEvaluatorClass": None,
    "adaptive.logLevel": "DEBUG",
    "adaptive.nonEmptyPartitionRatioForBroadcastJoin": "0.2",
    "adaptive.shuffle.targetPostShuffleInputSize": "67108864b",
    "addPartitionInBatch.size": "100",
    "analyzer.canonicalization.multiCommutativeOpMemoryOptThreshold": "3",
    "analyzer.maxIterations": "100",
    "analyzer.singlePassResolver.dualRunSampleRate": "0.1",
    "artifact.cacheStorageLevel": "MEMORY_AND_DISK_SER",
    "avro.datetimeRebaseModeInRead": "CORRECTED",
    "avro.datetimeRebaseModeInWrite": "CORRECTED",
    "avro.schemaUrlAllowedSchemes": "",
    "broadcastExchange.maxThreadThreshold": "128",
    "cache.serializer": "org.apache.spark.sql.execution.columnar.DefaultCachedBatchSerializer",
    "cartesianProductExec.buffer.in.memory.threshold": "4096",
    "cartesianProductExec.buffer.spill.size.threshold": "9223372036854775807b",
    "cartesianProductExec.buffer.spill.threshold": "2147483647",
    "catalog.spark_catalog": "builtin",
    "catalog.spark_catalog.defaultDatabase": "default",
    "catalogImplementation": "in-memory",
    "cbo.joinReorder.card.weight": "0.7",
    "cbo.starJoinFTRatio": "0.9",
    "codegen.aggregate.fastHashMap.capacityBit": "16",
    "codegen.broadcastCleanedSourceThreshold": "-1",
    "codegen.cache.maxEntries": "100",
    "codegen.compiler": "janino",
    "codegen.factoryMode": "FALLBACK",
    "codegen.hugeMethodLimit": "65535",
    "codegen.logLevel": "DEBUG",
    "codegen.logging.maxLines": "1000",
    "codegen.maxFields": "100",
    "codegen.methodSplitThreshold": "1024",
    "codegen.wholeStage.union.maxChildren": "64",
    "csv.parser.inputBufferSize": None,
    "cteRecursionAnchorRowsLimitToConvertToLocalRelation": "100",
    "cteRecursionLevelLimit": "100",
    "cteRecursionRowLimit": "1000000",
    "dataframeCache.logLevel": "TRACE",
    "defaultColumn.allowedProviders": "csv,json,orc,parquet",
    "defaultSizeInBytes": "9223372036854775807b",
    "event.truncate.length": "2147483647",
    "execution.arrow.maxBytesPerBatch": "67108864b",
    "execution.arrow.maxBytesPerOutputBatch": "-1b",
    "execution.arrow.maxRecordsPerOutputBatch": "-1",
    "execution.broadcastHashJoin.outputPartitioningExpandLimit": "8",
    "execution.pyspark.python": None,
    "execution.python.udf.maxBytesPerBatch": "-1b",
    "execution.rangeExchange.sampleSizePerPartition": "100",
    "expressionTreeChangeLog.level": "TRACE",
    "extensions": None,
    "files.openCostInBytes": "4194304b",
    "filesourceTableRelationCacheSize": "1000",
    "functionResolution.sessionOrder": "second",
    "globalTempDatabase": "global_temp",
    "hive.caseSensitiveInferenceMode": "NEVER_INFER",
    "hive.filesourcePartitionFileCacheSize": "262144000",
    "hive.metastorePartitionPruningInSetThreshold": "1000",
    "hive.tablePropertyLengthThreshold": None,
    "kafka.disallowedOptions": "",
    "legacy.csv.enableDateTimeParsingFallback": None,
    "legacy.ctePrecedencePolicy": "CORRECTED",
    "legacy.json.enableDateTimeParsingFallback": None,
    "legacy.nullInEmptyListBehavior": None,
    "legacy.timeParserPolicy": "CORRECTED",
    "limit.initialNumPartitions": "1",
    "limit.scaleUpFactor": "4",
    "maven.additionalRemoteRepositories": "https://maven-central.storage-download.googleapis.com/maven2/",
    "maxConcurrentOutputFileWriters": "0",
    "metadataCacheTTLSeconds": "-1000ms",
    "nameResolutionLog.level": "TRACE",
    "objectHashAggregate.sortBased.fallbackThreshold": "128",
    "optimizeNullAwareAntiJoin.broadcastThreshold": "-1b",
    "optimizer.dynamicPartitionPruning.broadcastProjection.maxBytes": "8388608b",
    "optimizer.dynamicPartitionPruning.broadcastProjection.maxRows": "10000",
    "optimizer.dynamicPartitionPruning.broadcastProjection.maxSourceBytes": "134217728b",
    "optimizer.dynamicPartitionPruning.fallbackFilterRatio": "0.5",
    "optimizer.expressionProjectionCandidateLimit": "100",
    "optimizer.inSetConversionThreshold": "10",
    "optimizer.inSetSwitchThreshold": "400",
    "optimizer.mapLookupHashThreshold": "1000",
    "optimizer.maxIterations": "100",
    "optimizer.nestedPredicatePushdown.supportedFileSources": "parquet,orc",
    "optimizer.optimizeExpandRatio": "-1",
    "optimizer.singleTaskExecution.localTableScan.minRows": "1",
    "optimizer.singleTaskExecution.localTableScan.threshold": "1000",
    "optimizer.singleTaskExecution.maxNumFiles": "1",
    "optimizer.singleTaskExecution.minNumBytes": "1",
    "optimizer.singleTaskExecution.minNumFiles": "1",
    "optimizer.windowGroupLimitThreshold": "1000",
    "orc.impl": "native",
    "parquet.datetimeRebaseModeInRead": "CORRECTED",
    "parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "parquet.int96RebaseModeInRead": "CORRECTED",
    "parquet.int96RebaseModeInWrite": "CORRECTED",
    "parquet.output.committer.class": "org.apache.parquet.hadoop.ParquetOutputCommitter",
    "parquet.pushdown.inFilterThreshold": "10",
    "parser.parserDfaCacheFlushRatio": "-1.0",
    "parser.parserDfaCacheFlushThreshold": "-1",
    "pipelines.event.queue.capacity": "1000",
    "pipelines.execution.maxConcurrentFlows": "16",
    "pipelines.execution.streamstate.pollingInterval": "1000ms",
    "pipelines.execution.watchdog.maxRetryTime": "3600000ms",
    "pipelines.execution.watchdog.minRetryTime": "5000ms",
    "pipelines.timeoutMsForTerminationJoinAndLock": "3600000ms",
    "planChangeLog.batches": None,
    "planChangeLog.level": "TRACE",
    "planChangeLog.rules": None,
    "protobuf.descriptorCacheSize": "8",
    "pyspark.dataSource.profiler": None,
    "queryExecutionListeners": None,
    "redaction.options.regex": "(?i)url",
    "redaction.string.regex": None,
    "reflect.allowList": "",
    "resultQueryStage.maxThreadThreshold": "1024",
    "scriptTransformation.exitTimeoutInSeconds": "10000ms",
    "session.localRelationBatchOfChunksSizeBytes": "1073741824",
    "session.localRelationChunkSizeLimit": "2097152000b",
    "session.localRelationSizeLimit": "3221225472",
    "sessionWindow.buffer.in.memory.threshold": "4096",
    "sessionWindow.buffer.spill.size.threshold": "9223372036854775807b",
    "sessionWindow.buffer.spill.threshold": "2147483647",
    "shuffleExchange.maxThreadThreshold": "1024",
    "sortMergeJoinExec.buffer.in.memory.threshold": "2147483632",
    "sortMergeJoinExec.buffer.spill.size.threshold": "9223372036854775807b",
    "sortMergeJoinExec.buffer.spill.threshold": "2147483647",
    "sources.binaryFile.maxLength": "2147483647",
    "sources.commitProtocolClass": "org.apache.spark.sql.execution.datasources.SQLHadoopMapReduceCommitProtocol",
    "sources.disabledJdbcConnProviderList": "",
    "sources.fileCompressionFactor": "1.0",
    "sources.outputCommitterClass": None,
    "sources.parallelPartitionDiscovery.parallelism": "10000",
    "sources.schemaStringLengthThreshold": "4000",
    "sources.structPredicateDecompose.maxFields": "100",
    "sources.useListFilesFileSystemList": "s3a",
    "sources.useV1SourceList": "avro,csv,json,kafka,orc,parquet,text",
    "statistics.histogram.numBins": "254",
    "statistics.ndv.maxError": "0.05",
    "statistics.percentile.accuracy": "10000",
    "streaming.aggregation.stateFormatVersion": "2",
    "streaming.commitProtocolClass": "org.apache.spark.sql.execution.streaming.ManifestFileCommitProtocol",
    "streaming.continuous.executorPollIntervalMs": "100ms",
    "streaming.continuous.executorQueueSize": "1024",
    "streaming.disabledV2MicroBatchReaders": "",
    "streaming.fileSink.log.cleanupDelay": "600000ms",
    "streaming.fileSink.log.compactInterval": "10",
    "streaming.fileSource.log.cleanupDelay": "600000ms",
    "streaming.fileSource.log.compactInterval": "10",
    "streaming.flatMapGroupsWithState.stateFormatVersion": "2",
    "streaming.internal.stateStore.partitions": None,
    "streaming.join.stateFormatVersion": "2",
    "streaming.maxBatchesToRetainInMemory": "2",
    "streaming.noDataProgressEventInterval": "10000ms",
    "streaming.offsetLog.formatVersion": "1",
    "streaming.pollingDelay": "10ms",
    "streaming.ratioExtraSpaceAllowedInCheckpoint": "0.3",
    "streaming.realTimeMode.transformWithState.ttlEvictionIntervalMs": "1000",
    "streaming.sessionWindow.stateFormatVersion": "1",
    "streaming.stateStore.autoSnapshotRepair.maxChangeFileReplay": "500",
    "streaming.stateStore.autoSnapshotRepair.numFailuresBeforeActivating": "1",
    "streaming.stateStore.checkpointFormatVersion": "1",
    "streaming.stateStore.compression.codec": "lz4",
    "streaming.stateStore.fileChecksumThreadPoolSize": "4",
    "streaming.stateStore.maintenanceForceShutdownTimeout": "60000ms",
    "streaming.stateStore.maintenanceInterval": "60000ms",
    "streaming.stateStore.maintenanceProcessingTimeout": "30000ms",
    "streaming.stateStore.maintenanceShutdownTimeout": "300000ms",
    "streaming.stateStore.maxLaggingStoresToReport": "5",
    "streaming.stateStore.maxNumStateSchemaFiles": "128",
    "streaming.stateStore.maxVersionsToDeletePerMaintenance": "-1",
    "streaming.stateStore.minDeltasForSnapshot": "10",
    "streaming.stateStore.multiplierForMinTimeDiffToLog": "10",
    "streaming.stateStore.multiplierForMinVersionDiffToLog": "5",
    "streaming.stateStore.numStateStoreInstanceMetricsToReport": "5",
    "streaming.stateStore.numStateStoreMaintenanceThreads": "2",
    "streaming.stateStore.providerClass": "org.apache.spark.sql.execution.streaming.state.HDFSBackedStateStoreProvider",
    "streaming.stateStore.rocksdb.formatVersion": "5",
    "streaming.stateStore.rocksdb.mergeOperatorVersion": "2",
    "streaming.stateStore.rowChecksum.readVerificationRatio": "0",
    "streaming.stateStore.snapshotLagReportInterval": "300000ms",
    "streaming.stateStore.snapshotToCleanupThreadRatio": "0.5",
    "streaming.stateStore.valueStateSchemaEvolutionThreshold": "16",
    "streaming.statefulOperator.incrementalCleanupFactor": "0",
    "streaming.streamingQueryListeners": None,
    "streaming.ui.enabledCustomMetricList": "",
    "streaming.ui.retainedProgressUpdates": "100",
    "streaming.ui.retainedQueries": "100",
    "subexpressionElimination.cache.maxEntries": "100",
    "subquery.maxThreadThreshold": "16",
    "thriftServer.queryTimeout": "0ms",
    "thriftserver.scheduler.pool": None,
    "thriftserver.ui.retainedSessions": "200",
    "thriftserver.ui.retainedStatements": "200",
    "ui.explainMode": "FORMATTED",
    "ui.retainedExecutions": "1000",
    "variant.forceShreddingSchemaForTest": "",
    "variant.shredding.maxSchemaDepth": "50",
    "variant.shredding.maxSchemaWidth": "300",
    "view.maxNestedViewDepth": "100",
    "window.segmentTree.fanout": "16",
    "window.segmentTree.minPartitionRows": "64",
    "windowExec.buffer.in.memory.threshold": "4096",
    "windowExec.buffer.spill.size.threshold": "9223372036854775807b",
    "windowExec.buffer.spill.threshold": "2147483647",
}
"""Those that are no booleans."""
