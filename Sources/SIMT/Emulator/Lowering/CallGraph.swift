/// The functions that a kernel can call.
struct CallGraph {
    /// Frames that recursion and calls through registers may stack up.
    static let recursionLimit = 64
    /// Frames that calls of functions by name may stack up.
    static let depthLimit = 1024

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
        var known: Set<Int> = [kernel]
        var callees: [Int: [Int]] = [:]
        var hasIndirectCalls = false
        var next = 0
        while next < order.count {
            let number = order[next]
            next += 1
            let calls = Self.calls(of: module.functions[number])
            var found = NumberList()
            for name in calls.names {
                if let callee = numbers[name], module.functions[callee].hasBody { found.add(callee) }
            }
            if calls.hasIndirect {
                hasIndirectCalls = true
                for callee in taken { found.add(callee) }
            }
            callees[number] = found.numbers
            for callee in found.numbers where known.insert(callee).inserted { order.append(callee) }
        }
        reachable = order
        let longest = Self.longestChain(from: kernel, callees)
        isBounded = !hasIndirectCalls && longest != nil
        depth = isBounded ? longest ?? 1 : Self.recursionLimit
    }

    /// Numbers in the order they came, each once.
    private struct NumberList {
        private(set) var numbers: [Int] = []
        private var known: Set<Int> = []

        mutating func add(_ number: Int) {
            if known.insert(number).inserted { numbers.append(number) }
        }
    }

    /// Whom a function calls by name, and whether it calls through a register.
    private static func calls(of function: PTXFunction) -> (names: [String], hasIndirect: Bool) {
        var names: [String] = []
        var hasIndirect = false
        for instruction in function.instructions {
            guard case .call(let call) = instruction.operation else { continue }
            switch call.target {
            case .function(let name): names.append(name)
            case .indirect: hasIndirect = true
            }
        }
        return (names, hasIndirect)
    }

    /// Functions whose address a variable or an operand holds.
    private static func addressTaken(_ module: PTXModule, _ numbers: [String: Int]) -> [Int] {
        var taken = NumberList()
        func add(_ name: String) {
            if let number = numbers[name], module.functions[number].hasBody { taken.add(number) }
        }
        let variables = module.variables + module.functions.flatMap(\.variables)
        for relocation in variables.flatMap({ $0.initializer?.relocations ?? [] }) { add(relocation.name) }
        for operand in module.functions.flatMap(\.instructions).flatMap(\.operands) {
            if case .function(let name) = operand { add(name) }
        }
        return taken.numbers
    }

    /// Frames of the longest chain of calls; nil if there is recursion.
    ///
    /// Takes each function after all that call it, without recursion of its own: a hostile text may chain very many.
    private static func longestChain(from start: Int, _ callees: [Int: [Int]]) -> Int? {
        var callers: [Int: Int] = [:]
        for callee in callees.values.joined() { callers[callee, default: 0] += 1 }
        // Everything here is reached from the start, so whoever calls that is called by it.
        guard callers[start] == nil else { return nil }
        var depths = [start: 1]
        var ready = [start]
        var done = 0
        var longest = 1
        while let number = ready.popLast() {
            done += 1
            let depth = depths[number, default: 1]
            longest = max(longest, depth)
            for callee in callees[number] ?? [] {
                depths[callee] = max(depths[callee, default: 0], depth + 1)
                let left = callers[callee, default: 0] - 1
                callers[callee] = left
                if left == 0 { ready.append(callee) }
            }
        }
        return done == callees.count ? longest : nil
    }
}
