import Foundation
import KernelIR

/// One ONNX node to be rewritten: typed access to its operands and attributes, which throws errors that name the node.
struct OnnxCall: Sendable {
    /// Model, node and operator, as messages begin.
    let place: String
    let node: Onnx_NodeProto
    /// The version of the operator set.
    let version: Int
    /// Operands in order; nil where one is omitted.
    let inputs: [ImportedValue?]
    let reader: TensorReader

    /// Whether anybody reads a result.
    func wants(_ output: Int) -> Bool { output < node.output.count && !node.output[output].isEmpty }

    /// An operand that must be there.
    func input(_ index: Int) throws -> ImportedValue {
        guard let value = optionalInput(index) else {
            throw error("operand \(index) is missing", hint: "give every operand the operator needs")
        }
        return value
    }

    /// An operand, or nil where it is omitted.
    func optionalInput(_ index: Int) -> ImportedValue? { index < inputs.count ? inputs[index] : nil }

    /// All operands, none of which may be omitted.
    func allInputs() throws -> [ImportedValue] { try inputs.indices.map(input) }

    /// An operand of a floating-point type.
    func floating(_ index: Int) throws -> ImportedValue {
        let value = try input(index)
        guard value.dtype.isFloatingPoint else {
            throw error("operand \(index) is \(value.type)", hint: "give a floating-point tensor")
        }
        return value
    }

    /// The elements of an operand that decide shapes.
    func numbers(_ index: Int, _ what: String) throws -> [Double] {
        let value = try input(index)
        guard let known = value.known else {
            throw UnknownValue(value: node.input[index], place: "\(place): \(what)")
        }
        return known
    }

    /// The elements of an integer operand that decide shapes; values beyond those of Int are clamped.
    func integers(_ index: Int, _ what: String) throws -> [Int] {
        try numbers(index, what).map(Int.init(saturating:))
    }

    /// The same, or nil where the operand is omitted.
    func optionalIntegers(_ index: Int, _ what: String) throws -> [Int]? {
        optionalInput(index) == nil ? nil : try integers(index, what)
    }

    /// The single element of an operand that decides shapes, or a default where it is omitted.
    func number(_ index: Int, _ what: String, default standard: Double) throws -> Double {
        guard optionalInput(index) != nil else { return standard }
        let values = try numbers(index, what)
        guard values.count == 1 else { throw error("\(what) has \(values.count) elements", hint: "give one") }
        return values[0]
    }

    /// Axes from an operand, or where the version or the model has no such operand from the attribute; nil for neither.
    func axes(operand index: Int, attribute name: String = "axes") throws -> [Int]? {
        try optionalIntegers(index, name) ?? integers(name)
    }
}

// Attributes.
extension OnnxCall {
    private func attribute(_ name: String) -> Onnx_AttributeProto? { node.attribute.first { $0.name == name } }

    private func attribute(
        _ name: String, _ type: Onnx_AttributeProto.AttributeType
    ) throws -> Onnx_AttributeProto? {
        guard let found = attribute(name) else { return nil }
        guard !found.hasType || found.type == type else {
            throw error("attribute \(name) is of the type \(found.type)", hint: "its type is \(type)")
        }
        return found
    }

    func has(_ name: String) -> Bool { attribute(name) != nil }

    func int(_ name: String) throws -> Int? { try attribute(name, .int).map { Int($0.i) } }

    func int(_ name: String, default standard: Int) throws -> Int { try int(name) ?? standard }

    func flag(_ name: String, default standard: Bool = false) throws -> Bool {
        try int(name).map { $0 != 0 } ?? standard
    }

    func float(_ name: String, default standard: Double) throws -> Double {
        try attribute(name, .float).map { Double($0.f) } ?? standard
    }

    func string(_ name: String, default standard: String) throws -> String {
        try attribute(name, .string).map { String(decoding: $0.s, as: UTF8.self) } ?? standard
    }

    func integers(_ name: String) throws -> [Int]? { try attribute(name, .ints).map { $0.ints.map(Int.init) } }

    func floats(_ name: String) throws -> [Double]? { try attribute(name, .floats).map { $0.floats.map(Double.init) } }

    func strings(_ name: String) throws -> [String]? {
        try attribute(name, .strings).map { $0.strings.map { String(decoding: $0, as: UTF8.self) } }
    }

    /// One of several texts.
    func choice(_ name: String, of legal: [String], default standard: String) throws -> String {
        let value = try string(name, default: standard)
        guard legal.contains(value) else {
            throw error("attribute \(name) is \(value)", hint: "legal: \(legal.joined(separator: ", "))")
        }
        return value
    }

    /// The elements of a tensor attribute as a constant.
    func tensor(_ name: String) throws -> ImportedValue? {
        guard let message = try attribute(name, .tensor)?.t else { return nil }
        let type = try reader.type(of: message)
        let bytes = try reader.bytes(of: message, type)
        return ImportedValue(name: "", type: type, source: .constant(type.numbers(bytes)))
    }

    /// An element type given by its code.
    func dtype(_ name: String) throws -> DType? {
        try int(name).map { try reader.dtype(Int32(clamping: $0), "\(node.opType)'s attribute \(name)") }
    }
}

// Checks.
extension OnnxCall {
    func error(_ message: String, hint: String) -> KernelwrightError {
        KernelwrightError(.badInput, "\(place): \(message)", hint: hint)
    }

    /// An axis counted from 0.
    func axis(_ index: Int, rank: Int) throws -> Int {
        guard rank > 0, (-rank..<rank).contains(index) else {
            throw error("axis \(index) of a tensor of rank \(rank)", hint: "axes are \(-rank) ..< \(rank)")
        }
        return index < 0 ? index + rank : index
    }

    /// Distinct axes counted from 0, in the given order.
    func axes(_ indices: [Int], rank: Int) throws -> [Int] {
        let axes = try indices.map { try axis($0, rank: rank) }
        guard Set(axes).count == axes.count else {
            throw error("axes \(indices) repeat one", hint: "name every axis at most once")
        }
        return axes
    }

    /// Refuses what the condition excludes.
    func require(_ condition: Bool, _ message: @autoclosure () -> String, hint: String) throws {
        guard condition else { throw error(message(), hint: hint) }
    }

    /// The product of extents.
    func product(_ extents: some Sequence<Int>) throws -> Int {
        var product = 1
        for extent in extents {
            let (next, overflow) = product.multipliedReportingOverflow(by: extent)
            guard !overflow, next.magnitude <= 1 << 48 else {
                throw error("extents \(Array(extents)) are too large", hint: "tensors have at most 2⁴⁰ bytes")
            }
            product = next
        }
        return product
    }

    /// Integers of windows (kernels, strides, pads, …), each of a size that arithmetic on extents cannot overflow.
    func windowIntegers(_ name: String, count: Int, default standard: Int, atLeast low: Int = 1) throws -> [Int] {
        let values = try integers(name) ?? Array(repeating: standard, count: count)
        try require(
            values.count == count && values.allSatisfy { (low...Self.largestWindow).contains($0) },
            "\(name) is \(values)", hint: "give \(count) integers of \(low) ... \(Self.largestWindow)")
        return values
    }

    static let largestWindow = 1 << 20
}
