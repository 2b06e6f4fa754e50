import KernelIR

/// Turns one ATen node into ONNX nodes and gives the names of the tensors that hold its results.
typealias Converter = @Sendable (OperatorCall, inout GraphBuilder) throws(KernelwrightError) -> [String]

/// All converters by ATen operator.
enum ConverterTable {
    static let converters: [String: Converter] = [
        PointwiseConverters.table, ActivationConverters.table, ReductionConverters.table,
        NormalizationConverters.table, ProductConverters.table, LayoutConverters.table, ConvolutionConverters.table,
        PoolingConverters.table, RecurrentConverters.table, AttentionConverters.table, LossConverters.table,
        SelectionConverters.table, JoiningConverters.table, ComparisonConverters.table, CreationConverters.table,
        ScanConverters.table,
    ].reduce(into: [:]) { all, family in all.merge(family) { first, _ in first } }
}
