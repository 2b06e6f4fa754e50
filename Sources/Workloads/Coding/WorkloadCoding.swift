import Foundation
import KernelIR

/// The JSON form. Reading also accepts the short spellings of traced graphs: `params`, `args`, `kwargs`, `out`,
/// `["x", ["float32", [2, 3]]]` for a tensor and objects keyed by name for parameters and constants.
extension Workload: Codable {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: AnyKey.self)
        name = try fields.decode(String.self, forKey: "name")
        let inputs = try fields.decode([InputForm].self, forKey: "inputs")
        self.inputs = inputs.compactMap(\.tensor)
        scalars = try inputs.compactMap(\.scalar) + (fields.decodeIfPresent([Scalar].self, forKey: "scalars") ?? [])
        parameters = try fields.specs(["parameters", "params"])
        constants = try fields.constants()
        weights = try fields.decodeIfPresent(WeightsReference.self, forKey: "weights")?
            .open(in: decoder.userInfo[.weightsFolder] as? URL)
        nodes = try fields.decode([Node].self, forKey: "nodes")
        outputs = try fields.decode([String].self, forKey: "outputs").map {
            $0.hasPrefix("%") ? String($0.dropFirst()) : $0
        }
        declaredFlops = try fields.decodeIfPresent(Int.self, forKey: "flops")
        resized = try fields.decodeIfPresent([String: Argument].self, forKey: "resized") ?? [:]
        domains = try fields.decodeIfPresent([String: InputDomain].self, forKey: "domains") ?? [:]
        distributions = try fields.decodeIfPresent([InputDistribution].self, forKey: "distributions") ?? []
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: AnyKey.self)
        try fields.encode(name, forKey: "name")
        try encodeIdentity(into: &fields)
        if let weights {
            let reference = WeightsReference(file: Weights.fileName, sha256: weights.digest)
            try fields.encode(reference, forKey: "weights")
        }
        if !scalars.isEmpty { try fields.encode(scalars, forKey: "scalars") }
        try fields.encodeIfPresent(declaredFlops, forKey: "flops")
        if !resized.isEmpty { try fields.encode(resized, forKey: "resized") }
        if !domains.isEmpty { try fields.encode(domains, forKey: "domains") }
        if !distributions.isEmpty { try fields.encode(distributions, forKey: "distributions") }
    }

    /// Writes the fields that decide what the workload computes.
    func encodeIdentity(into fields: inout KeyedEncodingContainer<AnyKey>) throws {
        try fields.encode(inputs, forKey: "inputs")
        if !parameters.isEmpty { try fields.encode(parameters, forKey: "parameters") }
        if !constants.isEmpty { try fields.encode(constants, forKey: "constants") }
        try fields.encode(nodes, forKey: "nodes")
        try fields.encode(outputs.map { "%" + $0 }, forKey: "outputs")
    }
}

extension Node: Codable {
    public init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: AnyKey.self)
        name = try fields.decode(String.self, forKey: "name")
        op = try fields.decode(String.self, forKey: "op")
        arguments = try fields.decode([Argument].self, forKey: fields.first(of: ["arguments", "args"]))
        let keywords = fields.first(of: ["keywordArguments", "kwargs"])
        keywordArguments = try fields.decodeIfPresent([String: Argument].self, forKey: keywords) ?? [:]
        outputs = try fields.decode(TypesForm.self, forKey: fields.first(of: ["outputs", "out"])).types
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: AnyKey.self)
        try fields.encode(name, forKey: "name")
        try fields.encode(op, forKey: "op")
        try fields.encode(arguments, forKey: "arguments")
        if !keywordArguments.isEmpty { try fields.encode(keywordArguments, forKey: "keywordArguments") }
        try fields.encode(outputs, forKey: "outputs")
    }
}

