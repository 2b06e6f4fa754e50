import KernelIR

/// Prints one kernel as C, line by line; what differs between languages comes from the dialect.
struct KernelPrinter {
    let kernel: Kernel
    let scalars: [SharedKernels.Scalar]
    let dialect: any Dialect
    /// The arrays of its groups.
    let arrays: LocalArrays
    /// `int`, or `long` where an index might not fit.
    let indexType: DType
    var writer: CodeWriter
    var scope = Scope()
    var identifiers: Identifiers
    var evaluation = Evaluation()
    /// Loads that the statements of the current straight run share.
    var shared: SharedLoads?
    /// Functions the text calls that must stand above the kernel.
    var helpers: Set<Helper> = []

    /// `scalars` are axes that a launch gives a value.
    init(_ kernel: Kernel, buffers: [Buffer], scalars: [SharedKernels.Scalar] = [], dialect: any Dialect) {
        self.kernel = kernel
        self.scalars = scalars
        self.dialect = dialect
        arrays = LocalArrays(kernel)
        indexType = IndexWidth.type(kernel, buffers, scalars)
        writer = CodeWriter()
        identifiers = Identifiers(
            reserved: dialect.reservedWords, reservedPrefix: dialect.reservedPrefix, prefix: kernel.name + ".")
        for buffer in buffers {
            let place = Scope.Place(
                identifier: identifiers.name(buffer.name, kind: "buffer"), type: buffer.type, shape: buffer.shape,
                kind: .memory(isDevice: true))
            scope.bring(buffer.name, place)
        }
    }

    /// Prints the kernel under an identifier; `parameters` are the buffers it touches, in the order of its arguments.
    mutating func print(as name: String, parameters: [Buffer], written: Set<String>) throws {
        var list = parameters.map {
            KernelParameter(
                name: identifiers.name($0.name, kind: "buffer"), type: $0.type, isReadOnly: !written.contains($0.name))
        }
        for scalar in scalars {
            let name = identifiers.name(scalar.name, kind: "axis")
            scope.declare(scalar.name, name, scalar.range)
            list.append(KernelParameter(name: name, type: .int32, isReadOnly: true, isScalar: true))
        }
        writer.line("// \(LoopNestPrinter.summary(kernel))")
        let size = LaunchPlan.extents(kernel.local)
        writer.open(dialect.signature(kernel: name, parameters: list, groupSize: size))
        declareGroups()
        declare(kernel.local, dialect.localIndex)
        declareShared()
        try statements(kernel.body)
        writer.close()
    }

    /// Declares one variable an axis; the last axis is dimension 0, which is x.
    mutating func declare(_ axes: [Axis], _ position: (Int) -> String) {
        for (number, axis) in axes.enumerated() {
            guard axis.extent > 1 || dialect.declaresIdleAxes else {
                scope.fix(axis.name, at: 0)
                continue
            }
            let name = identifiers.name(axis.name, kind: "axis")
            scope.declare(axis.name, name, 0...(axis.extent - 1))
            writer.line("const \(indexTypeName) \(name) = \(position(axes.count - 1 - number));")
        }
    }

    /// Declares arrays of the work-group, which OpenCL allows at the top of a kernel only.
    private mutating func declareShared() {
        let names = arrays.buffers.map { identifiers.name($0.name, kind: "buffer") }
        dialect.declarations(arrays, names).forEach { writer.line($0) }
    }

    var indexTypeName: String { dialect.valueType(indexType, width: 1) }

    /// The function's name, noted for the source's top.
    mutating func call(_ helper: Helper, _ operands: [Value]) -> Value {
        helpers.insert(helper)
        return Value(
            "\(helper.name)(\(operands.map(\.text).joined(separator: ", ")))", helper.resultType, width: helper.width)
    }
}

extension [Statement] {
    /// Every statement, outer ones first.
    var flattened: [Statement] {
        flatMap { statement -> [Statement] in
            switch statement {
            case .loop(_, _, _, _, let body): [statement] + body.flattened
            case .when(_, let then, let otherwise): [statement] + then.flattened + otherwise.flattened
            case .allocate, .store, .barrier, .combine, .matrix, .asyncCopy: [statement]
            }
        }
    }
}

extension LocalBuffer {
    /// Elements in all.
    var count: Int { shape.reduce(1, *) }
}
