import KernelIR

/// Writes tensor programs as people read them: buffers, then one stage a block.
public enum TensorProgramPrinter {
    /// The whole program, without loops.
    public static func text(_ program: TensorProgram) -> String {
        (program.buffers.map(text) + program.stages.map(text)).joined(separator: "\n") + "\n"
    }

    private static func text(_ buffer: Buffer) -> String {
        let shape = buffer.shape.map(String.init).joined(separator: ", ")
        return "\(buffer.role.rawValue) \(buffer.name)[\(shape)] \(buffer.type.rawValue)"
    }

    private static func text(_ stage: Stage) -> String {
        let points = stage.axes.map(\.name).joined(separator: ", ")
        let domain = stage.axes.map { "\($0.name) < \($0.extent)" }.joined(separator: ", ")
        var lines = ["stage \(stage.name)" + (domain.isEmpty ? "" : " for \(domain)")]
        let lifts = stage.body.map(ExprText.text).joined(separator: ", ")
        switch stage.kind {
        case .map: break
        case .reduce(let monoid, let axes):
            let over = axes.map { "\($0.name) < \($0.extent)" }.joined(separator: ", ")
            lines.append("  \(monoid.name) over \(over) of (\(lifts))")
        case .scan(let monoid, let sweep):
            let blocks = sweep.block.map { " in blocks of \($0)" } ?? ""
            lines.append(
                "  \(monoid.name) along \(sweep.axis)\(blocks)\(sweep.isReversed ? ", from its end," : "") of (\(lifts))"
            )
        }
        let values = stage.monoid == nil ? stage.body : stage.finish
        for (output, value) in zip(stage.outputs, values) {
            lines.append("  \(output)[\(points)] = \(ExprText.text(value))")
        }
        return lines.joined(separator: "\n")
    }
}