/// `{"dtype": "float32", "shape": [2, 3]}`, or `["float32", [2, 3]]`.
extension TensorType: Codable {
    public init(from decoder: any Decoder) throws {
        if var pair = try? decoder.unkeyedContainer() {
            dtype = try pair.decode(DType.self)
            shape = try pair.decode([Int].self)
        } else {
            let fields = try decoder.container(keyedBy: AnyKey.self)
            dtype = try fields.decode(DType.self, forKey: "dtype")
            shape = try fields.decode([Int].self, forKey: "shape")
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: AnyKey.self)
        try fields.encode(dtype, forKey: "dtype")
        try fields.encode(shape, forKey: "shape")
    }
}

/// `{"name": "x", "dtype": "float32", "shape": [2, 3]}`, or `["x", ["float32", [2, 3]]]`.
extension TensorSpec: Codable {
    public init(from decoder: any Decoder) throws {
        let type: TensorType
        if var pair = try? decoder.unkeyedContainer() {
            name = try pair.decode(String.self)
            type = try pair.decode(TensorType.self)
        } else {
            let fields = try decoder.container(keyedBy: AnyKey.self)
            name = try fields.decode(String.self, forKey: "name")
            type = try TensorType(from: decoder)
        }
        (dtype, shape) = (type.dtype, type.shape)
    }

    public func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: AnyKey.self)
        try fields.encode(name, forKey: "name")
        try fields.encode(dtype, forKey: "dtype")
        try fields.encode(shape, forKey: "shape")
    }
}

/// An entry of `inputs`: a tensor, or `["s", 3.14]` for a scalar argument.
private struct InputForm: Decodable {
    var tensor: TensorSpec?
    var scalar: Workload.Scalar?

    init(from decoder: any Decoder) throws {
        if var pair = try? decoder.unkeyedContainer(), let name = try? pair.decode(String.self),
            let value = try? pair.decode(Double.self)
        {
            scalar = Workload.Scalar(name: name, value: value)
        } else {
            tensor = try TensorSpec(from: decoder)
        }
    }
}

/// The results of a node: null, one type, or a list of types.
private struct TypesForm: Decodable {
    var types: [TensorType]

    init(from decoder: any Decoder) throws {
        if try decoder.singleValueContainer().decodeNil() {
            types = []
        } else if var list = try? decoder.unkeyedContainer(), (try? list.decode(String.self)) == nil {
            types = try [TensorType](from: decoder)
        } else {
            types = [try TensorType(from: decoder)]
        }
    }
}

extension KeyedDecodingContainer<AnyKey> {
    /// The first of several spellings that is present, else the first.
    func first(of spellings: [AnyKey]) -> AnyKey { spellings.first(where: contains) ?? spellings[0] }

    /// A list of tensors, or an object of types keyed by name, which is read in the order of the names.
    fileprivate func specs(_ spellings: [AnyKey]) throws -> [TensorSpec] {
        let key = first(of: spellings)
        guard contains(key) else { return [] }
        guard let named = try? nestedContainer(keyedBy: AnyKey.self, forKey: key) else {
            return try decode([TensorSpec].self, forKey: key)
        }
        return try named.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
            let type = try named.decode(TensorType.self, forKey: $0)
            return TensorSpec(name: $0.stringValue, dtype: type.dtype, shape: type.shape)
        }
    }

    fileprivate func constants() throws -> [Constant] {
        guard contains("constants") else { return [] }
        guard let named = try? nestedContainer(keyedBy: AnyKey.self, forKey: "constants") else {
            return try decode([Constant].self, forKey: "constants")
        }
        return try named.allKeys.sorted { $0.stringValue < $1.stringValue }.map {
            try Constant(from: named.superDecoder(forKey: $0), name: $0.stringValue)
        }
    }
}

/// A coding key of any spelling.
struct AnyKey: CodingKey, ExpressibleByStringLiteral {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init(stringLiteral value: String) { stringValue = value }
    init?(intValue: Int) { nil }
}
