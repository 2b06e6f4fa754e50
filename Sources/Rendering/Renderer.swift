import KernelIR

/// Turns a loop program into sources and a launch plan.
///
/// One printer writes every language; a dialect says what is spelled differently. See `docs/rendering.md`.
public struct Renderer: Sendable {
    /// The machine the source is written for.
    public let profile: TargetProfile
    let dialect: any Dialect

    /// Renders OpenCL C 1.2 with explicit vectors.
    public static func openCL(_ profile: TargetProfile) -> Renderer {
        Renderer(profile: profile, dialect: OpenCLDialect())
    }

    /// Renders CUDA C++ that needs no header: threads for work-items, lanes as scalars and short vectors in memory.
    ///
    /// Source: CUDA C++ Programming Guide, "C++ Language Extensions".
    public static func cuda(_ profile: TargetProfile) -> Renderer {
        Renderer(profile: profile, dialect: CUDADialect())
    }

    /// The program as a solution: temporaries become scratch, other buffers arguments by their own names.
    ///
    /// - Parameters:
    ///   - workload: The content hash of the workload that the program computes.
    ///   - schedule: The replayable schedule behind the program, as JSON text.
    ///   - author: Who wrote the program: a policy's name.
    /// - Throws: `KernelwrightError` when the program cannot be written in the language, e.g. when a register buffer
    ///   is indexed by a loop that is not unrolled.
    public func render(
        _ program: LoopProgram, workload: String, schedule: String? = nil, author: String
    ) throws -> Solution {
        let plan = try plan(program)
        let names = functionNames(plan)
        return Solution(
            name: program.name, workload: workload, target: .init(language: dialect.language, profile: profile.name),
            sources: [.init(path: dialect.sourcePath, content: try source(plan, names))],
            scratch: plan.scratch, launches: plan.launches(names, dialect), schedule: schedule, author: author)
    }

    /// Only the source text of a program.
    public func source(_ program: LoopProgram) throws -> String {
        let plan = try plan(program)
        return try source(plan, functionNames(plan))
    }

    private func plan(_ program: LoopProgram) throws -> LaunchPlan {
        try check(program)
        return LaunchPlan(try dialect.adapted(program))
    }

    private func functionNames(_ plan: LaunchPlan) -> [String] {
        var identifiers = Identifiers(reserved: dialect.reservedWords, reservedPrefix: dialect.reservedPrefix)
        return plan.shared.functions.enumerated().map { number, function in
            identifiers.name(function.kernel.name, kind: "kernel \(number)")
        }
    }

    private func source(_ plan: LaunchPlan, _ names: [String]) throws -> String {
        var (helpers, kernels): (Set<Helper>, [String]) = ([], [])
        for (number, function) in plan.shared.functions.enumerated() {
            let parameters = plan.arguments(of: function.representative)
            var printer = KernelPrinter(
                function.kernel, buffers: parameters, scalars: function.scalars, dialect: dialect)
            try printer.print(
                as: names[number], parameters: parameters, written: plan.uses[function.representative].written)
            helpers.formUnion(printer.helpers)
            kernels.append(printer.writer.text)
        }
        let text = (Self.ordered(helpers).map { $0.text(dialect) } + kernels).joined(separator: "\n")
        let prologue = dialect.prologue(for: text, usesDouble: plan.program.usesDouble).map { $0 + "\n" }
        return prologue.isEmpty ? text : prologue.joined() + "\n" + text
    }

    /// The helpers with what they call, callees first, else by name.
    private static func ordered(_ helpers: Set<Helper>) -> [Helper] {
        var result: [Helper] = []
        func add(_ helper: Helper) {
            guard !result.contains(helper) else { return }
            helper.dependencies.forEach(add)
            result.append(helper)
        }
        helpers.sorted { $0.name < $1.name }.forEach(add)
        return result
    }

    private func check(_ program: LoopProgram) throws {
        for kernel in program.kernels where kernel.grid.count > 3 || kernel.local.count > 3 {
            throw KernelwrightError(
                .internalInconsistency, "kernel \(kernel.name) has \(kernel.grid.count) grid axes",
                hint: "fuse axes until three are left")
        }
    }
}

extension LoopProgram {
    /// Whether any value is float64.
    fileprivate var usesDouble: Bool {
        if buffers.contains(where: { $0.type == .float64 }) { return true }
        return kernels.flatMap(\.body.flattened).contains { statement in
            switch statement {
            case .allocate(let buffer): buffer.type == .float64
            case .store(let stores): stores.contains { $0.value.usesDouble }
            case .loop, .when, .barrier, .combine, .matrix: false
            case .asyncCopy(let copy): copy.stores.contains { $0.value.usesDouble }
            }
        }
    }
}

extension Expr {
    fileprivate var usesDouble: Bool {
        var result = false
        forEach { node in
            switch node {
            case .constant(_, .float64), .cast(.float64, _): result = true
            default: break
            }
        }
        return result
    }
}
