import KernelIR

/// Buffers in registers: one named variable for each scalar or vector.
extension KernelPrinter {
    /// A lane of a named variable.
    struct Cell: Hashable {
        var variable: String
        var element: Int
    }

    /// Declares every variable of a register buffer.
    mutating func declareRegisters(_ buffer: LocalBuffer, _ name: String) throws {
        let width = buffer.isVector ? buffer.shape.last ?? 1 : 1
        guard [1, 2, 4, 8, 16].contains(width) else {
            throw KernelwrightError(
                .internalInconsistency, "register buffer \(buffer.name) has vectors of \(width) lanes",
                hint: "vectors have 2, 4, 8 or 16 lanes")
        }
        let names = Self.points(buffer.isVector ? Array(buffer.shape.dropLast()) : buffer.shape).map {
            Self.variable(name, $0)
        }
        names.forEach { identifiers.reserve($0) }
        writer.line("\(dialect.valueType(buffer.type.inRegisters, width: width)) \(names.joined(separator: ", "));")
    }

    /// The value of a register buffer at resolved indices, in the lanes around.
    func registers(_ place: Scope.Place, _ indices: [Index], isVector: Bool) throws -> Value {
        let cells = try laneCells(place, indices, isVector: isVector)
        let width = isVector ? place.shape.last ?? 1 : 1
        func variable(_ cell: Cell) -> Value { Value(cell.variable, place.type, width: width) }
        if Set(cells).count == 1 {
            return width == 1 ? variable(cells[0]) : dialect.lanes([cells[0].element], of: variable(cells[0]))
        }
        if width > 1, Set(cells.map(\.variable)).count == 1 {
            return dialect.lanes(cells.map(\.element), of: variable(cells[0]))
        }
        return dialect.vector(cells.map { width == 1 ? variable($0) : dialect.lanes([$0.element], of: variable($0)) })
    }

    /// The statements that write a value to a register buffer at resolved indices; nil where two lanes meet in a cell.
    func registerAssignments(_ place: Scope.Place, _ indices: [Index], isVector: Bool, _ value: Value) throws
        -> [String]?
    {
        let cells = try laneCells(place, indices, isVector: isVector)
        guard Set(cells).count == cells.count else { return nil }
        let width = isVector ? place.shape.last ?? 1 : 1
        if Set(cells.map(\.variable)).count == 1 {
            let variable = Value(cells[0].variable, place.type, width: width)
            let target = width == 1 ? variable.text : dialect.assignableLanes(cells.map(\.element), of: variable)
            let isLaneOfMask = width > 1 && cells.count == 1 && place.type == .bool
            let text = isLaneOfMask ? "-" + value.text(within: .primary) : value.text
            return ["\(target) = \(text);"]
        }
        return cells.enumerated().map { lane, cell in
            let variable = Value(cell.variable, place.type, width: width)
            let target = width == 1 ? variable.text : dialect.assignableLanes([cell.element], of: variable)
            let element = value.width == 1 ? value : dialect.lanes([lane], of: value)
            return "\(target) = \(element.text);"
        }
    }

    /// The cell of each lane; one cell outside of lanes.
    private func laneCells(_ place: Scope.Place, _ indices: [Index], isVector: Bool) throws -> [Cell] {
        guard let lane = scope.lane else { return [try cell(place, indices, isVector)] }
        return try (0..<lane.width).map { number in
            try cell(place, indices.map { scope.index($0, inLane: number) }, isVector)
        }
    }

    private func cell(_ place: Scope.Place, _ indices: [Index], _ isVector: Bool) throws -> Cell {
        let point = try zip(indices, place.shape).map { index, extent in
            guard let value = index.asConstant, (0..<extent).contains(value) else {
                throw KernelwrightError(
                    .internalInconsistency,
                    "register buffer \(place.identifier) is indexed by \(index) where its extent is \(extent)",
                    hint: "unroll the loops over its axes, or put it into memory")
            }
            return value
        }
        guard isVector, let element = point.last else {
            return Cell(variable: Self.variable(place.identifier, point), element: 0)
        }
        return Cell(variable: Self.variable(place.identifier, point.dropLast()), element: element)
    }

    private static func variable(_ name: String, _ point: [Int]) -> String {
        ([name] + point.map(String.init)).joined(separator: "_")
    }

    /// Every point of a box, the last dimension fastest.
    private static func points(_ shape: [Int]) -> [[Int]] {
        shape.reduce([[]]) { points, extent in points.flatMap { point in (0..<extent).map { point + [$0] } } }
    }
}
