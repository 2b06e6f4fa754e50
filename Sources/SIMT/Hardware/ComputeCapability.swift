/// The version of a GPU's instruction set and SM, as NVIDIA counts it.
public struct ComputeCapability: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
    public var major: Int
    public var minor: Int

    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// The name compilers take: `sm_86`.
    public var architecture: String { "sm_\(major)\(minor)" }

    /// The number in that name: 86 for `sm_86`.
    public var architectureNumber: Int { major * 10 + minor }

    public var description: String { "\(major).\(minor)" }

    public static func < (left: ComputeCapability, right: ComputeCapability) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
