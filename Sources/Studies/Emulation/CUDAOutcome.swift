import Evaluation

/// What became of one workload's CUDA kernels in the emulator.
public struct CUDAOutcome: Sendable, Codable {
    public var workload: String
    /// The simulated device's id.
    public var device: String
    public var status: Verdict.Status
    public var message: String?
    /// Kernel launches of a call.
    public var launches: Int
    /// Bytes of CUDA C++.
    public var sourceBytes: Int

    /// One line for a person.
    public var line: String {
        "\(workload) on \(device): \(status.rawValue), \(launches) launches" + (message.map { "; \($0)" } ?? "")
    }
}
