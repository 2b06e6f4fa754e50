import SIMT

/// What one block of a kernel's first launch does, as the emulator counts it in the PTX.
///
/// The blocks of a ladder's launch do the same work, so that one tells of all. Machine code may join what PTX loads
/// word by word from shared memory.
public struct LadderCounters: Sendable, Hashable, Codable {
    /// Accesses of warps to global memory.
    public var globalRequests = 0
    /// Sectors of 32 bytes that these touch, counted for each request.
    public var sectors = 0
    /// Accesses of warps to shared memory.
    public var sharedRequests = 0
    /// Passes through the banks that these take.
    public var sharedWavefronts = 0
    /// Passes more than without bank conflicts.
    public var sharedConflictWavefronts = 0
    /// Instructions of warps.
    public var warpInstructions = 0
    /// Instructions of threads: the active lanes of those of warps.
    public var threadInstructions = 0

    public init() {}

    /// Sectors of a request to global memory: 4 where lanes read successive words; 0 without requests.
    public var sectorsPerRequest: Double { Self.ratio(sectors, globalRequests) }

    /// Active lanes of an instruction, at most 32: fewer where lanes diverge or are idle.
    public var lanesPerInstruction: Double { Self.ratio(threadInstructions, warpInstructions) }

    private static func ratio(_ part: Int, _ all: Int) -> Double { all == 0 ? 0 : Double(part) / Double(all) }

    mutating func add(_ access: SIMTAccess) {
        switch access.space {
        case .global:
            globalRequests += 1
            sectors += Coalescing(access.lanes).sectors
        case .shared:
            let banks = SharedBanks(access.lanes, isAtomic: access.effect == .atomic)
            sharedRequests += 1
            sharedWavefronts += banks.wavefronts
            sharedConflictWavefronts += banks.conflictWavefronts
        }
    }
}
