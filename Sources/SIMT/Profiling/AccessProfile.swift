/// Counts what the accesses of sampled blocks cost, instruction by instruction, and keeps them for the cache model.
///
/// Sectors, wavefronts of L1's data and tag stages, and wavefronts of shared memory come from the addresses of each
/// access, by `Coalescing` and `SharedBanks`; accesses that the machine code joins are joined first. Of an instruction
/// that a block runs very often only the first runs are looked at; whoever uses the counts scales them by all requests
/// over `recorded`.
final class AccessProfile: SIMTAccessRecorder {
    private let gpu: GPUModel
    private let quota: Int
    private let loads: [CacheModel.Access]
    /// By instruction, whether the emulator moves elements one by one where the hardware moves whole registers.
    private let isByElement: [Bool]
    /// By instruction, whether it is an atomic in global memory.
    let isGlobalAtomic: [Bool]
    private var merging: AccessMerging
    private var weight = 1.0
    private var block = -1
    /// By instruction, accesses of the current block.
    private var accesses: [Int]

    /// By instruction, the memory fields only; every access counts as often as its block stands for others.
    private(set) var counts: [WarpCounts]
    /// By instruction, accesses since `begin` that were looked at.
    private(set) var recorded: [Int]
    /// Atomics of all blocks by the word of global memory they update.
    private(set) var atomicWords = AtomicWords()
    /// The blocks since `begin` that touched global memory, in the order they ran.
    private(set) var streams: [BlockStream] = []

    /// - Parameter quota: accesses of one instruction that are looked at in a block.
    init(_ code: ProfiledCode, machine: MachineFacts?, gpu: GPUModel, quota: Int) {
        self.gpu = gpu
        self.quota = quota
        loads = code.instructions.map { $0.operation?.loadPath ?? .load }
        isByElement = code.instructions.map { $0.operation?.movesMatrices ?? false }
        isGlobalAtomic = code.instructions.map { $0.operation?.unit == .globalAtomic }
        merging = AccessMerging(code, machine)
        accesses = Array(repeating: 0, count: code.instructions.count)
        recorded = accesses
        counts = Array(repeating: WarpCounts(), count: code.instructions.count)
    }

    /// Starts a run of blocks each of which stands for `weight` blocks of the grid.
    func begin(weight: Double) {
        self.weight = weight
        block = -1
        streams = []
        recorded = Array(repeating: 0, count: recorded.count)
    }

    func record(_ access: SIMTAccess) {
        let number = access.instruction
        if access.block != block {
            block = access.block
            accesses = Array(repeating: 0, count: accesses.count)
        }
        accesses[number] += 1
        guard accesses[number] <= quota else { return }
        recorded[number] += 1
        guard let lanes = merging.joint(access) else { return }
        let part = isByElement[number] ? Double(min(4, lanes.bytesPerLane)) / 4 : 1
        switch access.space {
        case .shared:
            counts[number].add(shared: lanes, times: weight * part, isAtomic: access.effect == .atomic)
        case .global:
            counts[number].add(global: lanes, times: weight * part, on: gpu)
            if access.effect == .atomic { atomicWords.add(lanes, block: access.block, weight: weight) }
            if streams.last?.block != access.block { streams.append(BlockStream(block: access.block)) }
            streams[streams.count - 1].append(lanes, path(of: access), warp: access.warp)
        }
    }

    private func path(of access: SIMTAccess) -> CacheModel.Access {
        switch access.effect {
        case .load: loads[access.instruction]
        case .store: .store
        case .atomic: .atomic
        }
    }
}

extension PTXOperation {
    /// How loads of the instruction go: past L1 where they say so.
    fileprivate var loadPath: CacheModel.Access {
        switch self {
        case .ld(let access):
            let skips = access.cache == .cg || access.cache == .cv || access.ordering != .weak
            return skips ? .loadPastL1 : .load
        case .cpAsync(let copy): return copy.bypassesL1 ? .loadPastL1 : .load
        default: return .load
        }
    }

    /// Whether it moves fragments of matrices, of which a thread's register may hold several elements.
    fileprivate var movesMatrices: Bool {
        switch self {
        case .ldmatrix, .stmatrix, .wmmaLoad, .wmmaStore: true
        default: false
        }
    }
}
