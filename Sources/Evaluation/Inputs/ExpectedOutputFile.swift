import Crypto
import Foundation
import KernelIR
import Reference

/// The form of one entry of the cache: the header's length, the header as JSON, the values as little-endian doubles,
/// and the SHA-256 of all that.
enum ExpectedOutputFile {
    private struct Header: Codable {
        struct Output: Codable {
            var name: String
            var dtype: DType
            var count: Int
            var plain: PlainError
            var reductionLength: Int
            var storage: StorageError?
        }

        /// Says what the entry is of; another one's is not accepted.
        var label: String
        var outputs: [Output]
    }

    static func encode(_ outputs: [ExpectedOutput], label: String) -> Data {
        let header = Header(
            label: label,
            outputs: outputs.map {
                Header.Output(
                    name: $0.name, dtype: $0.dtype, count: $0.values.count, plain: $0.plain,
                    reductionLength: $0.reductionLength, storage: $0.storage)
            })
        let encoder = JSONEncoder()
        // Overflowing inputs have errors that are no numbers.
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        encoder.outputFormatting = .sortedKeys
        guard let json = try? encoder.encode(header) else { preconditionFailure("every header has a JSON form") }
        var data = Data()
        withUnsafeBytes(of: UInt64(json.count).littleEndian) { data.append(contentsOf: $0) }
        data.append(json)
        for output in outputs { output.values.withUnsafeBytes { data.append(contentsOf: $0) } }
        data.append(contentsOf: SHA256.hash(data: data))
        return data
    }

    /// The outputs, or nil where the data are not exactly what `encode` made for this label.
    static func decode(_ data: Data, label: String) -> [ExpectedOutput]? {
        let end = data.count - SHA256.byteCount
        guard end > 8, data[data.startIndex + end..<data.endIndex].elementsEqual(SHA256.hash(data: data.prefix(end)))
        else { return nil }
        let length = data.withUnsafeBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
        guard length <= UInt64(end - 8) else { return nil }
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
        let json = data.dropFirst(8).prefix(Int(length))
        guard let header = try? decoder.decode(Header.self, from: Data(json)), header.label == label else { return nil }
        var offset = 8 + Int(length)
        guard header.outputs.map({ $0.count * 8 }).reduce(offset, +) == end else { return nil }
        return header.outputs.map { output in
            let values = [Double](unsafeUninitializedCapacity: output.count) { buffer, initialized in
                data.withUnsafeBytes { source in
                    let part = UnsafeRawBufferPointer(rebasing: source[offset..<offset + output.count * 8])
                    UnsafeMutableRawBufferPointer(buffer).copyMemory(from: part)
                }
                initialized = output.count
            }
            offset += output.count * 8
            return ExpectedOutput(
                name: output.name, dtype: output.dtype, values: values, plain: output.plain,
                reductionLength: output.reductionLength, storage: output.storage)
        }
    }
}
