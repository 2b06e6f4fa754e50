import KernelIR

@testable import Rendering

/// What the CUDA dialect prints of small programs.
enum CUDAPrinted {
    static func source(
        _ body: [Statement], grid: [Axis] = [], local: [Axis] = [], buffers: [Buffer] = [Printed.x, Printed.y],
        math: MathMode = .exact, name: String = "f"
    ) throws -> String {
        let kernel = Kernel(name: name, grid: grid, local: local, body: body, math: math)
        return try Renderer.cuda(.sm80).source(LoopProgram(name: "test", buffers: buffers, kernels: [kernel]))
    }

    /// The lines between a kernel's braces, without what declares the axes of groups and work-items.
    static func body(
        _ body: [Statement], grid: [Axis] = [], local: [Axis] = [], buffers: [Buffer] = [Printed.x, Printed.y]
    ) throws -> String {
        let lines = try source(body, grid: grid, local: local, buffers: buffers).split(separator: "\n")
        let start = lines.lastIndex { $0.hasPrefix("extern") } ?? 0
        let open = lines[start...].firstIndex { $0.hasSuffix("{") } ?? start
        return lines[(open + 1)...].dropLast().filter { !$0.contains("Idx.") }
            .map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0) }.joined(separator: "\n")
    }

    /// What `y[16·o + l] = value` becomes in a loop over lanes l.
    static func lanes(
        _ value: Expr, width: Int = 4, bounds: [Bound] = [], grid: [Axis] = [Axis("o", 4)],
        buffers: [Buffer] = [Printed.x, Printed.y]
    ) throws -> String {
        try body([.lanes("l", width, [.set("y", [.o16], value, bounds)])], grid: grid, buffers: buffers)
    }
}
