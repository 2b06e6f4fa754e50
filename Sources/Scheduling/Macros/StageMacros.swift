/// The parameters of the macros that schedule single stages; each stage is scheduled by the one that suits its class.
public struct StageMacros: Sendable, Hashable, Codable {
    public var gemm: GemmCPU
    public var streaming: StreamingCPU
    public var reduction: ReductionCPU
    public var normalization: NormalizationCPU
    public var convolution: ConvolutionCPU
    public var scan: ScanCPU
    public var attention: AttentionCPU

    public init(
        gemm: GemmCPU = GemmCPU(), streaming: StreamingCPU = StreamingCPU(), reduction: ReductionCPU = ReductionCPU(),
        normalization: NormalizationCPU = NormalizationCPU(), convolution: ConvolutionCPU = ConvolutionCPU(),
        scan: ScanCPU = ScanCPU(), attention: AttentionCPU = AttentionCPU()
    ) {
        self.attention = attention
        self.gemm = gemm
        self.streaming = streaming
        self.reduction = reduction
        self.normalization = normalization
        self.convolution = convolution
        self.scan = scan
    }

    /// Reads records from before convolutions, scans and attention had parameters, too; attention was separate kernels.
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        gemm = try fields.decode(GemmCPU.self, forKey: .gemm)
        streaming = try fields.decode(StreamingCPU.self, forKey: .streaming)
        reduction = try fields.decode(ReductionCPU.self, forKey: .reduction)
        normalization = try fields.decode(NormalizationCPU.self, forKey: .normalization)
        convolution = try fields.decodeIfPresent(ConvolutionCPU.self, forKey: .convolution) ?? ConvolutionCPU()
        scan = try fields.decodeIfPresent(ScanCPU.self, forKey: .scan) ?? ScanCPU()
        attention =
            try fields.decodeIfPresent(AttentionCPU.self, forKey: .attention) ?? AttentionCPU(queries: 0)
    }
}
