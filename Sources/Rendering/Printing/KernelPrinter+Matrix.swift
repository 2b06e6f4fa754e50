import KernelIR

/// A lane's part of an operand of a matrix product, in registers of 32 bits.
struct MatrixFragment: Sendable, Hashable {
    let format: MatrixFormat
    /// The operand, resolved, at the product's own axes.
    let load: Load
    let isLeft: Bool
    /// The axes of the operand: rows or columns, and steps of the sum.
    let outer: String
    let inner: String

    /// The elements in each register, the lower bits first; `ranges` know the axes of the product and of the lane.
    func registers(_ lane: Index, _ ranges: Ranges) -> [[Load]] {
        let count = isLeft ? format.leftRegisters : format.rightRegisters
        return (0..<count).map { register in
            (0..<format.elementsPerRegister).map { part in
                load.substituting(point(register, part, lane, ranges), ranges)
            }
        }
    }

    private func point(_ register: Int, _ part: Int, _ lane: Index, _ ranges: Ranges) -> [String: Index] {
        if isLeft {
            let place = format.left(register, part: part, lane: lane, ranges)
            return [outer: place.row, inner: place.inner]
        }
        let place = format.right(register, part: part, lane: lane, ranges)
        return [outer: place.column, inner: place.inner]
    }
}

/// Matrix products of a warp.
extension KernelPrinter {
    /// Prints the operands' registers, once in a straight run, and the product.
    mutating func matrix(_ product: MatrixMultiply) throws {
        guard let instructions = dialect.matrices else {
            throw KernelwrightError(
                .internalInconsistency,
                "kernel \(kernel.name) multiplies matrices by a warp, which \(dialect.language.rawValue) cannot say",
                hint: "schedule it without matrix, or for CUDA")
        }
        let sums = try self.sums(of: product)
        let left = try registers(of: fragment(product, isLeft: true), product, instructions)
        let right = try registers(of: fragment(product, isLeft: false), product, instructions)
        writer.line(
            instructions.multiplyAdd(product.format, sums, of: product.sum, left: left, right: right) + ";")
    }

    /// The variables of a lane's sums.
    private func sums(of product: MatrixMultiply) throws -> [Value] {
        let place = try scope.place(product.accumulator)
        guard case .registers(let isVector) = place.kind else {
            throw KernelwrightError(
                .internalInconsistency, "\(product.accumulator), the sums of a matrix product, is in memory",
                hint: "keep the sums in registers")
        }
        let outer = product.place.map { scope.resolve($0) }
        return try [(0, 0), (0, 1), (1, 0), (1, 1)].map { half, pair in
            try registers(place, outer + [Index(half), Index(pair)], isVector: isVector)
        }
    }

    private func fragment(_ product: MatrixMultiply, isLeft: Bool) -> MatrixFragment {
        let load = isLeft ? product.left : product.right
        var open = scope
        for axis in product.axes { open.declare(axis.name, axis.name, 0...(axis.extent - 1)) }
        guard case .load(let resolved) = open.resolve(.load(load)) else {
            preconditionFailure("a load stays a load")
        }
        return MatrixFragment(
            format: product.format, load: resolved, isLeft: isLeft, outer: isLeft ? product.row : product.column,
            inner: product.inner)
    }

    private mutating func registers(
        of fragment: MatrixFragment, _ product: MatrixMultiply, _ instructions: any MatrixInstructions
    ) throws -> [Value] {
        let isShared = shared.map { $0.depth == writer.depth && $0.isShareable(fragment.load, scope) } ?? false
        if isShared, let known = shared?.fragments[fragment] { return known }
        let base = identifiers.name(fragment.load.buffer, kind: "buffer")
        var result: [Value] = []
        for loads in fragment.registers(scope.resolve(product.lane), product.ranges(in: scope.ranges)) {
            let value = try register(loads.map(simplified), fragment.format, instructions)
            result.append(named(value, base))
        }
        if isShared { shared?.fragments[fragment] = result }
        return result
    }

    /// The load without what the ranges around decide.
    private func simplified(_ load: Load) -> Load {
        var result = load
        result.indices = load.indices.map { $0.simplified(scope.ranges) }
        result.bounds = load.bounds.open(scope.ranges)
        return result
    }

    /// One register: as it lies in memory where elements are of the format, else rounded to it.
    private mutating func register(
        _ loads: [Load], _ format: MatrixFormat, _ instructions: any MatrixInstructions
    ) throws -> Value {
        let place = try scope.place(loads[0].buffer)
        guard place.type.isNarrow else {
            var values: [Value] = []
            for load in loads { values.append(try self.load(load)) }
            return instructions.rounded(values, to: format)
        }
        let index = linear(place, loads[0].indices)
        if linear(place, loads[1].indices) == index + 1, isPack(loads.map(access), index) {
            let pair = instructions.loadPair(place.identifier, try text(index))
            return try guarded(pair, loads[0].bounds)
        }
        let bits = try loads.map { load in
            let element = instructions.loadBits(place.identifier, try text(linear(place, load.indices)))
            return try guarded(element, load.bounds)
        }
        return instructions.joined(bits[0], bits[1])
    }

    /// The value where bounds hold, else 0.
    private mutating func guarded(_ value: Value, _ bounds: [Bound]) throws -> Value {
        let zero = Value(value.type == .uint32 ? "0u" : "0", value.type)
        if bounds.contains(where: { $0.isRefuted(scope.ranges) }) { return zero }
        return bounds.isEmpty ? value : choice(try condition(bounds), value, zero)
    }
}
