import Scheduling

/// A schedule that was certified for another workload, or for this one under other conditions: a start worth trying.
public struct Precedent: Sendable, Hashable, Codable {
    /// The other workload as it was named.
    public var workload: String
    public var workloadHash: String
    /// How far apart the workloads are; one unit is a factor of two in every size.
    public var distance: Double
    /// The address of its certificate.
    public var certificate: String
    public var parameters: ProgramCPU

    public init(
        workload: String, workloadHash: String, distance: Double, certificate: String, parameters: ProgramCPU
    ) {
        self.workload = workload
        self.workloadHash = workloadHash
        self.distance = distance
        self.certificate = certificate
        self.parameters = parameters
    }
}
