extension KernelVerifier {
    /// Checks that all lanes of a warp arrive, that they hold the sums, and that both operands may be read.
    mutating func verify(_ product: MatrixMultiply, _ place: Place) throws(KernelwrightError) {
        var scope = place.scope
        scope.place += ", matrix product into \(product.accumulator)"
        try verifyLanes(product, place, scope)
        try verifySums(product, place, scope)
        for axis in product.axes { scope = try adding(axis, from: 0, to: scope) }
        scope.readable = readable.intersection(scope.buffers.keys)
        try verifyOperand(product.left, apartFrom: product.column, product, place, scope)
        try verifyOperand(product.right, apartFrom: product.row, product, place, scope)
    }

    private func verifyLanes(
        _ product: MatrixMultiply, _ place: Place, _ scope: ExprScope
    ) throws(KernelwrightError) {
        guard let lane = product.lane.asAxis, kernel.local.last == Axis(lane, MatrixFormat.lanes) else {
            throw scope.failure(
                "its lanes are \(product.lane)", hint: "the last local axis, of \(MatrixFormat.lanes) work-items")
        }
        guard !place.deciding.contains(lane) else {
            throw scope.failure("it is under a condition on its lanes \(lane)", hint: "all lanes of a warp must arrive")
        }
    }

    private func verifySums(
        _ product: MatrixMultiply, _ place: Place, _ scope: ExprScope
    ) throws(KernelwrightError) {
        guard let sums = place.locals[product.accumulator], sums.space == .register else {
            throw scope.failure("\(product.accumulator) is no register buffer", hint: "sums stay in registers")
        }
        guard sums.type == product.sum, product.format.accumulates(in: product.sum) else {
            throw scope.failure(
                "\(sums.type.rawValue) sums of \(product.format.rawValue)",
                hint: "float32, or float16 throughout; as the product says")
        }
        guard sums.shape.suffix(2) == [2, 2], sums.shape.count == product.place.count + 2 else {
            throw scope.failure(
                "\(product.accumulator) has shape \(sums.shape) but is used at \(product.place.count) indices",
                hint: "one dimension an index, then a lane's 2 × 2 sums")
        }
        guard readable.contains(product.accumulator) else {
            throw scope.failure("\(product.accumulator) is read before it is written", hint: "set the sums to 0 first")
        }
        let indices = product.place + [Index(0), Index(0)]
        try scope.check(indices, of: product.accumulator, sums.shape, bounds: [])
        try verifyRegister(sums, indices, place, scope)
    }

    private mutating func verifyOperand(
        _ load: Load, apartFrom foreign: String, _ product: MatrixMultiply, _ place: Place, _ scope: ExprScope
    ) throws(KernelwrightError) {
        let type = try scope.type(of: .load(load))
        guard product.format.takes(type) else {
            throw scope.failure(
                "\(load.buffer) of \(type.rawValue) is no operand in \(product.format.rawValue)",
                hint: "\(product.format.storage.rawValue) or float32")
        }
        // Which element a lane reads is the format's to say, so that each is read once in a warp.
        let used = Expr.load(load).axes
        for axis in [foreign] + product.lane.axes.sorted() where used.contains(axis) {
            throw scope.failure(
                "the operand \(load.buffer) depends on \(axis)",
                hint: "the left one on \(product.row) and \(product.inner), the right one on \(product.inner) and"
                    + " \(product.column), both on axes around but for the lanes")
        }
        guard load.bounds.isEmpty || load.fill == 0 else {
            throw scope.failure("the operand \(load.buffer) is \(load.fill) outside its bounds", hint: "0")
        }
        try verifyAccess(load.buffer, load.indices, place, scope, bounds: load.bounds)
    }
}
