import Foundation
import KernelIR

/// `{name, dtype, shape, values}` with all values or one that is repeated, or `base64` or `zlib_base64` of the
/// little-endian elements (float16 and bfloat16 as float32) in place of `values`.
extension Constant: Codable {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: AnyKey.self)
        try self.init(from: decoder, name: fields.decode(String.self, forKey: "name"))
    }

    /// Reads a constant named by its key; a bare type stands for a fresh batch-norm statistic: variance 1, else 0.
    init(from decoder: any Decoder, name: String) throws {
        let type = try TensorType(from: decoder)
        let fields = try? decoder.container(keyedBy: AnyKey.self)
        let values = try fields.map { try Self.values($0, type) } ?? [name.hasSuffix("running_var") ? 1 : 0]
        if let value = values.first(where: { !type.dtype.represents($0) }) {
            let text = "constant \(name) holds \(value), which is no \(type.dtype.rawValue)"
            throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: text))
        }
        self.init(name: name, dtype: type.dtype, shape: type.shape, values: values)
    }

    private static func values(_ fields: KeyedDecodingContainer<AnyKey>, _ type: TensorType) throws -> [Double] {
        if fields.contains("values") {
            guard let single = try? fields.decode(Number.self, forKey: "values") else {
                return try fields.decode(NestedNumbers.self, forKey: "values").flat
            }
            return [single.value]
        }
        let key = fields.first(of: ["base64", "zlib_base64"])
        guard let data = Data(base64Encoded: try fields.decode(String.self, forKey: key)) else {
            throw DecodingError.dataCorruptedError(forKey: key, in: fields, debugDescription: "not base64")
        }
        do {
            let bytes = key.stringValue == "base64" ? [UInt8](data) : try Inflate.zlib([UInt8](data))
            return try LittleEndian.decode(bytes, as: type.dtype)
        } catch {
            throw DecodingError.dataCorruptedError(forKey: key, in: fields, debugDescription: error.message)
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: AnyKey.self)
        try fields.encode(name, forKey: "name")
        try fields.encode(dtype, forKey: "dtype")
        try fields.encode(shape, forKey: "shape")
        if let first = values.first, values.count > 1, values.allSatisfy({ $0 == first }) {
            try fields.encode([Number(value: first)], forKey: "values")
        } else if values.count <= Self.longestPlainList {
            try fields.encode(values.map(Number.init(value:)), forKey: "values")
        } else {
            try fields.encode(Data(LittleEndian.encode(values, as: dtype)).base64EncodedString(), forKey: "base64")
        }
    }

    /// Longer lists are written as base64.
    private static let longestPlainList = 64
}

/// A number, a boolean, or one of `inf`, `-inf`, `nan`.
private struct Number: Codable {
    var value: Double
    init(value: Double) { self.value = value }

    init(from decoder: any Decoder) throws {
        guard let number = try Argument(from: decoder).doubleValue else {
            let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "not a number")
            throw DecodingError.typeMismatch(Double.self, context)
        }
        value = number
    }

    func encode(to encoder: any Encoder) throws { try Argument.number(value).encode(to: encoder) }
}

/// Nested lists of numbers, flattened in row-major order.
private struct NestedNumbers: Decodable {
    var flat: [Double]

    init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        flat = []
        while !list.isAtEnd {
            if let number = try? list.decode(Number.self) {
                flat.append(number.value)
            } else {
                flat += try list.decode(NestedNumbers.self).flat
            }
        }
    }
}
