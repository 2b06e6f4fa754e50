/// Where the local memory of a frame holds parameters, results and variables.
struct LocalLayout {
    /// Bytes of local memory of one thread at most, as devices have it.
    static let limit = 512 << 10

    /// More than any memory has; sums of hostile sizes stop here.
    fileprivate static let endless = 1 << 50

    /// Bytes of one frame of one thread; a multiple of 16.
    let byteCount: Int
    /// Frames at most.
    let depth: Int
    private var variables: [VariableLayout.Key: Int] = [:]
    private var results: [VariableLayout.Key: Int] = [:]

    init(_ functions: [(number: Int, function: PTXFunction)], kernel: Int, _ graph: CallGraph) {
        var most = 0
        for (number, function) in functions {
            var end = 0
            func place(_ byteCount: Int, _ alignment: Int) -> Int {
                let start = (end + alignment - 1) / alignment * alignment
                end = min(start + byteCount, Self.endless)
                return start
            }
            if number != kernel {
                // Callers find parameters and results by the signature alone.
                end = function.parameterBytes
                end = place(0, 16)
                for (index, result) in function.results.enumerated() {
                    results[VariableLayout.Key(function: number, index: index)] = place(
                        result.byteCount, result.alignment)
                }
                _ = place(0, 16)
            }
            for (index, variable) in function.variables.enumerated()
            where variable.space == .local || variable.space == .param {
                variables[VariableLayout.Key(function: number, index: index)] = place(
                    variable.byteCount, variable.alignment)
            }
            most = max(most, place(0, 16))
        }
        byteCount = most
        // Recursion goes as deep as local memory allows.
        depth = graph.isBounded ? graph.depth : max(2, min(graph.depth, Self.limit / max(most, 1) - 1))
    }

    func offset(ofVariable index: Int, in function: Int) -> Int {
        variables[VariableLayout.Key(function: function, index: index)] ?? 0
    }

    func offset(ofResult index: Int, in function: Int) -> Int {
        results[VariableLayout.Key(function: function, index: index)] ?? 0
    }

    /// Where results start in the frame of a function with those parameters.
    static func firstResult(after parameterBytes: Int) -> Int { (parameterBytes + 15) / 16 * 16 }
}

/// Where shared variables are; addresses count from `AddressMap.sharedStart`.
struct SharedLayout {
    /// Bytes of the variables with a size.
    let staticBytes: Int
    let dynamicAlignment: Int
    private var offsets: [VariableLayout.Key: Int] = [:]
    private var dynamic: Set<VariableLayout.Key> = []

    init(_ module: PTXModule, _ functions: [(number: Int, function: PTXFunction)]) {
        var end = 0
        var alignment = 16
        let all =
            module.variables.enumerated().map { (VariableLayout.Key(function: nil, index: $0.offset), $0.element) }
            + functions.flatMap { number, function in
                function.variables.enumerated().map {
                    (VariableLayout.Key(function: number, index: $0.offset), $0.element)
                }
            }
        for (key, variable) in all where variable.space == .shared {
            if variable.isUnsized {
                dynamic.insert(key)
                alignment = max(alignment, variable.alignment)
            } else {
                end = (end + variable.alignment - 1) / variable.alignment * variable.alignment
                offsets[key] = end
                end = min(end + variable.byteCount, LocalLayout.endless)
            }
        }
        staticBytes = end
        dynamicAlignment = alignment
    }

    /// The shared address of a variable; dynamic ones start after the others.
    func address(_ key: VariableLayout.Key) -> UInt64 {
        let dynamicStart = (staticBytes + dynamicAlignment - 1) / dynamicAlignment * dynamicAlignment
        return AddressMap.sharedStart + UInt64(dynamic.contains(key) ? dynamicStart : offsets[key] ?? 0)
    }
}
