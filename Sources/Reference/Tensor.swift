import KernelIR
import Workloads

/// A row-major tensor whose elements are held in `Scalar`, whatever the declared dtype; integers up to 2⁵³ are exact in
/// `Double`.
public struct Tensor<Scalar: ReferenceScalar>: Sendable, Hashable {
    /// The declared element type.
    public var dtype: DType
    public var shape: [Int]
    public var values: [Scalar]

    /// - Precondition: there are as many values as the shape has elements.
    public init(dtype: DType = .float32, shape: [Int], values: [Scalar]) {
        precondition(values.count == shape.reduce(1, *), "\(values.count) values for the shape \(shape)")
        (self.dtype, self.shape, self.values) = (dtype, shape, values)
    }

    /// Makes a tensor whose elements a closure writes; it must initialize all of them.
    @inline(__always)
    init(dtype: DType, shape: [Int], writing body: (UnsafeMutablePointer<Scalar>) -> Void) {
        let count = shape.reduce(1, *)
        let values = [Scalar](unsafeUninitializedCapacity: count) { buffer, initialized in
            if let base = buffer.baseAddress, count > 0 { body(base) }
            initialized = count
        }
        (self.dtype, self.shape, self.values) = (dtype, shape, values)
    }

    /// A tensor of rank 0.
    init(scalar: Scalar, dtype: DType) { self.init(dtype: dtype, shape: [], values: [scalar]) }

    public var type: TensorType { TensorType(dtype: dtype, shape: shape) }

    /// The same elements in another arithmetic.
    public func converted<Other: ReferenceScalar>(to _: Other.Type) -> Tensor<Other> {
        Tensor<Other>(dtype: dtype, shape: shape) { out in
            values.withUnsafeBufferPointer { x in
                Parallel.run(x.count) { range in for i in range { (out + i).initialize(to: Other(x[i])) } }
            }
        }
    }

    /// The same elements under another shape of equal size.
    func reshaped(_ shape: [Int]) -> Tensor { Tensor(dtype: dtype, shape: shape, values: values) }
}
