/// Counts what the accesses of sampled blocks cost, instruction by instruction, and keeps them for the cache model.
///
/// Sectors, wavefronts of L1's data and tag stages, and wavefronts of shared memory come from the addresses of each
/// access, by `Coalescing` and `SharedBanks`; accesses that the machine code joins are joined first.
final class AccessProfile: SIMTAccessRecorder {
    private let gpu: GPUModel
    private let loads: [CacheModel.Access]
    /// By instruction, whether the emulator moves elements one by one where the hardware moves whole registers.
    private let isByElement: [Bool]
    private var merging: AccessMerging
    private var weight = 1.0

    /// By instruction, the memory fields only; every access counts as often as the blocks run for it stand for others.
    private(set) var counts: [WarpCounts]
    /// The blocks since `begin` that touched global memory, in the order they ran.
    private(set) var streams: [BlockStream] = []

    init(_ code: ProfiledCode, machine: MachineFacts?, gpu: GPUModel) {
        self.gpu = gpu
        loads = code.instructions.map { $0.operation?.loadPath ?? .load }
        isByElement = code.instructions.map { $0.operation?.movesMatrices ?? false }
        merging = AccessMerging(code, machine)
        counts = Array(repeating: WarpCounts(), count: code.instructions.count)
    }

    /// Starts a run of blocks each of which stands for `weight` blocks of the grid.
    func begin(weight: Double) {
        self.weight = weight
        streams = []
    }

    func record(_ access: SIMTAccess) {
        guard let lanes = merging.joint(access) else { return }
        let part = isByElement[access.instruction] ? Double(min(4, lanes.bytesPerLane)) / 4 : 1
        switch access.space {
        case .shared: counts[access.instruction].add(shared: lanes, times: weight * part)
        case .global:
            counts[access.instruction].add(global: lanes, times: weight * part, on: gpu)
            if streams.last?.block != access.block { streams.append(BlockStream(block: access.block)) }
            let path: CacheModel.Access =
                switch access.effect {
                case .load: loads[access.instruction]
                case .store: .store
                case .atomic: .atomic
                }
            streams[streams.count - 1].append(lanes, path, warp: access.warp)
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
