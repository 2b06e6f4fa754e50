/// Modifiers of memory accesses, atomics and asynchronous copies.
extension PTXModifiers {
    mutating func memory(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        let isStore = opcode == .st
        let spaces: [PTXStateSpace] =
            isStore
            ? [.global, .local, .param, .shared, .sharedCluster]
            : [.const, .global, .local, .param, .shared, .sharedCluster]
        let space = takeSpace(of: spaces) ?? .generic
        var access = PTXMemoryAccess(space: space, type: try needType(of: PTXType.storable))
        if let ordering = takeOrdering(isStore ? ["release"] : ["acquire"]) { access.ordering = ordering }
        access.scope = takeScope()
        access.cache = takeCacheOperator(isStore ? [.wb, .cg, .cs, .wt] : [.ca, .cg, .cs, .lu, .cv])
        access.isNonCoherent = !isStore && take("nc")
        access.vectorWidth = takeVectorWidth()
        guard access.vectorWidth < 8 || access.type.bitWidth == 32, access.type != .b128 || access.vectorWidth == 1
        else { throw error(.unsupported, "no vectors of more than 256 bits") }
        takeEviction()
        access.prefetchBytes = isStore ? 0 : takePrefetchBytes()
        access.hasCachePolicy = take("L2::cache_hint")
        if access.ordering == .relaxed || access.ordering == .acquire || access.ordering == .release {
            guard access.scope != nil else {
                throw error(.syntax, "the scope of the ordering is missing", hint: ".cta .cluster .gpu .sys")
            }
        }
        return isStore ? .st(access) : .ld(access)
    }

    mutating func atomic(_ opcode: PTXOpcode) throws(PTXError) -> PTXOperation {
        let isReduction = opcode == .red
        if isReduction, take("async") { throw error(.unsupported, "no asynchronous reductions") }
        let operators = PTXAtomicOperator.allCases.filter { !isReduction || ($0 != .exch && $0 != .cas) }
        let operation = try need("the operation", PTXAtomicOperator.self, of: operators)
        let space = takeSpace(of: [.global, .shared, .sharedCluster]) ?? .generic
        var atomic = PTXAtomic(operation: operation, space: space, type: try needType(of: types(of: operation)))
        atomic.ordering = takeOrdering(["acquire", "release", "acq_rel"], plain: ["relaxed"]) ?? .relaxed
        atomic.scope = takeScope() ?? .gpu
        atomic.vectorWidth = takeVectorWidth()
        atomic.keepsSubnormals = take("noftz")
        takeEviction()
        atomic.hasCachePolicy = take("L2::cache_hint")
        return isReduction ? .red(atomic) : .atom(atomic)
    }

    private func types(of operation: PTXAtomicOperator) -> [PTXType] {
        switch operation {
        case .and, .or, .xor: [.b32, .b64]
        case .exch: [.b32, .b64, .b128]
        case .cas: [.b16, .b32, .b64, .b128]
        case .add: [.u32, .u64, .s32, .f32, .f64] + PTXType.halves
        case .inc, .dec: [.u32]
        case .min, .max: [.u32, .u64, .s32, .s64] + PTXType.halves
        }
    }

    mutating func prefetch(_ opcode: PTXOpcode) throws(PTXError) -> PTXPrefetch {
        let action: PTXPrefetch.Action =
            switch opcode {
            case .discard: .discard
            case .applypriority: .applyPriority
            case .prefetchu: .prefetchUniform
            default: .prefetch
            }
        if action == .prefetch, take("tensormap") {
            _ = takeSpace(of: [.const, .param])
            return PTXPrefetch(action: action, space: .generic, cacheLevel: 2)
        }
        let space = takeSpace(of: [.global, .local]) ?? .generic
        let levels = ["L1", "L2", "L2::evict_last", "L2::evict_normal"]
        let level = try need("the cache level", of: levels)
        return PTXPrefetch(action: action, space: space, cacheLevel: level == "L1" ? 1 : 2)
    }

    mutating func asyncCopy() throws(PTXError) -> PTXOperation {
        guard take("async") else { throw error(.unsupported, "unknown kind of copy", hint: "known: cp.async") }
        if take("bulk") { throw error(.unsupported, "no bulk copies", hint: "known: cp.async with 4, 8 or 16 bytes") }
        if take("commit_group") { return .cpAsyncCommitGroup }
        if take("wait_group") { return .cpAsyncWaitGroup }
        if take("wait_all") { return .cpAsyncWaitAll }
        if take("mbarrier") {
            _ = try need("the action", of: ["arrive"])
            let countsPending = !take("noinc")
            let space = takeSpace(of: [.shared]) ?? .generic
            _ = try needType(of: [.b64])
            return .cpAsyncMbarrierArrive(space: space, countsPending: countsPending)
        }
        let bypassesL1 = try need("the cache level", of: ["ca", "cg"]) == "cg"
        guard takeSpace(of: [.shared]) != nil, takeSpace(of: [.global]) != nil else {
            throw error(.syntax, "the spaces are missing", hint: ".shared.global")
        }
        let prefetchBytes = takePrefetchBytes()
        return .cpAsync(
            PTXAsyncCopy(
                bypassesL1: bypassesL1, prefetchBytes: prefetchBytes, hasCachePolicy: take("L2::cache_hint")))
    }

    // MARK: Parts

    mutating func takeScope() -> PTXScope? {
        takeFirst(of: ["cta", "cluster", "gpu", "sys"]).flatMap(PTXScope.init(rawValue:))
    }

    mutating func takeOrdering(
        _ strong: [String], plain: [String] = ["weak", "volatile", "relaxed", "mmio"]
    ) -> PTXOrdering? {
        guard let word = takeFirst(of: plain + strong) else { return nil }
        switch word {
        case "mmio":
            _ = take("relaxed")
            return .memoryMapped
        case "acq_rel": return .acquireRelease
        case "sc": return .sequentiallyConsistent
        case "relaxed":
            return take("mmio") ? .memoryMapped : .relaxed
        default: return PTXOrdering(rawValue: word)
        }
    }

    private mutating func takeCacheOperator(_ allowed: [PTXCacheOperator]) -> PTXCacheOperator? {
        takeFirst(of: allowed.map(\.rawValue)).flatMap(PTXCacheOperator.init(rawValue:))
    }

    private mutating func takeVectorWidth() -> Int {
        switch takeFirst(of: ["v2", "v4", "v8"]) {
        case "v2": 2
        case "v4": 4
        case "v8": 8
        default: 1
        }
    }

    private mutating func takePrefetchBytes() -> Int {
        switch takeFirst(of: ["L2::64B", "L2::128B", "L2::256B"]) {
        case "L2::64B": 64
        case "L2::128B": 128
        case "L2::256B": 256
        default: 0
        }
    }

    /// Eviction priorities change costs only, and little; they are taken and dropped.
    private mutating func takeEviction() {
        let priorities = ["evict_normal", "evict_unchanged", "evict_first", "evict_last", "no_allocate"]
        _ = takeFirst(of: priorities.map { "L1::" + $0 } + ["L1::evict_last_use"])
        _ = takeFirst(of: ["L2::evict_normal", "L2::evict_first", "L2::evict_last"])
    }
}
