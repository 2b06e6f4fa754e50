import Evaluation
import KernelIR
import Scheduling

/// One thing the built-in authors can change about a CPU schedule, and which bottleneck that helps.
struct Lever: Sendable {
    /// What people call it.
    let name: String
    /// The kind of stage it acts on.
    let subject: Subject
    /// The bottlenecks it may relieve.
    let helps: Set<Profile.Bottleneck>
    /// The alternatives to the given parameters, best guess first.
    let alternatives: @Sendable (ProgramCPU) -> [(parameters: ProgramCPU, change: String)]

    /// Kinds of stages, told apart by the macro that schedules them.
    enum Subject: Sendable, Hashable {
        case contraction, convolution, map, reduction, normalization, factored, scan, attention
        /// Maps that each of their readers may compute.
        case fused
        /// Expressions for which a law has a cheaper form.
        case simplified
        /// What goes through memory between stages.
        case temporaries

        /// The macros whose stages it acts on; none where it acts on the whole program.
        var macros: Set<ProgramPlan.Macro> {
            switch self {
            case .contraction: [.gemm]
            case .convolution: [.convolution]
            case .map: [.streaming]
            case .reduction: [.reduction]
            case .normalization: [.normalization]
            case .scan: [.scan]
            case .attention: [.attention]
            case .factored, .fused, .simplified, .temporaries: []
            }
        }
    }

    /// A lever over the listed values of one parameter of the macros, the same for all stages.
    init<Value: Hashable & Sendable>(
        _ name: String, _ subject: Subject, helps: Set<Profile.Bottleneck>,
        _ path: any WritableKeyPath<StageMacros, Value> & Sendable, _ values: [Value]
    ) {
        self.init(name, subject, helps: helps, values) { parameters in
            Set(([parameters.common] + parameters.stages.values).map { $0[keyPath: path] })
        } set: {
            $0.set(path, to: $1)
        }
    }

    /// A lever over the listed values of one parameter of the whole program.
    init<Value: Hashable & Sendable>(
        _ name: String, _ subject: Subject, helps: Set<Profile.Bottleneck>,
        program path: any WritableKeyPath<ProgramCPU, Value> & Sendable, _ values: [Value]
    ) {
        self.init(name, subject, helps: helps, values) {
            [$0[keyPath: path]]
        } set: {
            $0[keyPath: path] = $1
        }
    }

    private init<Value: Hashable & Sendable>(
        _ name: String, _ subject: Subject, helps: Set<Profile.Bottleneck>, _ values: [Value],
        current: @escaping @Sendable (ProgramCPU) -> Set<Value>,
        set: @escaping @Sendable (inout ProgramCPU, Value) -> Void
    ) {
        self.name = name
        self.subject = subject
        self.helps = helps
        alternatives = { parameters in
            let now = current(parameters)
            return values.filter { now != [$0] }.map { value in
                var changed = parameters
                set(&changed, value)
                return (changed, "\(name): \(Lever.text(value))")
            }
        }
    }

    /// A value for people: what `nil` stands for is the macro's own choice.
    private static func text(_ value: Any) -> String {
        if let tile = value as? RegisterTile { return "\(tile.rows) rows by \(tile.vectors) vectors" }
        let mirror = Mirror(reflecting: value)
        guard mirror.displayStyle == .optional else { return "\(value)" }
        return mirror.children.first.map { text($0.value) } ?? "the macro's choice"
    }
}

extension Lever {
    /// The levers that a precision other than the declared one adds: storage in a 16-bit type.
    static func storage(_ type: DType) -> [Lever] {
        [
            Lever(
                "storage of results between stages", .temporaries, helps: [.memory, .compute],
                program: \.storage.results,
                [type, .float32]),
            Lever(
                "storage of copied operands", .temporaries, helps: [.memory, .compute], program: \.storage.copies,
                [type, .float32]),
        ]
    }

    /// Every lever within the declared precision, the more promising first.
    static func all(for target: TargetProfile) -> [Lever] {
        fused + attention(target) + contraction(target) + convolution(target) + map + reduction + normalization + scan
    }

    /// Register tiles and the macro's choice: the tiles given, or all that few registers hold, where those would spill.
    private static func tiles(_ target: TargetProfile, _ wide: [(Int, Int)]) -> [RegisterTile?] {
        let tiles = wide.map { RegisterTile(rows: $0, vectors: $1) }
        return (target.hasFewRegisters ? RegisterTile.all(for: target) : tiles) + [nil]
    }

    private static let fused = [
        Lever(
            "maps computed where they are read", .fused, helps: [.memory, .compute], program: \.fusion,
            [.estimated, .everything]),
        Lever(
            "cheaper equal expressions", .simplified, helps: [.compute, .memory], program: \.simplifies, [true, false]),
    ]

    private static func attention(_ target: TargetProfile) -> [Lever] {
        [
            Lever("queries of a block", .attention, helps: [.compute, .memory], \.attention.queries, [48, 96, 24, 0]),
            Lever(
                "register tile of attention", .attention, helps: [.compute], \.attention.tile,
                tiles(target, [(8, 3), (6, 4), (12, 2), (8, 2)])),
        ]
    }

