/// One of the sizes at which a suite's workloads were traced.
public enum SizePreset: String, Sendable, Hashable, Codable, CaseIterable {
    /// At most 20 MFLOP and 1 MiB where the network allows it: tests and emulation.
    case tiny
    /// At most 10 GFLOP and 128 MiB of inputs and outputs where the network allows it.
    case cpu
    /// As published.
    case gpu
}
