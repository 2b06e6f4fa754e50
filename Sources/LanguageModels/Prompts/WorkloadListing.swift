import Workloads

/// A workload's graph as a function of PyTorch operators.
struct WorkloadListing: Sendable {
    let workload: Workload

    /// One line for each input, parameter and operator; linear in the graph.
    var text: String {
        var lines = ["# inputs, which change from call to call"]
        lines += workload.inputs.map { "\($0.name): \($0.type)" }
        if !workload.stored.isEmpty {
            lines.append("# parameters, which stay the same")
            lines += workload.stored.map { "\($0.name): \($0.type)" }
        }
        lines.append("# aten is torch.ops.aten")
        lines += workload.nodes.map(line)
        lines.append("return \(workload.outputs.joined(separator: ", "))")
        return lines.joined(separator: "\n")
    }

    private func line(_ node: Node) -> String {
        let keywords = node.keywordArguments.sorted { $0.key < $1.key }.map { "\($0.key)=\(Self.text($0.value))" }
        let arguments = node.arguments.map(Self.text)
        let types = node.outputs.map(\.description).joined(separator: ", ")
        if node.op == "getitem", let source = arguments.first, let place = arguments.dropFirst().first {
            return "\(node.name) = \(source)[\(place)]  # \(types)"
        }
        let name = node.op.hasSuffix(".default") ? String(node.op.dropLast(".default".count)) : node.op
        return "\(node.name) = \(name)(\((arguments + keywords).joined(separator: ", ")))  # \(types)"
    }

    private static func text(_ argument: Argument) -> String {
        switch argument {
        case .value(let name): name
        case .int(let value): "\(value)"
        case .double(let value): value.isFinite ? "\(value)" : "float('\(value)')"
        case .bool(let value): value ? "True" : "False"
        case .string(let value): "'\(value)'"
        case .list(let values): "[" + values.map(text).joined(separator: ", ") + "]"
        case .none: "None"
        }
    }
}
