import Foundation
import KernelIR

/// Elements as they lie in memory: little-endian, each in its own type, 16-bit types too.
enum RawElements {
    /// Rounds values to the type, to nearest even where it rounds. O(values), one allocation.
    static func encode(_ values: [Double], as dtype: DType) -> Data {
        switch dtype {
        case .float64: encode(values) { $0.bitPattern }
        case .float32: encode(values) { Float($0).bitPattern }
        case .float16: encode(values) { HalfPrecision.float16(Float($0)) }
        case .bfloat16: encode(values) { HalfPrecision.bfloat16(Float($0)) }
        case .int8: encode(values) { Int8($0) }
        case .uint8: encode(values) { UInt8($0) }
        case .int16: encode(values) { Int16($0) }
        case .uint16: encode(values) { UInt16($0) }
        case .int32: encode(values) { Int32($0) }
        case .uint32: encode(values) { UInt32($0) }
        case .int64: encode(values) { Int64($0) }
        case .uint64: encode(values) { UInt64($0) }
        case .bool: encode(values) { $0 == 0 ? 0 : 1 as UInt8 }
        }
    }

    @inline(__always)
    private static func encode<Bits: FixedWidthInteger>(_ values: [Double], _ bits: (Double) -> Bits) -> Data {
        var data = Data(count: values.count * MemoryLayout<Bits>.size)
        data.withUnsafeMutableBytes { raw in
            for (index, value) in values.enumerated() {
                raw.storeBytes(
                    of: bits(value).littleEndian, toByteOffset: index * MemoryLayout<Bits>.size, as: Bits.self)
            }
        }
        return data
    }
}
