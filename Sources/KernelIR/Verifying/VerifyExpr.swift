/// What an expression may refer to at one place of a program, and the typing rules of `docs/ir.md`.
struct ExprScope {
    /// An element type and a shape: what a buffer of any kind looks like to a load.
    struct Tensor {
        var type: DType
        var shape: [Int]
    }

    /// Where the expression stands, for messages.
    var place: String
    /// Axes that may be used, outermost first.
    var axes: [String] = []
    var ranges = Ranges()
    /// Conditions that hold here.
    var guards: [Bound] = []
    /// Buffers that exist.
    var buffers: [String: Tensor]
    /// Buffers that hold something by now.
    var readable: Set<String> = []
    /// States that `.left` and `.right` may name.
    var sides: [DType] = []
    /// States that `.state` may name.
    var states: [DType] = []

    /// The same scope with one more axis.
    func adding(_ axis: Axis, from start: Int = 0) -> ExprScope {
        var scope = self
        scope.axes.append(axis.name)
        scope.ranges[axis.name] = start...(axis.extent - 1)
        return scope
    }

    func failure(_ message: String, hint: String? = nil) -> KernelwrightError {
        KernelwrightError(.internalInconsistency, "\(place): \(message)", hint: hint)
    }

    /// Checks the expression and gives its type.
    func type(of expr: Expr) throws(KernelwrightError) -> DType {
        switch expr {
        case .constant(let value, let type): return try checkedConstant(value, type)
        case .index(let index, let type): return try checkedIndex(index, type)
        case .load(let load): return try checkedLoad(load)
        case .unary(let op, let operand): return try checkedUnary(op, operand)
        case .binary(let op, let left, let right): return try checkedBinary(op, left, right)
        case .select(let condition, let whenTrue, let whenFalse):
            try require(condition, is: .bool, as: "condition of select")
            let type = try type(of: whenTrue)
            try require(whenFalse, is: type, as: "second value of select")
            return type
        case .cast(let type, let operand):
            _ = try self.type(of: operand)
            return type
        case .inside(let bounds):
            try check(bounds)
            return .bool
        case .left(let state), .right(let state): return try checkedState(state, sides, "a monoid's combine")
        case .state(let state): return try checkedState(state, states, "a stage's finish")
        }
    }

    /// Checks that an expression has the type its surroundings want.
    func require(_ expr: Expr, is expected: DType, as role: String) throws(KernelwrightError) {
        let actual = try type(of: expr)
        guard actual == expected else {
            throw failure(
                "\(role) has type \(actual.rawValue), wanted \(expected.rawValue)", hint: "cast it explicitly")
        }
    }

    /// Checks that all axes of an index are in scope.
    func check(_ index: Index) throws(KernelwrightError) {
        for axis in index.axes.sorted() where ranges[axis] == nil {
            throw failure("axis \(axis) is not in scope", hint: "axes here: \(axes.joined(separator: ", "))")
        }
    }

    /// Checks that bounds are well formed.
    func check(_ bounds: [Bound]) throws(KernelwrightError) {
        for bound in bounds {
            try check(bound.index)
            guard bound.extent > 0 else { throw failure("bound \(bound.index) < \(bound.extent) never holds") }
        }
    }

    /// Checks rank and range of an access to a tensor, given the bounds that guard it.
    func check(
        _ indices: [Index], of buffer: String, _ shape: [Int], bounds: [Bound]
    ) throws(KernelwrightError) {
        guard indices.count == shape.count else {
            throw failure("\(buffer) has rank \(shape.count) but \(indices.count) indices are given")
        }
        for index in indices { try check(index) }
        try check(bounds)
        let guards = guards + bounds
        guard let tight = ranges.tightened(by: guards) else { return }
        for (dimension, index) in indices.enumerated() {
            let interval = index.interval(tight, given: guards)
            guard !interval.isEmpty, interval.low < 0 || interval.high >= shape[dimension] else { continue }
            throw failure(
                "index \(dimension) of \(buffer) (\(index)) reaches \(interval.low)...\(interval.high)"
                    + " in extent \(shape[dimension])", hint: "guard the access with bounds that imply its range")
        }
    }
}

extension ExprScope {
    private func checkedConstant(_ value: Double, _ type: DType) throws(KernelwrightError) -> DType {
        let isLegal = type == .bool ? value == 0 || value == 1 : type.isFloatingPoint || value == value.rounded()
        guard isLegal else { throw failure("\(value) is no literal of type \(type.rawValue)") }
        return type
    }

    private func checkedIndex(_ index: Index, _ type: DType) throws(KernelwrightError) -> DType {
        try check(index)
        guard type == .int32 || type == .int64 else {
            throw failure("an index as a number has type \(type.rawValue)", hint: "int32 or int64; cast the result")
        }
        return type
    }

    private func checkedLoad(_ load: Load) throws(KernelwrightError) -> DType {
        guard let tensor = buffers[load.buffer] else {
            throw failure(
                "buffer \(load.buffer) is unknown",
                hint: "buffers here: \(buffers.keys.sorted().joined(separator: ", "))")
        }
        guard readable.contains(load.buffer) else {
            throw failure(
                "buffer \(load.buffer) is read before it is written",
                hint: "readable here: \(readable.sorted().joined(separator: ", "))")
        }
        try check(load.indices, of: load.buffer, tensor.shape, bounds: load.bounds)
        if !load.bounds.isEmpty { _ = try checkedConstant(load.fill, tensor.type) }
        return tensor.type
    }

    private func checkedUnary(_ op: UnaryOperator, _ operand: Expr) throws(KernelwrightError) -> DType {
        let type = try type(of: operand)
        let (isLegal, wanted) =
            switch op {
            case .not: (type == .bool, "bool")
            case .negate, .absolute: (type != .bool, "a number")
            default: (type.isFloatingPoint, "a floating-point number")
            }
        guard isLegal else {
            throw failure("operand of \(op.rawValue) has type \(type.rawValue)", hint: "wanted \(wanted)")
        }
        return type
    }

    private func checkedBinary(_ op: BinaryOperator, _ left: Expr, _ right: Expr) throws(KernelwrightError) -> DType {
        let type = try type(of: left)
        try require(right, is: type, as: "second operand of \(op.rawValue)")
        let (isLegal, wanted) =
            switch op {
            case .and, .or: (type == .bool, "bool")
            case .equal, .notEqual: (true, "any type")
            case .power: (type.isFloatingPoint, "a floating-point number")
            default: (type != .bool, "a number")
            }
        guard isLegal else {
            throw failure("operands of \(op.rawValue) have type \(type.rawValue)", hint: "wanted \(wanted)")
        }
        return op.isPredicate ? .bool : type
    }

    private func checkedState(_ state: Int, _ states: [DType], _ home: String) throws(KernelwrightError) -> DType {
        guard states.indices.contains(state) else {
            throw failure(
                "state \(state) does not exist here",
                hint: "states stand only in \(home), which has \(states.count) here")
        }
        return states[state]
    }
}
