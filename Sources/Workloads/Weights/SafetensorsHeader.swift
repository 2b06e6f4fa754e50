import Foundation
import KernelIR

/// The header of a safetensors file, `{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}`, checked:
/// every tensor has the bytes of its type, and the tensors fill the file without overlap or gap, as the format demands.
struct SafetensorsHeader {
    struct Entry {
        var spec: TensorSpec
        /// Where the elements lie, counted from the beginning of the file.
        var bytes: Range<Int>
    }

    /// In the order of their places.
    let entries: [Entry]

    /// The longest header that the format allows.
    private static let longest = 100_000_000
    private static let lengthField = 8

    init(_ data: Data, place: String) throws(KernelwrightError) {
        let start = try Self.end(of: data, place)
        let json = data.dropFirst(Self.lengthField).prefix(start - Self.lengthField)
        let lines: [String: Line]
        do {
            lines = try JSONDecoder().decode(Lines.self, from: json).byName
        } catch {
            throw Self.malformed(place, "its header is not {name: {dtype, shape, data_offsets}}")
        }
        var entries: [Entry] = []
        for (name, line) in lines {
            entries.append(try line.entry(name: name, start: start, place: place))
        }
        self.entries = entries.sorted { ($0.bytes.lowerBound, $0.spec.name) < ($1.bytes.lowerBound, $1.spec.name) }
        try check(start: start, end: data.count, place)
    }

    /// The length field and the header of tensors that follow each other; padded so that the elements are aligned.
    static func encode(_ specs: [TensorSpec]) throws(KernelwrightError) -> Data {
        var lines: [String: Line] = [:]
        var offset = 0
        for spec in specs {
            lines[spec.name] = Line(spec, at: offset)
            offset += spec.byteCount
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var json = try? encoder.encode(lines), lines.count == specs.count, lines[Lines.metadata] == nil else {
            throw KernelwrightError(
                .badInput, "weights: a name occurs twice or is \(Lines.metadata)", hint: "name every tensor once")
        }
        json.append(contentsOf: repeatElement(UInt8(ascii: " "), count: (8 - json.count % 8) % 8))
        return withUnsafeBytes(of: UInt64(json.count).littleEndian) { Data($0) } + json
    }

    /// Where the header ends and the elements begin.
    private static func end(of data: Data, _ place: String) throws(KernelwrightError) -> Int {
        guard data.count >= lengthField else { throw malformed(place, "it ends before the header's length") }
        let length = data.prefix(lengthField).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= UInt64(min(longest, data.count - lengthField)) else {
            throw malformed(place, "its header should have \(length) bytes, of \(data.count) in all")
        }
        return lengthField + Int(length)
    }

    private func check(start: Int, end: Int, _ place: String) throws(KernelwrightError) {
        var position = start
        for entry in entries {
            guard entry.bytes.lowerBound == position else {
                throw Self.malformed(place, "tensor \(entry.spec.name) does not begin where the one before it ends")
            }
            position = entry.bytes.upperBound
        }
        guard position == end else {
            throw Self.malformed(place, "its tensors end at byte \(position), the file at \(end)")
        }
    }

    fileprivate static func malformed(_ place: String, _ fault: String) -> KernelwrightError {
        KernelwrightError(
            .badInput, "\(place): malformed safetensors: \(fault)",
            hint: "write it with safetensors.torch.save_file or kw import")
    }
}

/// The tensors of a header, without the free text about the file.
private struct Lines: Decodable {
    var byName: [String: Line] = [:]

    /// Free text stands under this name.
    static let metadata = "__metadata__"

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: AnyKey.self)
        for key in fields.allKeys where key.stringValue != Self.metadata {
            byName[key.stringValue] = try fields.decode(Line.self, forKey: key)
        }
    }
}

/// One tensor as the header writes it.
private struct Line: Codable {
    var dtype: String
    var shape: [Int]
    var offsets: [Int]

    private enum CodingKeys: String, CodingKey {
        case dtype, shape
        case offsets = "data_offsets"
    }

    init(_ spec: TensorSpec, at offset: Int) {
        (dtype, shape, offsets) = (spec.dtype.safetensorsName, spec.shape, [offset, offset + spec.byteCount])
    }

    func entry(name: String, start: Int, place: String) throws(KernelwrightError) -> SafetensorsHeader.Entry {
        guard let dtype = DType.allCases.first(where: { $0.safetensorsName == self.dtype }) else {
            throw KernelwrightError(
                .badInput, "\(place): tensor \(name) has the unsupported dtype \(self.dtype)",
                hint: "dtypes are " + DType.allCases.map(\.safetensorsName).joined(separator: " "))
        }
        guard let size = Self.byteCount(shape, dtype), offsets.count == 2,
            offsets[0] >= 0, offsets[0] <= Int.max / 2, offsets[1] - offsets[0] == size
        else {
            throw SafetensorsHeader.malformed(
                place, "tensor \(name) of shape \(shape) has the place \(offsets)")
        }
        let spec = TensorSpec(name: name, dtype: dtype, shape: shape)
        return SafetensorsHeader.Entry(spec: spec, bytes: (start + offsets[0])..<(start + offsets[1]))
    }

    /// Bytes of a tensor, or nil for a negative extent or more than a quarter of the address space.
    private static func byteCount(_ shape: [Int], _ dtype: DType) -> Int? {
        var bytes = dtype.byteCount
        for extent in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: extent)
            guard extent >= 0, !overflow, product <= Int.max / 4 else { return nil }
            bytes = product
        }
        return bytes
    }
}

extension DType {
    /// The name of the type in safetensors files.
    fileprivate var safetensorsName: String {
        switch self {
        case .float64: "F64"
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        case .int64: "I64"
        case .int32: "I32"
        case .int16: "I16"
        case .int8: "I8"
        case .uint64: "U64"
        case .uint32: "U32"
        case .uint16: "U16"
        case .uint8: "U8"
        case .bool: "BOOL"
        }
    }
}