    private static func contraction(_ target: TargetProfile) -> [Lever] {
        [
            Lever(
                "lanes of a product", .contraction, helps: [.memory, .compute], \.gemm.lanes,
                [.automatic, .terms, .columns]),
            Lever(
                "parts of the reduced axis", .contraction, helps: [.memory, .compute], \.gemm.reductionBlock,
                [nil, 0, 512, 1024, 2048]),
            Lever(
                "register tile", .contraction, helps: [.compute], \.gemm.tile,
                tiles(target, [(6, 4), (8, 3), (8, 2), (12, 2), (4, 4)])),
            Lever("results past the caches", .contraction, helps: [.memory], \.gemm.streams, [nil, true, false]),
            Lever(
                "right operand in panels", .contraction, helps: [.memory, .launch], \.gemm.packsRight,
                [nil, true, false]),
            Lever(
                "rows' grid axis fastest", .contraction, helps: [.memory, .compute], \.gemm.rowsFastest, [true, false]),
            Lever(
                "left operand copied", .contraction, helps: [.memory, .compute], \.gemm.packsLeft, [nil, false, true]),
            Lever("reduced loop written out", .contraction, helps: [.compute], \.gemm.unroll, [1, 2, 4]),
            Lever("elementary functions", .contraction, helps: [.compute], \.gemm.math, [.fast, .exact]),
            Lever("factors summed apart", .factored, helps: [.compute, .memory], program: \.factors, [true, false]),
        ]
    }

    private static func convolution(_ target: TargetProfile) -> [Lever] {
        [
            Lever(
                "minimal filtering", .convolution, helps: [.compute], \.convolution.filtering,
                [.automatic, .never, .always]),
            Lever(
                "lanes", .convolution, helps: [.compute, .memory], \.convolution.lanes, [nil, .channels, .places]),
            Lever(
                "register tile", .convolution, helps: [.compute], \.convolution.tile,
                tiles(target, [(6, 4), (12, 2), (8, 3), (8, 2), (6, 2), (4, 4), (24, 1), (12, 1)])),
            Lever(
                "channels' grid axis fastest", .convolution, helps: [.memory, .compute], \.convolution.channelsFastest,
                [true, false]),
            Lever(
                "weights copied", .convolution, helps: [.memory, .compute], \.convolution.packsWeights, [true, false]),
            Lever("elementary functions", .convolution, helps: [.compute], \.convolution.math, [.fast, .exact]),
            Lever(
                "input in panels", .convolution, helps: [.memory, .compute], \.convolution.packsPanels,
                [.automatic, .never, .always]),
            Lever(
                "strided input copied", .convolution, helps: [.memory, .compute], \.convolution.packsInput,
                [true, false]),
        ]
    }

    private static let map = [
        Lever("results past the caches", .map, helps: [.memory], \.streaming.streams, [true, false]),
        Lever("elementary functions", .map, helps: [.compute, .memory], \.streaming.math, [.fast, .exact]),
        Lever(
            "elements of a work-group", .map, helps: [.memory, .launch], \.streaming.chunk, [4096, 16384, 65536, 1024]),
        Lever("vectors written out", .map, helps: [.compute], \.streaming.unroll, [1, 2, 4]),
    ]

    private static let reduction = [
        Lever(
            "vectors of columns", .reduction, helps: [.memory, .compute], \.reduction.columnVectors, [16, 8, 32, 4]),
        Lever("rows swept at a time", .reduction, helps: [.memory], \.reduction.sweptRows, [8, 0, 4]),
        Lever(
            "windows one dimension at a time", .reduction, helps: [.memory, .compute], \.reduction.separates,
            [true, false]),
        Lever("next row prefetched", .reduction, helps: [.memory], \.reduction.prefetches, [true, false]),
        Lever("rows walked together", .reduction, helps: [.memory, .compute], \.reduction.rows, [nil, 4, 8, 2, 1]),
        Lever("accumulators", .reduction, helps: [.compute, .memory], \.reduction.accumulators, [4, 8, 2, 1]),
        Lever(
            "elements of a part", .reduction, helps: [.memory, .launch], \.reduction.block,
            [65536, 16384, 262144, 4096]),
    ]

    private static let normalization = [
        Lever(
            "block of fused reductions", .normalization, helps: [.memory, .compute], \.normalization.block,
            [nil, 0, 256, 1024, 4096]),
        Lever("results past the caches", .normalization, helps: [.memory], \.normalization.streams, [true, false]),
        Lever("second sweep backwards", .normalization, helps: [.memory], \.normalization.reverses, [true, false]),
        Lever("next row prefetched", .normalization, helps: [.memory], \.normalization.prefetches, [true, false]),
        Lever(
            "elements of short rows together", .normalization, helps: [.memory, .compute, .launch],
            \.normalization.groupElements, [2048, 0, 8192]),
        Lever(
            "columns of a work-group", .normalization, helps: [.memory], \.normalization.columns, [256, 1024, 512, 128]),
        Lever(
            "elements of a part", .normalization, helps: [.memory, .launch], \.normalization.chunk,
            [16384, 65536, 4096]),
        Lever(
            "reductions of a row together", .normalization, helps: [.memory, .launch],
            \.normalization.joinsReductions, [true, false]),
        Lever(
            "functions kept", .normalization, helps: [.memory, .compute], \.normalization.keepsFunctions, [true, false]),
        Lever(
            "invariants of a row", .normalization, helps: [.compute, .memory], \.normalization.hoists, [true, false]),
        Lever("accumulators", .normalization, helps: [.compute], \.normalization.accumulators, [4, 8, 2]),
    ]

    private static let scan = [
        Lever("scans that take turns", .scan, helps: [.compute, .memory], \.scan.rows, [4, 2, 1, 8]),
        Lever("vectors of columns", .scan, helps: [.memory, .compute], \.scan.columnVectors, [4, 8, 2, 1]),
        Lever("results past the caches", .scan, helps: [.memory], \.scan.streams, [true, false]),
        Lever("elements of a block", .scan, helps: [.memory, .launch], \.scan.block, [16384, 65536, 4096, 0]),
    ]
}
