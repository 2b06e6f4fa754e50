import Workloads

/// A workload's graph as people read it.
struct WorkloadText {
    let workload: Workload

    var text: String {
        var lines = ["\(workload.name), hash \(workload.contentHash)"]
        lines += workload.inputs.map { "input \($0.name) \($0.type)" }
        lines += workload.parameters.map { "parameter \($0.name) \($0.type)" }
        lines += workload.constants.map { "constant \($0.name) \($0.spec.type)" }
        lines += workload.nodes.map { node in
            let arguments =
                node.arguments.map(Self.text)
                + node.keywordArguments.sorted { $0.key < $1.key }.map { "\($0.key): \(Self.text($0.value))" }
            let types = node.outputs.map(\.description).joined(separator: ", ")
            return "\(node.name) = \(node.op)(\(arguments.joined(separator: ", "))) → \(types)"
        }
        lines.append("outputs \(workload.outputs.joined(separator: ", "))")
        lines.append(
            "at least \(Units.bytes(Double(workload.minimumBytes))) moved, "
                + "\(Units.operations(Double(workload.flops))) in products")
        return lines.joined(separator: "\n")
    }

    private static func text(_ argument: Argument) -> String {
        switch argument {
        case .value(let name): name
        case .int(let value): "\(value)"
        case .double(let value): "\(value)"
        case .bool(let value): "\(value)"
        case .string(let value): "\"\(value)\""
        case .list(let values): "[" + values.map(text).joined(separator: ", ") + "]"
        case .none: "none"
        }
    }
}
