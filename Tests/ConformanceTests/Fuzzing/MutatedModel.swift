import Foundation
import SwiftProtobuf

@testable import Workloads

/// A valid model with a few bytes or fields changed.
struct MutatedModel {
    private var random: SeededRandom

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    /// Changes bytes, or fields of the parsed message, once to four times.
    mutating func mutate(_ bytes: Data) -> Data {
        guard random.oneIn(2), var model = try? Onnx_ModelProto(serializedBytes: bytes) else {
            var bytes = [UInt8](bytes)
            for _ in 0...random.below(4) { mutateBytes(&bytes) }
            return Data(bytes)
        }
        for _ in 0...random.below(4) { mutate(&model) }
        return (try? model.serializedData()) ?? bytes
    }

    private mutating func mutateBytes(_ bytes: inout [UInt8]) {
        guard !bytes.isEmpty else { return }
        let place = random.below(bytes.count)
        switch random.below(5) {
        case 0: bytes.removeSubrange(place...)
        case 1: bytes[place] ^= 1 << UInt8(random.below(8))
        case 2: bytes[place] = UInt8(random.below(256))
        case 3: bytes.insert(UInt8(random.below(256)), at: place)
        default: bytes.removeSubrange(place..<min(place + 1 + random.below(16), bytes.count))
        }
    }

    private mutating func mutate(_ model: inout Onnx_ModelProto) {
        switch random.below(4) {
        case 0: mutateTensors(&model.graph)
        case 1: mutateInputs(&model.graph)
        default: mutateNodes(&model.graph)
        }
    }

    private mutating func mutateTensors(_ graph: inout Onnx_GraphProto) {
        guard !graph.initializer.isEmpty else { return }
        let index = random.below(graph.initializer.count)
        switch random.below(5) {
        case 0: graph.initializer[index].dataType = Int32(random.below(30))
        case 1: graph.initializer[index].dims.append(Int64(integer()))
        case 2: graph.initializer[index].rawData = graph.initializer[index].rawData.dropLast(random.below(9))
        case 3: graph.initializer[index].name = graph.input.first?.name ?? ""
        default: graph.initializer[index].dataLocation = .external
        }
    }

    private mutating func mutateInputs(_ graph: inout Onnx_GraphProto) {
        guard !graph.input.isEmpty else { return }
        let index = random.below(graph.input.count)
        var dimension = Onnx_TensorShapeProto.Dimension()
        dimension.dimValue = Int64(integer())
        switch random.below(5) {
        case 0: graph.input[index].type.tensorType.elemType = Int32(random.below(30))
        case 1: graph.input[index].type.tensorType.shape.dim.append(dimension)
        case 2: _ = graph.input[index].type.tensorType.shape.dim.popLast()
        case 3 where !graph.input[index].type.tensorType.shape.dim.isEmpty:
            graph.input[index].type.tensorType.shape.dim[0] = dimension
        default: graph.input[index].name = "renamed"
        }
    }

    private mutating func mutateNodes(_ graph: inout Onnx_GraphProto) {
        guard !graph.node.isEmpty else { return }
        let index = random.below(graph.node.count)
        switch random.below(7) {
        case 0: graph.node[index].opType = random.pick(OnnxImport.supportedOperators)
        case 1: graph.node.swapAt(index, random.below(graph.node.count))
        case 2: graph.node[index].input.append(random.pick(graph.node.flatMap(\.output) + [""]))
        case 3: _ = graph.node[index].input.popLast()
        case 4:
            // A cycle.
            graph.node[index].input = graph.node[index].output
        case 5 where !graph.node[index].attribute.isEmpty:
            let attribute = random.below(graph.node[index].attribute.count)
            graph.node[index].attribute[attribute].i = Int64(integer())
            graph.node[index].attribute[attribute].ints = graph.node[index].attribute[attribute].ints.map { value in
                random.oneIn(2) ? Int64(integer()) : value
            }
        default: graph.node[index].output = graph.node[random.below(graph.node.count)].output
        }
    }

    private mutating func integer() -> Int {
        random.pick([0, 1, 2, 3, -1, -2, 1 << 20, 1 << 32, 1 << 45, 1 << 62, Int.max, Int.min])
    }
}
