/// The functions that a kernel can call.
struct CallGraph {
    /// Frames that recursion and calls through registers may stack up.
    static let recursionLimit = 64

    /// The kernel first, then functions with a body in the order they were found.
    let reachable: [Int]
    /// Frames at most, that of the kernel included.
    let depth: Int
    /// Whether the text itself bounds the depth: there is no recursion and no call through a register.
    let isBounded: Bool

    init(_ module: PTXModule, from kernel: Int) {
        let numbers = Dictionary(
            module.functions.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
        let taken = Self.addressTaken(module, numbers)
        var order = [kernel]
        var callees: [Int: [Int]] = [:]
        var hasIndirectCalls = false
        var next = 0
        while next < order.count {
            let number = order[next]
            next += 1
            var found: [Int] = []
            for instruction in module.functions[number].instructions {
                guard case .call(let call) = instruction.operation else { continue }
                switch call.target {
                case .function(let name):
                    if let callee = numbers[name], module.functions[callee].hasBody { found.append(callee) }
                case .indirect:
                    hasIndirectCalls = true
                    found += taken
                }
            }
            callees[number] = found
            for callee in found where !order.contains(callee) { order.append(callee) }
        }
        reachable = order
        let longest = Self.longestChain(from: kernel, callees)
        isBounded = !hasIndirectCalls && longest != nil
        depth = isBounded ? longest ?? 1 : Self.recursionLimit
    }

    /// Functions whose address a variable or an operand holds.
    private static func addressTaken(_ module: PTXModule, _ numbers: [String: Int]) -> [Int] {
        var taken: [Int] = []
        func add(_ name: String) {
            guard let number = numbers[name], module.functions[number].hasBody, !taken.contains(number) else { return }
            taken.append(number)
        }
        let variables = module.variables + module.functions.flatMap(\.variables)
        for relocation in variables.flatMap({ $0.initializer?.relocations ?? [] }) { add(relocation.name) }
        for operand in module.functions.flatMap(\.instructions).flatMap(\.operands) {
            if case .function(let name) = operand { add(name) }
        }
        return taken
    }

    /// Frames of the longest chain of calls; nil if there is recursion.
    private static func longestChain(from start: Int, _ callees: [Int: [Int]]) -> Int? {
        var known: [Int: Int] = [:]
        func length(_ number: Int, _ path: Set<Int>) -> Int? {
            if path.contains(number) { return nil }
            if let length = known[number] { return length }
            var longest = 0
            for callee in callees[number] ?? [] {
                guard let below = length(callee, path.union([number])) else { return nil }
                longest = max(longest, below)
            }
            known[number] = longest + 1
            return longest + 1
        }
        return length(start, [])
    }
}
