/// What a schedule and a dialect need to know of the machine they write for; a value, never queried behind one's back.
public struct TargetProfile: Sendable, Hashable, Codable {
    /// A name that identifies the profile in solutions and records, e.g. `cpu-avx512`.
    public var name: String
    /// Lanes of the float32 vectors that kernels may use, narrowest first, e.g. `[4, 8, 16]`.
    public var vectorWidths: [Int]
    /// Architectural vector registers, e.g. 32 with AVX-512.
    public var vectorRegisters: Int
    /// Cores (compute units) that run work-groups at the same time.
    public var cores: Int
    /// Bytes of the first-level data cache of one core.
    public var l1Bytes: Int
    /// Bytes of the second-level cache of one core.
    public var l2Bytes: Int
    /// Bytes of the last-level cache.
    public var l3Bytes: Int
    /// Bytes of local (shared) memory a work-group may use.
    public var localBytes: Int
    /// The largest work-group.
    public var maxGroupSize: Int
    /// Formats in which a warp multiplies small matrices by one instruction; empty where there is none.
    public var matrixFormats: [MatrixFormat]
    /// Whether one work-item with explicit vectors beats many work-items (true on CPUs).
    public var prefersExplicitLanes: Bool

    public init(
        name: String, vectorWidths: [Int], vectorRegisters: Int, cores: Int, l1Bytes: Int, l2Bytes: Int, l3Bytes: Int,
        localBytes: Int, maxGroupSize: Int, matrixFormats: [MatrixFormat] = [], prefersExplicitLanes: Bool
    ) {
        self.name = name
        self.vectorWidths = vectorWidths
        self.vectorRegisters = vectorRegisters
        self.cores = cores
        self.l1Bytes = l1Bytes
        self.l2Bytes = l2Bytes
        self.l3Bytes = l3Bytes
        self.localBytes = localBytes
        self.maxGroupSize = maxGroupSize
        self.matrixFormats = matrixFormats
        self.prefersExplicitLanes = prefersExplicitLanes
    }

    /// A two-core CPU with AVX-512, for tests and for planning without a device.
    public static let genericAVX512 = TargetProfile(
        name: "cpu-avx512", vectorWidths: [4, 8, 16], vectorRegisters: 32, cores: 2, l1Bytes: 32 << 10,
        l2Bytes: 1 << 20, l3Bytes: 16 << 20, localBytes: 32 << 10, maxGroupSize: 4096, prefersExplicitLanes: true)

    /// A two-core CPU with AVX2: vectors half as wide, and half as many.
    public static let genericAVX2 = TargetProfile(
        name: "cpu-avx2", vectorWidths: [4, 8], vectorRegisters: 16, cores: 2, l1Bytes: 32 << 10, l2Bytes: 512 << 10,
        l3Bytes: 16 << 20, localBytes: 32 << 10, maxGroupSize: 4096, prefersExplicitLanes: true)
}
