import KernelIR

@testable import Rendering

/// Short forms for building small programs and looking at what is printed for them.
enum Printed {
    static let x = Buffer("x", shape: [64], role: .input)
    static let y = Buffer("y", shape: [64], role: .output)

    static func program(
        _ body: [Statement], grid: [Axis] = [], buffers: [Buffer] = [x, y], math: MathMode = .exact
    ) -> LoopProgram {
        LoopProgram(name: "test", buffers: buffers, kernels: [Kernel(name: "f", grid: grid, body: body, math: math)])
    }

    static func source(
        _ body: [Statement], grid: [Axis] = [], buffers: [Buffer] = [x, y], math: MathMode = .exact
    ) throws -> String {
        try Renderer.openCL(.genericAVX512).source(program(body, grid: grid, buffers: buffers, math: math))
    }

    /// The lines between a kernel's braces, without what declares the grid's axes.
    static func body(_ body: [Statement], grid: [Axis] = [], buffers: [Buffer] = [x, y]) throws -> String {
        let lines = try source(body, grid: grid, buffers: buffers).split(separator: "\n")
        let start = lines.lastIndex { $0.hasPrefix("__kernel") } ?? 0
        let open = lines[start...].firstIndex { $0.hasSuffix("{") } ?? start
        return lines[(open + 1)...].dropLast().filter { !$0.contains("get_group_id") }
            .map { $0.hasPrefix("    ") ? String($0.dropFirst(4)) : String($0) }.joined(separator: "\n")
    }

    /// The one line that `y[at…] = value` becomes in a loop over lanes.
    static func lanes(
        _ value: Expr, width: Int = 16, grid: [Axis] = [Axis("o", 4)], buffers: [Buffer] = [x, y]
    ) throws -> String {
        try body([.lanes("l", width, [.set("y", [.o16], value)])], grid: grid, buffers: buffers)
    }
}

extension Index {
    /// 16·o + l.
    static let o16 = Index.axis("o") * 16 + .axis("l")
    static let l = Index.axis("l")
    static let o = Index.axis("o")
}

extension Statement {
    static func serial(_ axis: String, _ extent: Int, _ body: [Statement]) -> Statement {
        .loop(axis: axis, start: 0, end: extent, kind: .serial, body: body)
    }
    static func unrolled(_ axis: String, _ extent: Int, _ body: [Statement]) -> Statement {
        .loop(axis: axis, start: 0, end: extent, kind: .unrolled, body: body)
    }
    static func lanes(_ axis: String, _ extent: Int, _ body: [Statement]) -> Statement {
        .loop(axis: axis, start: 0, end: extent, kind: .lanes, body: body)
    }
    static func set(_ buffer: String, _ indices: [Index], _ value: Expr, _ bounds: [Bound] = []) -> Statement {
        .store([Store(buffer, indices, value, bounds: bounds)])
    }
    static func register(_ name: String, _ shape: [Int], _ type: DType = .float32, vector: Bool = false) -> Statement {
        .allocate(LocalBuffer(name, type, shape: shape, space: .register, isVector: vector))
    }
}
