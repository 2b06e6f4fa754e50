/// The instructions of a kernel and of the functions it can call, in the order of a report's counters.
struct ProfiledCode {
    /// One entry of the counters.
    struct Instruction {
        /// Nil for the return that ends every function.
        var operation: PTXOperation?
        var place: CodePlace
        /// What a report calls the part of the kernel that it belongs to: its line, or without lines its loop.
        var region: String
        var cost: CodeCost
    }

    /// A function and where its instructions begin.
    struct Function {
        var first: Int
        var code: [PTXInstruction]
        var flow: PTXControlFlow
        var uses: [PTXRegisterUse]
    }

    private(set) var instructions: [Instruction] = []
    private(set) var functions: [Function] = []

    /// Reads a kernel; nil where the module has none of the name.
    ///
    /// - Parameter files: the user's own files; empty where they are not known.
    init?(_ module: PTXModule, kernel: String, files: [String]) {
        let number = module.functions.firstIndex { $0.name == kernel && $0.isKernel && $0.hasBody }
        guard let number else { return nil }
        let names = SourceNames(files: files, paths: module.files)
        for index in CallGraph(module, from: number).reachable { append(module.functions[index].instructions, names) }
    }

    /// Whether the compiler says which lines instructions are from.
    var hasLines: Bool { instructions.contains { $0.place.line != nil } }

    private mutating func append(_ code: [PTXInstruction], _ names: SourceNames) {
        let flow = PTXControlFlow(instructions: code)
        let uses = code.map { PTXRegisterUse($0) }
        let costs = PTXCosts(code, flow, uses)
        functions.append(Function(first: instructions.count, code: code, flow: flow, uses: uses))
        for (index, instruction) in code.enumerated() {
            let line = instruction.location.flatMap { names.line(of: $0) }
            let loop = costs.loops[index].map { "loop at PTX line \(code[$0].line)" } ?? Self.straight
            instructions.append(
                Instruction(
                    operation: instruction.operation, place: CodePlace(line: line, depth: costs.depths[index]),
                    region: line?.description ?? loop, cost: costs.costs[index]))
        }
        var end = CodeCost()
        end.instructions[.control] = 1
        instructions.append(
            Instruction(place: CodePlace(line: nil, depth: 0), region: Self.straight, cost: end))
    }

    private static let straight = "outside loops"
}
