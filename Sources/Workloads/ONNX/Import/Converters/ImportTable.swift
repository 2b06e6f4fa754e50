/// Rewrites one ONNX node as ATen operators and gives its results in order.
typealias ImportRule = @Sendable (OnnxCall, inout GraphComposer) throws -> [ImportedValue]

/// The rules by ONNX operator of the default domain.
enum ImportTable {
    static let rules: [String: ImportRule] = [
        PointwiseRules.table, ComparisonRules.table, ActivationRules.table, ReductionRules.table, OrderRules.table,
        LayoutRules.table, SlicingRules.table, PaddingRules.table, IndexingRules.table, ScatterRules.table,
        GeneratorRules.table, ProductRules.table, ConvolutionRules.table, PoolingRules.table,
        NormalizationRules.table, LossRules.table, ResizeRules.table, RecurrentRules.table, AttentionRules.table,
    ].reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
}
