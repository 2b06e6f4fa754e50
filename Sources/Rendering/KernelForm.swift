import KernelIR

/// A kernel without its names: kernels of one form differ in nothing but the buffers and places they work on.
///
/// Axes and buffers are numbered in the order in which the kernel brings them up. Constant indices of device buffers are
/// numbered too, since which row of a tensor a kernel reads need not be part of its code.
struct KernelForm: Hashable {
    /// The kernel over numbered names.
    let kernel: Kernel
    /// Its device buffers, by number; the role says only whether the kernel writes them.
    let buffers: [Buffer]
}

/// How one kernel fills its form.
struct KernelUse {
    let form: KernelForm
    /// The device buffers, by number.
    let buffers: [String]
    /// The values of the constant indices, by number.
    let places: [Int]

    init(_ kernel: Kernel, _ device: [Buffer], written: Set<String>) {
        var naming = FormNaming(device)
        let nameless = naming.form(of: kernel)
        let known = Dictionary(device.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        buffers = naming.buffers
        places = naming.places
        let numbered = naming.buffers.enumerated().compactMap { number, name in
            known[name].map {
                Buffer("b\(number)", $0.type, shape: $0.shape, role: written.contains(name) ? .output : .input)
            }
        }
        form = KernelForm(kernel: nameless, buffers: numbered)
    }
}

extension Kernel {
    /// The same kernel with some of its constant indices of device buffers, by number, as axes that nothing walks.
    func abstracting(_ places: [Int: String], _ device: [Buffer]) -> Kernel {
        var naming = FormNaming(device, keepsNames: true, abstracted: places)
        return naming.form(of: self)
    }
}

/// Numbers names in the order of their appearance.
private struct FormNaming {
    private(set) var buffers: [String] = []
    private(set) var places: [Int] = []
    private let device: [String: [Int]]
    private let keepsNames: Bool
    /// The axes that stand for constant indices; every one gets its number where there is no table.
    private let abstracted: [Int: String]?
    private var names: [String: String] = [:]
    private var axes: [String: String] = [:]

    init(_ device: [Buffer], keepsNames: Bool = false, abstracted: [Int: String]? = nil) {
        self.device = Dictionary(device.map { ($0.name, $0.shape) }, uniquingKeysWith: { first, _ in first })
        self.keepsNames = keepsNames
        self.abstracted = abstracted
    }

    mutating func form(of kernel: Kernel) -> Kernel {
        var copy = kernel
        if !keepsNames { copy.name = "" }
        copy.grid = kernel.grid.map { Axis(axis($0.name), $0.extent) }
        copy.local = kernel.local.map { Axis(axis($0.name), $0.extent) }
        copy.body = block(kernel.body)
        return copy
    }

    /// The new name of an axis that a loop or the grid brings up.
    private mutating func axis(_ name: String) -> String {
        if keepsNames { return name }
        if let known = axes[name] { return known }
        axes[name] = "a\(axes.count)"
        return axes[name] ?? name
    }

    private mutating func buffer(_ name: String) -> String {
        if device[name] != nil, !buffers.contains(name) { buffers.append(name) }
        if keepsNames { return name }
        if let known = names[name] { return known }
        let number = buffers.firstIndex(of: name)
        names[name] = number.map { "b\($0)" } ?? "l\(names.count)"
        return names[name] ?? name
    }

    private mutating func block(_ statements: [Statement]) -> [Statement] {
        var result: [Statement] = []
        for statement in statements { result.append(self.statement(statement)) }
        return result
    }

    private mutating func statement(_ statement: Statement) -> Statement {
        switch statement {
        case .loop(let name, let start, let end, let kind, let body):
            return .loop(axis: axis(name), start: start, end: end, kind: kind, body: block(body))
        case .allocate(var local):
            local.name = buffer(local.name)
            return .allocate(local)
        case .store(let stores):
            var result: [Store] = []
            for store in stores { result.append(self.store(store)) }
            return .store(result)
        case .when(let bounds, let then, let otherwise):
            return .when(bounds.map(renamed), then: block(then), otherwise: block(otherwise))
        case .matrix(let product): return .matrix(self.product(product))
        case .barrier: return .barrier
        case .combine(var reduction):
            for number in reduction.states.indices {
                let state = reduction.states[number]
                reduction.states[number] = .init(buffer(state.buffer), indices(state.indices, of: state.buffer))
            }
            return .combine(reduction)
        case .asyncCopy(.issue(let stores)):
            var result: [Store] = []
            for store in stores { result.append(self.store(store)) }
            return .asyncCopy(.issue(result))
        case .asyncCopy: return statement
        }
    }

    private mutating func store(_ store: Store) -> Store {
        var copy = store
        copy.indices = indices(store.indices, of: store.buffer)
        copy.buffer = buffer(store.buffer)
        copy.bounds = store.bounds.map(renamed)
        if let ahead = store.ahead { copy.ahead = axis(ahead) }
        var naming = self
        copy.value = store.value.rewritten { node in
            switch node {
            case .load(let load): return .load(naming.load(load))
            case .inside(let bounds): return .inside(bounds.map(naming.renamed))
            case .index(let index, let type): return .index(index.renaming(naming.axes), type)
            default: return node
            }
        }
        self = naming
        return copy
    }

    private mutating func product(_ product: MatrixMultiply) -> MatrixMultiply {
        var copy = product
        (copy.row, copy.column, copy.inner) = (axis(product.row), axis(product.column), axis(product.inner))
        copy.lane = product.lane.renaming(axes)
        copy.place = product.place.map { $0.renaming(axes) }
        (copy.left, copy.right) = (load(product.left), load(product.right))
        copy.accumulator = buffer(product.accumulator)
        return copy
    }

    private mutating func load(_ load: Load) -> Load {
        var copy = load
        copy.indices = indices(load.indices, of: load.buffer)
        copy.bounds = load.bounds.map(renamed)
        copy.buffer = buffer(load.buffer)
        return copy
    }

    private mutating func indices(_ indices: [Index], of buffer: String) -> [Index] {
        guard let shape = device[buffer] else { return indices.map { $0.renaming(axes) } }
        var result: [Index] = []
        for (index, extent) in zip(indices, shape) {
            guard let value = index.asConstant, extent > 1 else {
                result.append(index.renaming(axes))
                continue
            }
            let name = abstracted.map { $0[places.count] } ?? "c\(places.count)"
            places.append(value)
            result.append(name.map { .axis($0) } ?? index)
        }
        return result
    }

    private func renamed(_ bound: Bound) -> Bound { Bound(bound.index.renaming(axes), below: bound.extent) }
}
