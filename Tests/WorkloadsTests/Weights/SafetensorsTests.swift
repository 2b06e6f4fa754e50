import Foundation
import KernelIR
import Testing

@testable import Workloads

@Suite("Safetensors") struct SafetensorsTests {
    private static func file(_ header: String, _ content: [UInt8]) -> Data {
        withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { Data($0) } + Data(header.utf8) + Data(content)
    }

    @Test("A file as the format describes it is read")
    func reads() throws {
        let header =
            #"{"__metadata__":{"shape":"text"},"b":{"dtype":"I16","shape":[2],"data_offsets":[4,8]},"#
            + #""a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}  "#
        let file = try SafetensorsFile(Self.file(header, [0, 0, 0x80, 0x3F, 1, 0, 2, 0]), place: "w")
        #expect(
            file.tensors == [
                TensorSpec(name: "a", dtype: .float32, shape: []), TensorSpec(name: "b", dtype: .int16, shape: [2]),
            ])
        #expect(file.bytes(of: "a").map(Array.init) == [0, 0, 0x80, 0x3F])
        #expect(file.bytes(of: "b").map(Array.init) == [1, 0, 2, 0])
        #expect(file.bytes(of: "c") == nil)
    }

    @Test("Every dtype survives writing and reading, aligned to its elements")
    func roundTrip() throws {
        let tensors = DType.allCases.enumerated().map { index, dtype in
            let spec = TensorSpec(name: "t\(index)", dtype: dtype, shape: [3, index])
            return (spec: spec, bytes: Data((0..<spec.byteCount).map { UInt8(truncatingIfNeeded: $0 + index) }))
        }
        let file = try SafetensorsFile(tensors)
        #expect(file.tensors.count == tensors.count)
        for tensor in tensors {
            #expect(file.tensors.contains(tensor.spec))
            let bytes = try #require(file.bytes(of: tensor.spec.name))
            #expect(bytes == tensor.bytes)
            #expect(bytes.startIndex.isMultiple(of: tensor.spec.dtype.byteCount))
        }
        #expect(try SafetensorsFile(tensors.reversed()).data == file.data)
    }

    static let faults: [(String, Data, String)] = {
        func one(_ line: String, _ content: Int = 4) -> Data {
            file("{\"a\":{\(line)}}", [UInt8](repeating: 0, count: content))
        }
        return [
            ("an empty file", Data(), "ends before"),
            ("a length beyond the end", Data([9, 0, 0, 0, 0, 0, 0, 0, 1]), "9 bytes"),
            ("a length beyond every file", Data([UInt8](repeating: 255, count: 16)), "18446744073709551615"),
            ("no JSON", file("nonsense", []), "header"),
            ("a list", file("[]", []), "header"),
            ("a tensor without a place", one(#""dtype":"F32","shape":[1]"#), "header"),
            ("a dtype of 8 bits", one(#""dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]"#), "unsupported dtype"),
            ("a negative extent", one(#""dtype":"F32","shape":[-1],"data_offsets":[0,-4]"#), "shape [-1]"),
            ("an overflowing shape", one(#""dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]"#), "a"),
            ("a place of another size", one(#""dtype":"F32","shape":[2],"data_offsets":[0,4]"#), "place [0, 4]"),
            ("a place beyond the end", one(#""dtype":"F32","shape":[2],"data_offsets":[0,8]"#), "byte"),
            ("a gap", one(#""dtype":"F32","shape":[1],"data_offsets":[4,8]"#, 8), "begin"),
            ("bytes left over", one(#""dtype":"F32","shape":[1],"data_offsets":[0,4]"#, 5), "end at byte"),
            (
                "a far place",
                one(#""dtype":"F32","shape":[1],"data_offsets":[9223372036854775800,9223372036854775804]"#), "place"
            ),
            (
                "overlapping tensors",
                file(
                    #"{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"#
                        + #""b":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}"#, [1, 2, 3, 4]), "begin"
            ),
        ]
    }()

    @Test("Malformed files are refused with one line", arguments: faults.indices)
    func refuses(index: Int) {
        let (name, data, says) = Self.faults[index]
        #expect {
            try SafetensorsFile(data, place: "w.safetensors")
        } throws: { error in
            guard let error = error as? KernelwrightError, error.code == .badInput else { return false }
            let line = error.description
            if !line.contains(says) { Issue.record("\(name): \(line)") }
            return line.hasPrefix("w.safetensors: ") && !line.contains("\n")
        }
    }

    @Test("No truncation and no flipped bit of the header is a trap")
    func damaged() throws {
        let spec = TensorSpec(name: "a", dtype: .float32, shape: [2, 2])
        let whole = try SafetensorsFile([(spec, Data(count: 16))]).data
        for count in whole.indices {
            #expect(throws: KernelwrightError.self) { try SafetensorsFile(whole.prefix(count), place: "w") }
        }
        for position in 0..<(whole.count - 16) {
            for bit in 0..<8 {
                var data = whole
                data[position] ^= 1 << UInt8(bit)
                _ = try? SafetensorsFile(data, place: "w")
            }
        }
    }

    @Test("A file written piece by piece is the data, in place of what was there")
    func pieces() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: file) }
        for count in [40, 10, 8, 0] {
            let data = Data((0..<UInt8(count)))
            // A slice does not begin at zero.
            try LargeFile.write((Data([9]) + data).dropFirst(), to: file, pieceBytes: 8)
            #expect(try Data(contentsOf: file) == data)
        }
    }
}
