import KernelIR

/// Grids whose groups walk the last two axes in an order of their own.
extension KernelPrinter {
    /// Declares the axes of the grid.
    mutating func declareGroups() {
        guard let order = kernel.rasterization, kernel.grid.count >= 2 else {
            return declare(kernel.grid, dialect.groupIndex)
        }
        let (outer, pair) = (kernel.grid.dropLast(2), kernel.grid.suffix(2).map { $0 })
        let dialect = dialect
        declare(Array(outer)) { dialect.groupIndex($0 + 1) }
        let arguments = [dialect.groupIndex(0), String(pair[0].extent), String(pair[1].extent)]
        let number = call(.groupOrder(order), arguments.map { Value($0, .int32) })
        let place = named(number, "group")
        for (axis, symbol) in zip(pair, ["/", "%"]) {
            let name = identifiers.name(axis.name, kind: "axis")
            scope.declare(axis.name, name, 0...(axis.extent - 1))
            writer.line("const \(indexTypeName) \(name) = \(place.text) \(symbol) \(pair[1].extent);")
        }
    }
}

extension Kernel {
    /// The axes of a launch: two that groups walk in an order of their own are one.
    var launchGrid: [Axis] {
        guard rasterization != nil, grid.count >= 2 else { return grid }
        let pair = grid.suffix(2)
        let joined = Axis(pair.map(\.name).joined(separator: "."), pair.reduce(1) { $0 * $1.extent })
        return Array(grid.dropLast(2)) + [joined]
    }
}

extension Rasterization {
    /// The name of the function that gives a group's place, row · columns + column.
    var functionName: String {
        switch self {
        case .grouped(let size): "kw_grouped_\(size)"
        case .hilbert: "kw_hilbert"
        }
    }

    /// Its body; the same steps as `place(of:rows:columns:)`.
    var functionBody: [String] {
        switch self {
        case .grouped(let size):
            [
                "const int first = number / (\(size) * columns) * \(size);",
                "const int height = rows - first < \(size) ? rows - first : \(size);",
                "const int inside = number - first * columns;",
                "return (first + inside % height) * columns + inside / height;",
            ]
        case .hilbert: Self.curve
        }
    }

    private static let curve: [String] = """
        int reach = columns >= rows ? columns : rows, width = columns >= rows ? rows : columns;
        // Steps of the place: one block along the way, and across it.
        int along = columns >= rows ? 1 : columns, across = columns >= rows ? columns : 1, place = 0;
        while (reach > 1 && width > 1) {
            if (2 * reach > 3 * width) {
                // A long part is two shorter ones, one behind the other.
                const int cut = reach / 2 + (reach > 2 ? reach / 2 % 2 : 0);
                if (number < cut * width) {
                    reach = cut;
                } else {
                    number -= cut * width;
                    place += cut * along;
                    reach -= cut;
                }
                continue;
            }
            // Any other part is three: across at the near end, along the far side, back across at the far end.
            const int side = reach / 2, cut = width / 2 + (width > 2 ? width / 2 % 2 : 0);
            const int first = side * cut, second = reach * (width - cut), old = along;
            if (number >= first && number < first + second) {
                number -= first;
                place += cut * across;
                width -= cut;
            } else if (number < first) {
                along = across;
                across = old;
                reach = cut;
                width = side;
            } else {
                number -= first + second;
                place += (reach - 1) * along + (cut - 1) * across;
                along = -across;
                across = -old;
                width = reach - side;
                reach = cut;
            }
        }
        return place + number * (width == 1 ? along : across);
        """.split(separator: "\n").map(String.init)
}
