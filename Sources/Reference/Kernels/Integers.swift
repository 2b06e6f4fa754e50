import KernelIR
import Workloads

/// Arithmetic of the integer types on numbers held in floating point: exact up to 2⁵³, wrapping around in two's complement.
enum Integers {
    /// The integer a number holds, truncated; NaN and what does not fit become the least int64, as x86 converts.
    @inline(__always)
    static func integer<Scalar: ReferenceScalar>(_ value: Scalar) -> Int64 {
        value > -0x1p63 && value < 0x1p63 ? Int64(value) : .min
    }

    /// The low bits of an integer as a type reads them.
    @inline(__always)
    static func wrapped(_ value: Int64, to dtype: DType) -> Int64 {
        switch dtype {
        case .int8: Int64(Int8(truncatingIfNeeded: value))
        case .uint8: Int64(UInt8(truncatingIfNeeded: value))
        case .int16: Int64(Int16(truncatingIfNeeded: value))
        case .uint16: Int64(UInt16(truncatingIfNeeded: value))
        case .int32: Int64(Int32(truncatingIfNeeded: value))
        case .uint32: Int64(UInt32(truncatingIfNeeded: value))
        default: value
        }
    }

    /// The range of the numbers of a type that are held exactly.
    static func range<Scalar: ReferenceScalar>(of dtype: DType) -> ClosedRange<Scalar> {
        switch dtype {
        case .int8: -0x1p7...(0x1p7 - 1)
        case .uint8: 0...(0x1p8 - 1)
        case .int16: -0x1p15...(0x1p15 - 1)
        case .uint16: 0...(0x1p16 - 1)
        case .int32: -0x1p31...(0x1p31 - 1)
        case .uint32: 0...(0x1p32 - 1)
        case .uint64: 0...0x1p64
        case .bool: 0...1
        default: -0x1p63...0x1p63
        }
    }
}

extension Tensor {
    /// The elements as numbers of the declared type: integers truncated and wrapped around, booleans 0 or 1.
    func wrappedToDeclaredType() -> Tensor {
        guard !dtype.isFloatingPoint else { return self }
        let range: ClosedRange<Scalar> = Integers.range(of: dtype)
        guard !values.allSatisfy({ range.contains($0) && $0 == $0.rounded(.towardZero) }) else { return self }
        if dtype == .bool { return map { $0 == 0 ? 0 : 1 } }
        return map { Scalar(Integers.wrapped(Integers.integer($0), to: dtype)) }
    }

    /// The elements as numbers of another type: integers wrap around, narrower floating-point types round.
    ///
    /// Where C++ leaves a conversion undefined, this is x86's: through int32 to the types of up to 32 bits but uint32, through
    /// int64 to the others, with their least number for what they do not hold.
    func converted(to target: DType) -> Tensor {
        guard target != dtype else { return self }
        var result = self
        result.dtype = target
        switch target {
        case .float32: return result.map { Scalar(Float($0)) }
        case .float16, .bfloat16: return result.roundedToDeclaredType()
        case .float64: return result
        case .int8, .uint8, .int16, .uint16, .int32:
            guard dtype.isFloatingPoint else { return result.wrappedToDeclaredType() }
            let range: ClosedRange<Scalar> = Integers.range(of: .int32)
            return result.map { range.contains($0.rounded(.towardZero)) ? $0 : -0x1p31 }.wrappedToDeclaredType()
        default: return result.wrappedToDeclaredType()
        }
    }
}
