extension ExprCompiler {
    /// What one lane does in a product of its warp: it reads all that its own four sums need, some of which other lanes
    /// read for it on a device.
    ///
    /// `slots` must have room for the product's axes.
    func compile(_ product: MatrixMultiply, _ slots: AxisSlots) throws(KernelwrightError) -> Run {
        var scope = self
        for axis in product.axes {
            scope.axes[axis.name] = slots.add()
            scope.ranges[axis.name] = 0...(axis.extent - 1)
        }
        guard let row = scope.axes[product.row], let column = scope.axes[product.column],
            let inner = scope.axes[product.inner]
        else { throw failure("rows, columns and steps of a matrix product share a name") }
        let (left, right) = (try scope.compile(Expr.load(product.left)), try scope.compile(Expr.load(product.right)))
        let sums = try self.sums(of: product)
        let cells = try cells(product.accumulator)
        guard let written = cells.written else { throw failure("it writes the input \(cells.name)") }
        let unwritten = failure("it adds to an element of \(cells.name) never written")
        let (values, type, format, arithmetic) = (cells.values, cells.type, product.format, arithmetic)
        return { () throws(KernelwrightError) in
            for sum in sums {
                let element = try sum.element()
                guard written[element] else { throw unwritten }
                (row.pointee, column.pointee, inner.pointee) = (sum.row(), sum.column(), 0)
                var total = values[element]
                while inner.pointee < format.depth {
                    total = format.adding(try left(), try right(), to: total, arithmetic)
                    inner.pointee += 1
                }
                values[element] = arithmetic.rounded(total, to: type)
            }
        }
    }

    /// One sum of a lane.
    private struct Sum {
        var element: () throws(KernelwrightError) -> Int
        var row: Count
        var column: Count
    }

    private func sums(of product: MatrixMultiply) throws(KernelwrightError) -> [Sum] {
        let cells = try cells(product.accumulator)
        var sums: [Sum] = []
        for half in 0..<2 {
            for pair in 0..<2 {
                let (h, p) = (Index(half), Index(pair))
                let place = MatrixFormat.result(lane: product.lane, half: h, pair: p, ranges)
                sums.append(
                    Sum(
                        element: try address(product.place + [h, p], of: cells), row: try compile(place.row),
                        column: try compile(place.column)))
            }
        }
        return sums
    }
}
