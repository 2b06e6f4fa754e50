extension LoopProgram {
    /// Checks every rule of `docs/ir.md`, among them that every access stays inside its buffer and that no two
    /// work-items of a kernel touch the same element of a buffer that the kernel writes.
    ///
    /// Throws `internalInconsistency` with the kernel, the axis or buffer, and the legal choices.
    public func verify() throws(KernelwrightError) {
        try verifyBuffers(buffers, program: name)
        var names: Set<String> = []
        for kernel in kernels where !names.insert(kernel.name).inserted {
            throw KernelwrightError(.internalInconsistency, "\(name): two kernels are named \(kernel.name)")
        }
        var readable = Set(buffers.filter { $0.role == .input || $0.role == .parameter }.map(\.name))
        for kernel in kernels {
            var verifier = KernelVerifier(kernel, of: self, readable: readable)
            try verifier.verify()
            readable.formUnion(verifier.written)
        }
        for buffer in buffers where buffer.role == .output && !readable.contains(buffer.name) {
            throw KernelwrightError(.internalInconsistency, "\(name): no kernel writes the output \(buffer.name)")
        }
    }
}

/// Walks one kernel with everything that is in scope.
struct KernelVerifier {
    /// What the walk knows at one statement.
    struct Place {
        var scope: ExprScope
        var locals: [String: LocalBuffer] = [:]
        var unrolled: Set<String> = []
        var lane: Axis?
        /// Local axes that conditions around depend on.
        var deciding: Set<String> = []
        /// Whether all work-items of the group arrive here together.
        var isUniform = true
        var isTopLevel = true
    }

    let kernel: Kernel
    private let device: [String: Buffer]
    private(set) var readable: Set<String>
    private var ownership: OwnershipCheck
    /// Device buffers the kernel stores to.
    private(set) var written: Set<String> = []

