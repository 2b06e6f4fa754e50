import KernelIR

/// Writes loop programs as readable, indented loop nests; what `explain` and language models are shown.
public enum LoopNestPrinter {
    /// The nest of every kernel.
    public static func text(_ program: LoopProgram) -> String {
        program.kernels.map { text($0) }.joined(separator: "\n")
    }

    /// The nest of one kernel, one line a loop, allocation or store.
    public static func text(_ kernel: Kernel) -> String {
        var lines = ["kernel \(kernel.name)" + (kernel.math == .fast ? " (fast math)" : "")]
        var depth = 1
        for (kind, axes) in [("grid", kernel.grid), ("local", kernel.local)] where !axes.isEmpty {
            lines.append(indented("\(kind) \(list(axes))" + (kind == "grid" ? order(kernel) : ""), depth))
            depth += 1
        }
        lines += nest(kernel.body, depth)
        return lines.map { $0 + "\n" }.joined()
    }

    /// One line: the grid and the heaviest loops, e.g.
    /// `matmul: grid m.o(96); k(768) ▸ unrolled m.i(8) ▸ lanes n.i(16)`.
    public static func summary(_ kernel: Kernel) -> String {
        let grid = kernel.grid.isEmpty ? "" : "grid \(list(kernel.grid))\(order(kernel))"
        let local = kernel.local.isEmpty ? "" : ", local \(list(kernel.local))"
        let body = summary(kernel.body)
        let name = "\(kernel.name): \(grid.isEmpty && local.isEmpty ? "one work-item" : grid + local)"
        return body.isEmpty ? name : "\(name); \(body)"
    }

    /// The loops around the store that happens most often, the outermost first.
    private static func summary(_ body: [Statement]) -> String { heaviest(body).loops.joined(separator: " ▸ ") }

    private static func heaviest(_ body: [Statement]) -> (loops: [String], count: Int) {
        var result: (loops: [String], count: Int) = ([], 0)
        for statement in body {
            let path: (loops: [String], count: Int)
            switch statement {
            case .loop(let axis, let start, let end, let kind, let inner):
                let nested = heaviest(inner)
                let head = "\(prefix(kind))\(axis)(\(start == 0 ? "" : "\(start)..<")\(end))"
                path = ([head] + nested.loops, (end - start) * nested.count)
            case .when(_, let then, let otherwise): path = heaviest(then + otherwise)
            case .store: path = ([], 1)
            case .asyncCopy(let copy): path = ([], copy.stores.isEmpty ? 0 : 1)
            case .matrix(let product): path = ([head(product)], product.productsPerLane)
            case .allocate, .barrier, .combine: continue
            }
            if path.count > result.count { result = path }
        }
        return result
    }

    private static func nest(_ body: [Statement], _ depth: Int) -> [String] {
        body.flatMap { statement -> [String] in
            switch statement {
            case .loop(let axis, let start, let end, let kind, let inner):
                [indented("\(prefix(kind))for \(axis) in \(start)..<\(end)", depth)] + nest(inner, depth + 1)
            case .allocate(let buffer): [indented(allocation(buffer), depth)]
            case .store(let stores):
                stores.enumerated().map { indented(($0.offset == 0 ? "" : "and ") + text($0.element), depth) }
            case .when(let bounds, let then, let otherwise):
                [indented("if \(conditions(bounds))", depth)] + nest(then, depth + 1)
                    + (otherwise.isEmpty ? [] : [indented("else", depth)] + nest(otherwise, depth + 1))
            case .matrix(let product): [indented(text(product), depth)]
            case .barrier: [indented("barrier", depth)]
            case .combine(let reduction): [indented(text(reduction), depth)]
            case .asyncCopy(let copy): text(copy).map { indented($0, depth) }
            }
        }
    }

    private static func allocation(_ buffer: LocalBuffer) -> String {
        let shape = buffer.shape.map(String.init).joined(separator: ", ")
        return
            "\(buffer.space.rawValue) \(buffer.name)[\(shape)] \(buffer.type.rawValue)"
            + (buffer.isVector ? " vector" : "")
    }

    private static func text(_ copy: AsyncCopy) -> [String] {
        switch copy {
        case .issue(let stores): stores.map { "begin " + text($0) }
        case .commit: ["end of a batch of copies"]
        case .wait(let pending): ["wait for copies but the last \(pending) batches"]
        }
    }

    /// How the groups walk the last two axes.
    private static func order(_ kernel: Kernel) -> String { kernel.rasterization.map { ", \($0)" } ?? "" }

    private static func text(_ store: Store) -> String {
        let target = "\(store.buffer)[\(store.indices.map(\.description).joined(separator: ", "))]"
        let condition = store.bounds.isEmpty ? "" : "  if \(conditions(store.bounds))"
        let hint = (store.isStreaming ? "  streaming" : "") + (store.ahead.map { "  next \($0) prefetched" } ?? "")
        return "\(target) = \(ExprText.text(store.value))\(condition)\(hint)"
    }

    private static func text(_ reduction: CrossItemReduction) -> String {
        let states = reduction.states.map { "\($0.buffer)[\($0.indices.map(\.description).joined(separator: ", "))]" }
        let apart = reduction.stride == 1 ? "" : " \(reduction.stride) apart"
        let over = "over \(reduction.count) items\(apart), \(reduction.method.rawValue)"
        return "combine \(states.joined(separator: ", ")) by \(reduction.monoid.name) \(over)"
            + (reduction.isShared ? ", for all" : "")
    }

    private static func text(_ product: MatrixMultiply) -> String {
        let sums = "\(product.accumulator)[\(product.place.map(\.description).joined(separator: ", "))]"
        let operands = product.loads.map { ExprText.text(.load($0)) }.joined(separator: " * ")
        return "\(head(product)): \(sums) += \(operands)"
    }

    private static func head(_ product: MatrixMultiply) -> String {
        "matrix \(product.format.rawValue) \(list(product.axes))"
    }

    private static func prefix(_ kind: LoopKind) -> String { kind == .serial ? "" : kind.rawValue + " " }

    private static func list(_ axes: [Axis]) -> String {
        axes.map { "\($0.name)(\($0.extent))" }.joined(separator: " × ")
    }

    static func conditions(_ bounds: [Bound]) -> String {
        bounds.map { "0 ≤ \($0.index) < \($0.extent)" }.joined(separator: " and ")
    }

    private static func indented(_ text: String, _ depth: Int) -> String {
        String(repeating: "  ", count: depth) + text
    }
}
