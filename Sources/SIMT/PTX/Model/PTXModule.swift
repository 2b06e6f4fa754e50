/// A PTX text, parsed and resolved.
public struct PTXModule: Sendable, Hashable {
    /// The version of the PTX language.
    public struct Version: Sendable, Hashable, Comparable, CustomStringConvertible {
        public var major: Int
        public var minor: Int

        public init(major: Int, minor: Int) {
            self.major = major
            self.minor = minor
        }

        public var description: String { "\(major).\(minor)" }

        public static func < (left: Version, right: Version) -> Bool {
            (left.major, left.minor) < (right.major, right.minor)
        }
    }

    public var version: Version
    /// The architecture and any options, e.g. `["sm_86"]`.
    public var target: [String]
    /// 32 or 64 bits.
    public var addressSize: Int
    /// The paths of the CUDA sources by the numbers that locations use.
    public var files: [Int: String]
    /// Variables outside functions: `global`, `const`, `shared`.
    public var variables: [PTXVariable]
    /// Kernels and device functions in the order of the text; of several declarations of a name, one.
    public var functions: [PTXFunction]
    /// The texts of `.pragma` directives outside functions.
    public var pragmas: [String]

    public init(version: Version, target: [String], addressSize: Int) {
        self.version = version
        self.target = target
        self.addressSize = addressSize
        files = [:]
        variables = []
        functions = []
        pragmas = []
    }

    /// The functions that can be launched.
    public var kernels: [PTXFunction] { functions.filter { $0.isKernel && $0.hasBody } }

    /// The function or kernel of that name; nil if there is none.
    public func function(named name: String) -> PTXFunction? { functions.first { $0.name == name } }
}
