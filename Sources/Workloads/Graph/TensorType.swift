import KernelIR

/// The element type and the static shape of a tensor, stored row-major and contiguous.
public struct TensorType: Sendable, Hashable {
    public var dtype: DType
    /// Extents, outermost first; empty for a scalar.
    public var shape: [Int]

    public init(dtype: DType, shape: [Int]) { (self.dtype, self.shape) = (dtype, shape) }

    /// Number of elements: the product of the extents, 1 for a scalar.
    public var elementCount: Int { shape.reduce(1, *) }
    /// Bytes of the tensor in memory.
    public var byteCount: Int { elementCount * dtype.byteCount }
}

extension TensorType: CustomStringConvertible {
    public var description: String { "\(dtype.rawValue)\(shape)" }
}

/// A named tensor of a workload: an input or a parameter.
public struct TensorSpec: Sendable, Hashable {
    public var name: String
    public var dtype: DType
    /// Extents, outermost first; empty for a scalar.
    public var shape: [Int]

    public init(name: String, dtype: DType, shape: [Int]) {
        (self.name, self.dtype, self.shape) = (name, dtype, shape)
    }

    public var type: TensorType { TensorType(dtype: dtype, shape: shape) }
    /// Number of elements.
    public var elementCount: Int { type.elementCount }
    /// Bytes in memory.
    public var byteCount: Int { type.byteCount }
}
