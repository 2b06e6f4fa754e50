import KernelIR

/// A kernel program ready to be compiled, judged and deployed: sources and a launch plan, nothing that runs on the host.
public struct Solution: Sendable, Hashable, Codable {
    /// What the sources are written for.
    public struct Target: Sendable, Hashable, Codable {
        public enum Language: String, Sendable, Hashable, Codable { case opencl, cuda }
        public var language: Language
        /// The name of the `TargetProfile` the sources were written for.
        public var profile: String
        public init(language: Language, profile: String) { (self.language, self.profile) = (language, profile) }
    }

    /// One source file.
    public struct Source: Sendable, Hashable, Codable {
        public var path: String
        public var content: String
        public init(path: String, content: String) { (self.path, self.content) = (path, content) }
    }

    /// A device buffer that lives for one call and whose contents are undefined when the call begins.
    public struct Scratch: Sendable, Hashable, Codable {
        public var name: String
        public var bytes: Int
        public init(name: String, bytes: Int) { (self.name, self.bytes) = (name, bytes) }
    }

    /// One kernel argument, in the order of the kernel's parameters.
    public enum Argument: Sendable, Hashable, Codable {
        case input(String)
        case parameter(String)
        case output(String)
        case scratch(String)
        case scalar(DType, Double)
    }

    /// One kernel launch; launches of a solution run in order.
    public struct Launch: Sendable, Hashable, Codable {
        public enum Phase: String, Sendable, Hashable, Codable {
            /// Sees parameters and scratch only; timed in every call unless parameters are declared frozen.
            case prepare
            case run
        }
        public var kernel: String
        public var phase: Phase
        /// Number of work-groups (blocks) along x, y, z.
        public var grid: [Int]
        /// Work-items (threads) of one group along x, y, z.
        public var block: [Int]
        /// Bytes of dynamic local (shared) memory.
        public var sharedBytes: Int
        public var arguments: [Argument]

        public init(
            kernel: String, phase: Phase = .run, grid: [Int], block: [Int], sharedBytes: Int = 0, arguments: [Argument]
        ) {
            self.kernel = kernel
            self.phase = phase
            self.grid = grid
            self.block = block
            self.sharedBytes = sharedBytes
            self.arguments = arguments
        }
    }

    public var name: String
    /// The content hash of the workload this solves.
    public var workload: String
    public var target: Target
    public var sources: [Source]
    /// Compiler options, from the allow-list of the device.
    public var options: [String]
    public var scratch: [Scratch]
    public var launches: [Launch]
    /// The replayable schedule that produced the sources, as JSON text, where there is one.
    public var schedule: String?
    /// Who wrote it: a policy's name, or `user`.
    public var author: String

    public init(
        name: String, workload: String, target: Target, sources: [Source], options: [String] = [],
        scratch: [Scratch] = [], launches: [Launch], schedule: String? = nil, author: String
    ) {
        self.name = name
        self.workload = workload
        self.target = target
        self.sources = sources
        self.options = options
        self.scratch = scratch
        self.launches = launches
        self.schedule = schedule
        self.author = author
    }
}
