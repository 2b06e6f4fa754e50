import KernelIR

/// A tensor whose values belong to the workload itself: a buffer, a mask, an index table.
public struct Constant: Sendable, Hashable {
    public var name: String
    public var dtype: DType
    public var shape: [Int]
    /// The elements, row-major; each is exactly representable in the dtype.
    public var values: [Double]

    /// Makes a constant of explicit values; a single value is repeated over the shape.
    public init(name: String, dtype: DType, shape: [Int], values: [Double]) {
        (self.name, self.dtype, self.shape) = (name, dtype, shape)
        let count = shape.reduce(1, *)
        self.values = values.count == 1 && count > 1 ? Array(repeating: values[0], count: count) : values
    }

    public var spec: TensorSpec { TensorSpec(name: name, dtype: dtype, shape: shape) }
    public var type: TensorType { TensorType(dtype: dtype, shape: shape) }

    /// Writes the elements in the constant's own type.
    /// - Precondition: `buffer` holds at least `spec.byteCount` bytes.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) {
        guard dtype == .float16 || dtype == .bfloat16 else {
            return buffer.copyBytes(from: LittleEndian.encode(values, as: dtype))
        }
        TensorWriter(dtype: dtype, count: values.count, buffer: buffer).write { position in
            let second = 2 * position + 1
            return (Float(values[2 * position]), second < values.count ? Float(values[second]) : 0)
        }
    }
}
