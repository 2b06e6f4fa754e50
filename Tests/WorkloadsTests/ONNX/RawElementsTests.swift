import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("Elements of ONNX tensors") struct RawElementsTests {
    @Test(
        "Every type is written little-endian in its own width",
        arguments: [
            (DType.float64, 1.5, [0, 0, 0, 0, 0, 0, 0xF8, 0x3F]), (.float32, 1.5, [0, 0, 0xC0, 0x3F]),
            (.float16, 1.5, [0, 0x3E]), (.bfloat16, 1.5, [0xC0, 0x3F]), (.int8, -2, [0xFE]), (.uint8, 200, [200]),
            (.int16, -2, [0xFE, 0xFF]), (.uint16, 258, [2, 1]), (.int32, 258, [2, 1, 0, 0]),
            (.uint32, 4_294_967_295, [0xFF, 0xFF, 0xFF, 0xFF]), (.int64, -2, [0xFE] + Array(repeating: 0xFF, count: 7)),
            (.uint64, 258, [2, 1, 0, 0, 0, 0, 0, 0]), (.bool, 1, [1]),
        ] as [(DType, Double, [UInt8])])
    func encodes(dtype: DType, value: Double, bytes: [UInt8]) {
        let zeros = [UInt8](repeating: 0, count: dtype.byteCount)
        #expect(RawElements.encode([0, value], as: dtype).map { $0 } == zeros + bytes)
    }
}
