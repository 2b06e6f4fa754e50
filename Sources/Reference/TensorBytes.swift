import KernelIR
import Workloads

extension Tensor {
    /// Reads the elements of a tensor as they lie in memory, in their declared type.
    /// - Precondition: `bytes` holds at least `type.byteCount` bytes.
    public init(type: TensorType, bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count >= type.byteCount, "\(bytes.count) bytes for \(type)")
        self.init(dtype: type.dtype, shape: type.shape) { out in
            let base = bytes.baseAddress!
            switch type.dtype {
            case .float32: Self.read(base, type, out) { (value: Float) in Scalar(value) }
            case .float64: Self.read(base, type, out) { (value: Double) in Scalar(value) }
            case .float16: Self.read(base, type, out) { Scalar(HalfPrecision.float(float16: $0)) }
            case .bfloat16: Self.read(base, type, out) { Scalar(HalfPrecision.float(bfloat16: $0)) }
            case .int8: Self.read(base, type, out) { (value: Int8) in Scalar(value) }
            case .uint8: Self.read(base, type, out) { (value: UInt8) in Scalar(value) }
            case .int16: Self.read(base, type, out) { (value: Int16) in Scalar(value) }
            case .uint16: Self.read(base, type, out) { (value: UInt16) in Scalar(value) }
            case .int32: Self.read(base, type, out) { (value: Int32) in Scalar(value) }
            case .uint32: Self.read(base, type, out) { (value: UInt32) in Scalar(value) }
            case .int64: Self.read(base, type, out) { (value: Int64) in Scalar(value) }
            case .uint64: Self.read(base, type, out) { (value: UInt64) in Scalar(value) }
            case .bool: Self.read(base, type, out) { (value: UInt8) in value == 0 ? 0 : 1 }
            }
        }
    }

    @inline(__always)
    private static func read<Stored: BitwiseCopyable>(
        _ base: UnsafeRawPointer, _ type: TensorType, _ out: UnsafeMutablePointer<Scalar>,
        _ convert: (Stored) -> Scalar
    ) {
        let width = MemoryLayout<Stored>.size
        Parallel.run(type.elementCount) { range in
            for i in range {
                (out + i).initialize(to: convert(base.loadUnaligned(fromByteOffset: i * width, as: Stored.self)))
            }
        }
    }

    /// The elements rounded to the 16-bit type they are declared in.
    func roundedToDeclaredType() -> Tensor {
        switch dtype {
        case .float16: map { Scalar(HalfPrecision.float(float16: HalfPrecision.float16(Float($0)))) }
        case .bfloat16: map { Scalar(HalfPrecision.float(bfloat16: HalfPrecision.bfloat16(Float($0)))) }
        default: self
        }
    }
}
