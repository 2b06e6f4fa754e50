/// Any schedule action, as it stands in a schedule's JSON: `{"action": "split", "stage": …}`.
public enum Action: Sendable, Hashable {
    case split(Split)
    case fuse(Fuse)
    case reorder(Reorder)
    case bind(Bind)
    case order(Order)
    case vectorize(Vectorize)
    case unroll(Unroll)
    case accumulators(Accumulators)
    case pack(Pack)
    case inline(Inline)
    case attach(Attach)
    case epilogue(Epilogue)
    case math(Math)
    case stream(Stream)
    case prefetch(Prefetch)
    case reverse(Reverse)
    case specialize(Specialize)
    case splitReduction(SplitReduction)
    case separate(Separate)
    case fuseReductions(FuseReductions)
    case extract(Extract)
    case hoist(Hoist)
    case simplify(Simplify)
    case factor(Factor)
    case winograd(Winograd)
    case scanBlock(ScanBlock)
    case narrow(Narrow)
    case crossThread(CrossThread)
    case matrix(Matrix)
    case stage(StageOperand)
    case pipeline(Pipeline)
    case rasterize(Rasterize)

    /// The action's own type.
    static let types: [any ScheduleAction.Type] = [
        Split.self, Fuse.self, Reorder.self, Bind.self, Order.self, Vectorize.self, Unroll.self, Accumulators.self,
        Pack.self, Inline.self, Attach.self, Epilogue.self, Math.self, Stream.self, Prefetch.self, Reverse.self,
        Specialize.self, SplitReduction.self, Separate.self, FuseReductions.self, Extract.self, Hoist.self,
        Simplify.self, Factor.self,
        Winograd.self, ScanBlock.self, Narrow.self, CrossThread.self, Matrix.self, StageOperand.self, Pipeline.self,
        Rasterize.self,
    ]

    /// The action as its own type.
    public var wrapped: any ScheduleAction {
        switch self {
        case .split(let action): action
        case .fuse(let action): action
        case .reorder(let action): action
        case .bind(let action): action
        case .order(let action): action
        case .vectorize(let action): action
        case .unroll(let action): action
        case .accumulators(let action): action
        case .pack(let action): action
        case .inline(let action): action
        case .attach(let action): action
        case .epilogue(let action): action
        case .math(let action): action
        case .stream(let action): action
        case .prefetch(let action): action
        case .reverse(let action): action
        case .specialize(let action): action
        case .splitReduction(let action): action
        case .separate(let action): action
        case .fuseReductions(let action): action
        case .extract(let action): action
        case .hoist(let action): action
        case .simplify(let action): action
        case .factor(let action): action
        case .winograd(let action): action
        case .scanBlock(let action): action
        case .narrow(let action): action
        case .crossThread(let action): action
        case .stage(let action): action
        case .pipeline(let action): action
        case .rasterize(let action): action
        case .matrix(let action): action
        }
    }

    private init?(_ action: any ScheduleAction) {
        switch action {
        case let action as Split: self = .split(action)
        case let action as Fuse: self = .fuse(action)
        case let action as Reorder: self = .reorder(action)
        case let action as Bind: self = .bind(action)
        case let action as Order: self = .order(action)
        case let action as Vectorize: self = .vectorize(action)
        case let action as Unroll: self = .unroll(action)
        case let action as Accumulators: self = .accumulators(action)
        case let action as Pack: self = .pack(action)
        case let action as Inline: self = .inline(action)
        case let action as Attach: self = .attach(action)
        case let action as Epilogue: self = .epilogue(action)
        case let action as Math: self = .math(action)
        case let action as Stream: self = .stream(action)
        case let action as Prefetch: self = .prefetch(action)
        case let action as Reverse: self = .reverse(action)
        case let action as Specialize: self = .specialize(action)
        case let action as SplitReduction: self = .splitReduction(action)
        case let action as Separate: self = .separate(action)
        case let action as FuseReductions: self = .fuseReductions(action)
        case let action as Extract: self = .extract(action)
        case let action as Hoist: self = .hoist(action)
        case let action as Simplify: self = .simplify(action)
        case let action as Factor: self = .factor(action)
        case let action as Winograd: self = .winograd(action)
        case let action as ScanBlock: self = .scanBlock(action)
        case let action as Narrow: self = .narrow(action)
        case let action as CrossThread: self = .crossThread(action)
        case let action as Matrix: self = .matrix(action)
        case let action as StageOperand: self = .stage(action)
        case let action as Pipeline: self = .pipeline(action)
        case let action as Rasterize: self = .rasterize(action)
        default: return nil
        }
    }
}

extension Action: Codable {
    private enum CodingKeys: String, CodingKey { case action }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(type(of: wrapped).name, forKey: .action)
        try wrapped.encode(to: encoder)
    }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .action)
        guard let type = Action.types.first(where: { $0.name == name }),
            let action = Action(try type.init(from: decoder))
        else {
            let known = Action.types.map { $0.name }.joined(separator: " ")
            throw DecodingError.dataCorruptedError(
                forKey: .action, in: container, debugDescription: "unknown action \(name); actions: \(known)")
        }
        self = action
    }
}

/// A replayable list of actions.
public typealias Schedule = [Action]

extension ScheduleState {
    /// The state after one action.
    public func applying(_ action: Action) throws(ScheduleError) -> ScheduleState {
        var copy = self
        try copy.apply(action)
        return copy
    }

    /// The state after all actions in order; throws at the first illegal one.
    public func applying(_ schedule: Schedule) throws(ScheduleError) -> ScheduleState {
        var state = self
        for action in schedule { try state.apply(action) }
        return state
    }

    private mutating func apply(_ action: Action) throws(ScheduleError) {
        try action.wrapped.apply(to: &self)
        try checkRecurrences()
        try checkCrossings()
        try checkMatrices()
        try checkStagings()
        try checkSizes()
    }
}
