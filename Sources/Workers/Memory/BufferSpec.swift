import KernelIR

/// One buffer that a launch plan may name: a row-major, densely packed tensor.
public struct BufferSpec: Sendable, Hashable, Codable {
    /// What a candidate may do with a buffer, and who fills it.
    public enum Role: String, Sendable, Hashable, Codable {
        /// Filled by the judge; candidates cannot write it.
        case input
        /// Like an input, but also visible to launches of phase `prepare`.
        case parameter
        /// Written by the candidate, poisoned before.
        case output
        /// The candidate's own; undefined when a call begins.
        case scratch
    }

    public var name: String
    public var role: Role
    public var dtype: DType
    public var shape: [Int]

    public init(name: String, role: Role, dtype: DType, shape: [Int]) {
        self.name = name
        self.role = role
        self.dtype = dtype
        self.shape = shape
    }

    /// Bytes of the tensor; a scalar (rank 0) has one element.
    public var byteCount: Int { shape.reduce(dtype.byteCount, *) }

    /// Whether candidates see the buffer read-only.
    public var isReadOnly: Bool { role == .input || role == .parameter }
}

/// Where another process finds a buffer's bytes: `path` may be mapped, the data begin at `offset`.
public struct BufferDescriptor: Sendable, Hashable, Codable {
    public var name: String
    public var role: BufferSpec.Role
    public var dtype: DType
    public var shape: [Int]
    public var path: String
    public var offset: Int
}
