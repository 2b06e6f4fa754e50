import Foundation
import KernelIR

/// Reads the tensors of a model: element types, extents and values, from typed fields, raw bytes or external files.
struct TensorReader: Sendable {
    let model: String
    let folder: URL?

    /// Reads the type of a tensor.
    func type(of tensor: Onnx_TensorProto) throws -> TensorType {
        let place = "tensor \(tensor.name)"
        let type = TensorType(dtype: try dtype(tensor.dataType, place), shape: try tensor.dims.map(extent))
        guard type.checkedByteCount != nil else {
            throw error("\(place) of shape \(tensor.dims) is too large", hint: "at most \(TensorType.largest) bytes")
        }
        return type
    }

    /// Reads the elements as they lie in memory: little-endian, `type.byteCount` bytes.
    func bytes(of tensor: Onnx_TensorProto, _ type: TensorType) throws -> Data {
        let data: Data
        if tensor.dataLocation == .external {
            data = try external(tensor, type)
        } else if tensor.hasRawData {
            data = tensor.rawData
        } else {
            data = typedBytes(tensor, type.dtype)
        }
        guard data.count == type.byteCount else {
            throw error(
                "tensor \(tensor.name) has \(data.count) bytes of values",
                hint: "\(type) has \(type.byteCount) bytes")
        }
        guard type.dtype == .bool else { return data }
        return Data(data.map { $0 == 0 ? 0 : 1 })
    }

    /// The element type of a code in the file.
    func dtype(_ code: Int32, _ place: String) throws -> DType {
        if let dtype = DType(onnx: code) { return dtype }
        let name = Onnx_TensorProto.DataType(rawValue: Int(code)).map { "\($0)" } ?? "\(code)"
        throw error(
            "\(place) has the element type \(name)",
            hint: "element types are " + DType.allCases.map(\.rawValue).joined(separator: " "))
    }

    private func extent(_ value: Int64) throws -> Int {
        guard value >= 0 else { throw error("a tensor has the extent \(value)", hint: "extents are 0 or more") }
        return Int(value)
    }

    private func typedBytes(_ tensor: Onnx_TensorProto, _ dtype: DType) -> Data {
        switch dtype {
        case .float32: Self.little(tensor.floatData.map(\.bitPattern))
        case .float64: Self.little(tensor.doubleData.map(\.bitPattern))
        case .int64: Self.little(tensor.int64Data)
        case .uint32: Self.little(tensor.uint64Data.map(UInt32.init(truncatingIfNeeded:)))
        case .uint64: Self.little(tensor.uint64Data)
        case .int32: Self.little(tensor.int32Data)
        case .int16, .uint16, .float16, .bfloat16: Self.little(tensor.int32Data.map(UInt16.init(truncatingIfNeeded:)))
        case .int8, .uint8, .bool: Self.little(tensor.int32Data.map(UInt8.init(truncatingIfNeeded:)))
        }
    }

    private static func little(_ values: [some FixedWidthInteger]) -> Data {
        values.map(\.littleEndian).withUnsafeBytes { Data($0) }
    }

    /// Reads a part of a file; its path must stay inside the model's folder, links followed.
    private func external(_ tensor: Onnx_TensorProto, _ type: TensorType) throws -> Data {
        let entries = Dictionary(tensor.externalData.map { ($0.key, $0.value) }) { first, _ in first }
        let place = "tensor \(tensor.name)"
        guard let location = entries["location"], !location.isEmpty, let folder else {
            throw error(
                "\(place) is stored outside the model", hint: "give the file its location names, beside the model")
        }
        let root = folder.resolvingSymlinksInPath().standardizedFileURL.path
        let file = folder.appendingPathComponent(location).resolvingSymlinksInPath().standardizedFileURL
        guard !location.hasPrefix("/"), file.path.hasPrefix(root.hasSuffix("/") ? root : root + "/") else {
            throw error("\(place) is stored in \(location)", hint: "external data lies in the model's folder")
        }
        let offset = entries["offset"].flatMap(UInt64.init) ?? 0
        let length = entries["length"].flatMap(Int.init) ?? type.byteCount
        guard length == type.byteCount, offset <= UInt64(Int64.max) else {
            throw error("\(place) has \(length) bytes in \(location)", hint: "\(type) has \(type.byteCount) bytes")
        }
        let kind = try? FileManager.default.attributesOfItem(atPath: file.path)[.type] as? FileAttributeType
        guard kind == .typeRegular, let handle = try? FileHandle(forReadingFrom: file),
            let size = try? handle.seekToEnd(), size >= offset, size - offset >= UInt64(length)
        else {
            throw error(
                "\(place): the file \(location) is missing or too short",
                hint: "it must hold \(length) bytes from \(offset) on, beside the model")
        }
        defer { try? handle.close() }
        try handle.seek(toOffset: offset)
        return try handle.read(upToCount: length) ?? Data()
    }

    private func error(_ message: String, hint: String) -> KernelwrightError {
        KernelwrightError(.badInput, "\(model): \(message)", hint: hint)
    }
}

extension DType {
    /// The type of an ONNX code, or nil for types that no workload holds.
    init?(onnx code: Int32) {
        guard let dtype = DType.allCases.first(where: { Onnx_TensorProto.DataType($0).rawValue == Int(code) }) else {
            return nil
        }
        self = dtype
    }

    /// The name PyTorch's keyword `dtype` takes.
    var torchName: String { "torch.\(rawValue)" }
}

extension TensorType {
    /// The largest tensor accepted, 1 TiB, as in the validation of workloads.
    static let largest = 1 << 40

    /// Bytes in memory, or nil for negative extents and for more than `largest`.
    var checkedByteCount: Int? {
        var bytes = dtype.byteCount
        // A zero extent must not hide extents whose product with others overflows.
        for extent in shape {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: Swift.max(extent, 1))
            guard extent >= 0, !overflow, product <= Self.largest else { return nil }
            bytes = product
        }
        return shape.contains(0) ? 0 : bytes
    }

    /// The elements of a tensor as they lie in memory.
    /// - Precondition: there are `byteCount` bytes.
    func numbers(_ bytes: Data) -> [Double] {
        func read<T: FixedWidthInteger>(_: T.Type, _ convert: (T) -> Double) -> [Double] {
            bytes.withUnsafeBytes { raw in
                (0..<elementCount).map { index in
                    convert(
                        T(littleEndian: raw.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self)))
                }
            }
        }
        switch dtype {
        case .float32: return read(UInt32.self) { Double(Float(bitPattern: $0)) }
        case .float64: return read(UInt64.self) { Double(bitPattern: $0) }
        case .float16: return read(UInt16.self) { Double(HalfPrecision.float(float16: $0)) }
        case .bfloat16: return read(UInt16.self) { Double(HalfPrecision.float(bfloat16: $0)) }
        case .int8: return read(Int8.self) { Double($0) }
        case .uint8, .bool: return read(UInt8.self) { Double($0) }
        case .int16: return read(Int16.self) { Double($0) }
        case .uint16: return read(UInt16.self) { Double($0) }
        case .int32: return read(Int32.self) { Double($0) }
        case .uint32: return read(UInt32.self) { Double($0) }
        case .int64: return read(Int64.self) { Double($0) }
        case .uint64: return read(UInt64.self) { Double($0) }
        }
    }
}