    init(_ kernel: Kernel, of program: LoopProgram, readable: Set<String>) {
        self.kernel = kernel
        self.readable = readable
        device = Dictionary(program.buffers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        ownership = OwnershipCheck(kernel: kernel, buffers: device)
    }

    mutating func verify() throws(KernelwrightError) {
        var scope = ExprScope(
            place: "kernel \(kernel.name)",
            buffers: device.mapValues { .init(type: $0.type, shape: $0.shape) })
        guard kernel.grid.count <= 3, kernel.local.count <= 3 else {
            throw scope.failure(
                "\(kernel.grid.count) grid and \(kernel.local.count) local axes", hint: "at most 3 of each")
        }
        if let order = kernel.rasterization {
            let isEmpty = if case .grouped(let size) = order { size < 1 } else { false }
            guard kernel.grid.count >= 2, !isEmpty else {
                throw scope.failure(
                    "groups cannot walk \(kernel.grid.count) grid axes in the order \(order)",
                    hint: "two grid axes, groups of 1 row or more")
            }
        }
        for axis in kernel.grid + kernel.local { scope = try adding(axis, from: 0, to: scope) }
        var place = Place(scope: scope)
        try verify(kernel.body, &place)
        guard !written.isEmpty else { throw scope.failure("it stores to no device buffer") }
        try ownership.verify(written)
    }

    func adding(_ axis: Axis, from start: Int, to scope: ExprScope) throws(KernelwrightError) -> ExprScope {
        guard scope.ranges[axis.name] == nil else {
            throw scope.failure(
                "axis \(axis.name) shadows another", hint: "taken: \(scope.axes.joined(separator: ", "))")
        }
        guard axis.extent > start else {
            throw scope.failure("axis \(axis.name) runs from \(start) below \(axis.extent)")
        }
        return scope.adding(axis, from: start)
    }

    private mutating func verify(_ statements: [Statement], _ place: inout Place) throws(KernelwrightError) {
        for statement in statements { try verify(statement, &place) }
    }

    private mutating func verify(_ statement: Statement, _ place: inout Place) throws(KernelwrightError) {
        if let lane = place.lane {
            switch statement {
            case .store, .when: break
            case .asyncCopy: break
            default:
                throw place.scope.failure("lanes loop \(lane.name) holds more than stores", hint: "lanes are innermost")
            }
        }
        switch statement {
        case .loop(let axis, let start, let end, let kind, let body):
            var inner = place
            inner.scope = try adding(Axis(axis, end), from: start, to: place.scope)
            inner.isTopLevel = false
            if kind == .unrolled { inner.unrolled.insert(axis) }
            if kind == .lanes { inner.lane = Axis(axis, end) }
            // An iteration may read what an earlier one wrote; that it did is for the interpreter to check.
            if kind == .serial { readable.formUnion(body.deviceWrites(device)) }
            try verify(body, &inner)
        case .allocate(let local): try allocate(local, &place)
        case .store(let stores): try verify(stores, place)
        case .when(let bounds, let then, let otherwise): try verify(bounds, then, otherwise, place)
        case .combine(let reduction): try verify(reduction, place)
        case .matrix(let product): try verify(product, place)
        case .barrier:
            guard place.isUniform else {
                throw place.scope.failure("barrier under a condition on local axes", hint: "all work-items must arrive")
            }
        case .asyncCopy(let copy):
            try verifyCopies(copy, place)
            try verify(copy.stores, place)
        }
    }

    private mutating func verify(
        _ bounds: [Bound], _ then: [Statement], _ otherwise: [Statement], _ place: Place
    ) throws(KernelwrightError) {
        try place.scope.check(bounds)
        let axes = bounds.reduce(into: Set<String>()) { $0.formUnion($1.index.axes) }
        var inner = place
        inner.isTopLevel = false
        inner.deciding.formUnion(axes.intersection(kernel.local.map(\.name)))
        inner.isUniform = place.isUniform && axes.isDisjoint(with: kernel.local.map(\.name))
        var guarded = inner
        guarded.scope.guards += bounds
        try verify(then, &guarded)
        try verify(otherwise, &inner)
    }

    private mutating func allocate(_ local: LocalBuffer, _ place: inout Place) throws(KernelwrightError) {
        guard place.scope.buffers[local.name] == nil else {
            throw place.scope.failure("buffer \(local.name) shadows another")
        }
        guard local.shape.allSatisfy({ $0 > 0 }) else {
            throw place.scope.failure("buffer \(local.name) has shape \(local.shape)", hint: "extents are positive")
        }
        guard !local.isVector || (local.space == .register && !local.shape.isEmpty) else {
            throw place.scope.failure("vector \(local.name) needs registers and a last dimension of lanes")
        }
        guard local.space != .local || place.isTopLevel else {
            throw place.scope.failure(
                "shared buffer \(local.name) is allocated in a block", hint: "at the kernel's top")
        }
        readable.remove(local.name)
        place.locals[local.name] = local
        place.scope.buffers[local.name] = .init(type: local.type, shape: local.shape)
    }

    private mutating func verify(_ stores: [Store], _ place: Place) throws(KernelwrightError) {
        var scope = place.scope
        scope.readable = readable.intersection(scope.buffers.keys)
        for store in stores { try verifyValue(store, place, scope) }
        for store in stores {
            readable.insert(store.buffer)
            if place.locals[store.buffer] == nil { written.insert(store.buffer) }
        }
    }

    private mutating func verifyValue(
        _ store: Store, _ place: Place, _ outer: ExprScope
    ) throws(KernelwrightError) {
        var scope = outer
        scope.place += ", store to \(store.buffer)"
        guard let tensor = scope.buffers[store.buffer] else {
            throw scope.failure("unknown buffer", hint: "here: \(scope.buffers.keys.sorted().joined(separator: ", "))")
        }
        if let buffer = device[store.buffer], buffer.role == .input || buffer.role == .parameter {
            throw scope.failure("it is an \(buffer.role.rawValue), which is read only")
        }
        if let ahead = store.ahead, scope.ranges[ahead] == nil {
            throw scope.failure(
                "it prefetches along the unknown axis \(ahead)",
                hint: "axes here: \(scope.axes.joined(separator: ", "))")
        }
        try scope.check(store.indices, of: store.buffer, tensor.shape, bounds: store.bounds)
        scope.guards += store.bounds
        try scope.require(store.value, is: tensor.type, as: "value")
        try verifyLane(store, place, scope)
        try verifyAccess(store.buffer, store.indices, place, scope, bounds: [])
        for load in store.value.loads {
            try verifyAccess(load.buffer, load.indices, place, scope, bounds: load.bounds)
        }
    }

    /// Different lanes must write different elements.
    private func verifyLane(_ store: Store, _ place: Place, _ scope: ExprScope) throws(KernelwrightError) {
        guard let lane = place.lane, lane.extent > 1 else { return }
        let (start, end) = (scope.ranges[lane.name]?.lowerBound ?? 0, lane.extent)
        guard end - start > 1 else { return }
        guard store.indices.contains(where: { $0.coefficient(of: lane.name) != 0 || $0.hidesAxis(lane.name) }) else {
            throw scope.failure(
                "every lane of \(lane.name) writes the same element", hint: "index the target by \(lane.name)")
        }
    }

    mutating func verifyAccess(
        _ name: String, _ indices: [Index], _ place: Place, _ scope: ExprScope, bounds: [Bound]
    ) throws(KernelwrightError) {
        if let local = place.locals[name] {
            if local.space == .register { try verifyRegister(local, indices, place, scope) }
        } else {
            ownership.record(name, indices, scope, bounds: bounds)
        }
    }

    func verifyRegister(
        _ local: LocalBuffer, _ indices: [Index], _ place: Place, _ scope: ExprScope
    ) throws(KernelwrightError) {
        for (dimension, index) in indices.enumerated() {
            var legal = place.unrolled
            if local.isVector, dimension == indices.count - 1, let lane = place.lane { legal.insert(lane.name) }
            for axis in index.axes.subtracting(legal).sorted() {
                throw scope.failure(
                    "register buffer \(local.name) is indexed by \(axis)",
                    hint: "registers take constants, unrolled axes (\(place.unrolled.sorted().joined(separator: ", ")))"
                        + " and, in a vector's last dimension, its lanes; or put the buffer in memory")
            }
        }
    }
}

extension [Statement] {
    /// The device buffers that statements store to.
    fileprivate func deviceWrites(_ device: [String: Buffer]) -> Set<String> {
        reduce(into: []) { names, statement in
            switch statement {
            case .loop(_, _, _, _, let body): names.formUnion(body.deviceWrites(device))
            case .when(_, let then, let otherwise):
                names.formUnion(then.deviceWrites(device))
                names.formUnion(otherwise.deviceWrites(device))
            case .store(let stores): names.formUnion(stores.map(\.buffer).filter { device[$0] != nil })
            case .allocate, .barrier, .matrix, .asyncCopy: break
            case .combine: break
            }
        }
    }
}
