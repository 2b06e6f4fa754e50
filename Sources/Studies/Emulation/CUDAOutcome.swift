import Evaluation

/// What became of one workload's CUDA kernels in the emulator.
public struct CUDAOutcome: Sendable, Codable {
    public var workload: String
    /// The simulated device's id.
    public var device: String
    public var status: Verdict.Status
    public var message: String?
    /// What became of the same schedule in OpenCL C, on an OpenCL device; nil where it was not asked for or cannot be written
    /// there.
    public var openCL: OpenCL?
    /// Kernel launches of a call.
    public var launches: Int
    /// Bytes of CUDA C++.
    public var sourceBytes: Int

    /// The verdict on the OpenCL render.
    public struct OpenCL: Sendable, Codable {
        public var status: Verdict.Status
        public var message: String?
    }

    /// Whether both renders are right, or there is one only.
    public var agrees: Bool { openCL.map { ($0.status == .correct) == (status == .correct) } ?? true }

    /// One line for a person.
    public var line: String {
        let other = openCL.map { ", OpenCL \($0.status.rawValue)" + ($0.message.map { " (\($0))" } ?? "") } ?? ""
        return "\(workload) on \(device): \(status.rawValue)\(other), \(launches) launches"
            + (message.map { "; \($0)" } ?? "")
    }
}
