/// Modifiers of warp operations, barriers and matrices.
extension PTXModifiers {
    mutating func warp(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        switch opcode {
        case .activemask:
            _ = try needType(of: [.b32])
            return .activemask
        case .elect:
            _ = try need("the synchronization", of: ["sync"])
            return .elect
        case .match:
            let isAll = try need("the form", of: ["any", "all"]) == "all"
            _ = try need("the synchronization", of: ["sync"])
            return .match(PTXMatch(isAll: isAll, type: try needType(of: [.b32, .b64])))
        case .redux:
            _ = try need("the synchronization", of: ["sync"])
            return .redux(try reduction())
        case .shfl:
            let isSync = take("sync")
            let mode = try need("the mode", PTXShuffleMode.self)
            _ = try needType(of: [.b32])
            return .shfl(mode, isSync: isSync)
        case .vote:
            let isSync = take("sync")
            let mode = try need("the mode", PTXVoteMode.self)
            _ = try needType(of: mode == .ballot ? [.b32] : [.pred])
            return .vote(mode, isSync: isSync)
        default: throw error(.unsupported, "no operation of warps")
        }
    }

    private mutating func reduction() throws(PTXError) -> PTXReduction {
        let operation = try need("the operation", PTXReduction.Operator.self)
        let types: [PTXType] =
            switch operation {
            case .add: [.u32, .s32]
            case .min, .max: [.u32, .s32, .f32]
            case .and, .or, .xor: [.b32]
            }
        let type = try needType(of: types)
        return PTXReduction(
            operation: operation, type: type, takesMagnitudes: type == .f32 && take("abs"),
            propagatesNaN: type == .f32 && take("NaN"))
    }

    mutating func synchronization(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        switch opcode {
        case .bar where take("warp"):
            _ = try need("the action", of: ["sync"])
            return .warpBarrier
        case .bar: return .barrier(try barrier(isAligned: true))
        case .barrier where take("cluster"):
            let isArrive = try need("the action", of: ["arrive", "wait"]) == "arrive"
            let ordering = takeOrdering(isArrive ? ["release"] : ["acquire"], plain: ["relaxed"])
            return .clusterBarrier(
                PTXClusterBarrier(
                    isArrive: isArrive, ordering: ordering ?? (isArrive ? .release : .acquire),
                    isAligned: take("aligned")))
        case .barrier:
            let isAligned = take("aligned")
            return .barrier(try barrier(isAligned: isAligned))
        case .membar:
            if take("proxy") {
                ignoreRest()
                return .fence(PTXFence(ordering: .acquireRelease, scope: .gpu, isProxy: true))
            }
            let level = try need("the level", of: ["cta", "gl", "sys"])
            let scope: PTXScope = level == "cta" ? .cta : level == "gl" ? .gpu : .sys
            return .fence(PTXFence(ordering: .sequentiallyConsistent, scope: scope))
        case .fence: return .fence(try fence())
        default: return .mbarrier(try mbarrier())
        }
    }

    private mutating func barrier(isAligned: Bool) throws(PTXError) -> PTXBarrier {
        _ = take("cta")
        let word = try need("the action", of: ["sync", "arrive", "red"])
        guard word == "red" else { return PTXBarrier(action: word == "sync" ? .sync : .arrive, isAligned: isAligned) }
        let operation = try need("the operation", of: ["popc", "and", "or"])
        _ = try needType(of: operation == "popc" ? [.u32] : [.pred])
        let action: PTXBarrier.Action =
            operation == "popc" ? .reduceCount : .reduce(operation == "and" ? .and : .or)
        return PTXBarrier(action: action, isAligned: isAligned)
    }

    private mutating func fence() throws(PTXError) -> PTXFence {
        if take("proxy") || take("proxy::async") {
            ignoreRest()
            return PTXFence(ordering: .acquireRelease, scope: .gpu, isProxy: true)
        }
        if take("mbarrier_init") {
            _ = try need("the ordering", of: ["release"])
            _ = try need("the scope", of: ["cluster"])
            return PTXFence(ordering: .release, scope: .cluster)
        }
        let ordering = takeOrdering(["sc", "acq_rel", "acquire", "release"], plain: []) ?? .acquireRelease
        _ = takeFirst(of: ["sync_restrict::shared::cta", "sync_restrict::shared::cluster"])
        guard let scope = takeScope() else {
            throw error(.syntax, "the scope is missing", hint: ".cta .cluster .gpu .sys")
        }
        return PTXFence(ordering: ordering, scope: scope)
    }

    private mutating func mbarrier() throws(PTXError) -> PTXMbarrier {
        let actions: [(word: String, action: PTXMbarrier.Action)] = [
            ("init", .initialize), ("inval", .invalidate), ("arrive", .arrive), ("arrive_drop", .arriveDrop),
            ("test_wait", .testWait), ("try_wait", .tryWait), ("complete_tx", .completeTransactions),
            ("pending_count", .pendingCount),
        ]
        let found = takeFirst(of: actions.map(\.word))
        let expects = take("expect_tx")
        guard let action = actions.first(where: { $0.word == found })?.action ?? (expects ? .expectTransactions : nil)
        else {
            let known = actions.map { "." + $0.word }.joined(separator: " ")
            throw error(.syntax, "the action is missing", hint: "known: \(known) .expect_tx")
        }
        var barrier = PTXMbarrier(action: action, space: takeSpace(of: [.shared, .sharedCluster]) ?? .generic)
        barrier.expectsTransactions = expects && action != .expectTransactions
        if action == .testWait || action == .tryWait { barrier.isParity = take("parity") }
        if action == .arrive || action == .arriveDrop { barrier.mustNotComplete = take("noComplete") }
        barrier.ordering = takeOrdering(["acquire", "release"], plain: ["relaxed"])
        barrier.scope = takeScope() ?? .cta
        _ = try needType(of: [.b64])
        return barrier
    }
}
