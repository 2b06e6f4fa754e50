import Foundation
import KernelIR
import SwiftProtobuf

@testable import Workloads

/// Models of one or a few nodes with random operators, operands and attributes, some of them absurd.
struct RandomModel {
    private var random: SeededRandom
    private var graph = Onnx_GraphProto()
    private var values: [String] = []

    /// Names of the attributes of all operators, so that every rule meets its own.
    private static let integers = [
        "axis", "axes", "keepdims", "noop_with_empty_axes", "to", "k", "upper", "group", "num_outputs", "blocksize",
        "allowzero", "ceil_mode", "count_include_pad", "storage_order", "p", "size", "num_groups", "training_mode",
        "hidden_size", "layout", "linear_before_reset", "input_forget", "batch_dims", "exclusive", "reverse",
        "select_last_index", "largest", "sorted", "transA", "transB", "fmod", "start", "end", "ignore_index",
        "is_causal", "q_num_heads", "kv_num_heads", "qk_matmul_output_mode", "left_window_size", "right_window_size",
        "interleaved", "num_heads", "rotary_embedding_dim", "antialias", "exclude_outside", "time_axis", "batch_axis",
        "periodic", "output_datatype", "dtype", "value_int", "detect_negative",
    ]
    private static let lists = [
        "axes", "perm", "pads", "strides", "dilations", "kernel_shape", "output_padding", "output_shape", "value_ints",
    ]
    private static let floats = [
        "alpha", "beta", "gamma", "epsilon", "momentum", "lambd", "bias", "clip", "scale", "softcap", "cubic_coeff_a",
        "extrapolation_value", "value_float",
    ]
    private static let strings = [
        ("auto_pad", ["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "ODD"]),
        ("mode", ["constant", "reflect", "edge", "wrap", "linear", "nearest", "cubic", "DCR", "CRD", "circular"]),
        ("direction", ["LEFT", "RIGHT", "forward", "reverse", "bidirectional"]),
        ("reduction", ["none", "sum", "mean", "add", "mul", "max", "min"]), ("approximate", ["none", "tanh", "?"]),
        ("equation", ["ij,jk->ik", "...ii->...i", "i,i", "->", "ij->ji", "abc,cd", "...,...->...", "ii->", "a->b"]),
        ("coordinate_transformation_mode", ["asymmetric", "align_corners", "tf_crop_and_resize", "half_pixel"]),
        ("keep_aspect_ratio_policy", ["stretch", "not_larger", "not_smaller"]),
    ]
    private static let extremes = [
        Int.min, Int.max, Int.max - 1, -1, -2, 0, 1, 2, 3, 7, 1 << 20, 1 << 31, 1 << 40, 1 << 62, -(1 << 40),
    ]

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// The bytes of the model.
    mutating func bytes() throws -> Data {
        for _ in 0...random.below(3) { addNode() }
        var output = Onnx_ValueInfoProto()
        output.name = values[values.count - 1]
        if random.oneIn(8) { output.type.tensorType.elemType = Int32(random.below(30)) }
        graph.output = [output]
        var model = Onnx_ModelProto()
        model.irVersion = 10
        var operators = Onnx_OperatorSetIdProto()
        operators.version = Int64(13 + random.below(16))
        model.opsetImport = [operators]
        model.graph = graph
        return try model.serializedData()
    }

    private mutating func addNode() {
        var node = Onnx_NodeProto()
        node.opType = random.pick(OnnxImport.supportedOperators)
        node.name = random.oneIn(4) ? "" : "n\(values.count)"
        // A few operators agree about types only where all operands do.
        let dtype = random.pick(DType.allCases)
        let shape = randomShape()
        for _ in 0..<random.below(8) {
            node.input.append(
                random.oneIn(10) ? "" : operand(random.oneIn(3) ? random.pick(DType.allCases) : dtype, shape))
        }
        for number in 0...random.below(4) { node.output.append("v\(values.count)_\(number)") }
        for _ in 0..<random.below(6) { node.attribute.append(attribute()) }
        graph.node.append(node)
        values.append(node.output[random.below(node.output.count)])
    }

    /// An operand: a new input, an initializer or an earlier value.
    private mutating func operand(_ dtype: DType, _ like: [Int]) -> String {
        if !values.isEmpty, random.oneIn(4) { return random.pick(values) }
        let name = "t\(graph.input.count)_\(graph.initializer.count)"
        let shape = random.oneIn(2) ? like : randomShape()
        if random.oneIn(2) {
            let count = random.below(7)
            let integers = (0..<count).map { _ in Double(random.pick([-3, -2, -1, 0, 1, 2, 3, 4, 5, 1 << 33])) }
            if random.oneIn(3), let single = integers.first {
                var tensor = Onnx_TensorProto(.float32, [], [single])
                tensor.name = name
                graph.initializer.append(tensor)
            } else {
                var tensor = Onnx_TensorProto(.int64, [count], integers)
                tensor.name = name
                graph.initializer.append(tensor)
            }
            return name
        }
        graph.input.append(Onnx_ValueInfoProto(spec: TensorSpec(name: name, dtype: dtype, shape: shape)))
        return name
    }

    private mutating func randomShape() -> [Int] {
        (0..<random.pick([0, 1, 2, 3, 4, 4, 5, 7])).map { _ in
            random.oneIn(40) ? random.pick([1 << 20, 1 << 38, Int.max, -1]) : random.pick([0, 1, 1, 2, 3, 4, 4, 6, 8])
        }
    }

    private mutating func integer() -> Int { random.oneIn(3) ? random.pick(Self.extremes) : random.below(6) - 2 }

    private mutating func attribute() -> Onnx_AttributeProto {
        switch random.below(5) {
        case 0, 1: return OnnxAttribute.int(random.pick(Self.integers), integer()).proto
        case 2: return OnnxAttribute.ints(random.pick(Self.lists), (0..<random.below(6)).map { _ in integer() }).proto
        case 3:
            let value = random.pick([0, -1, 1, 0.5, 1e30, -1e-30, .infinity, .nan])
            return OnnxAttribute.float(random.pick(Self.floats), value).proto
        default:
            let (name, choices) = random.pick(Self.strings)
            return OnnxAttribute.string(name, random.pick(choices)).proto
        }
    }
}
