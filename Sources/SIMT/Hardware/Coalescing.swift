/// What one global or local memory instruction of a warp asks of L1.
///
/// L1 works in stages, each with its own limit; a stage that needs several cycles for one instruction makes as many
/// wavefronts. The stages were measured by gpu-benches' gpu-strides on A40, A100 and H200, with the hardware's own
/// counters: the data stage has the 32 banks of 4 bytes that shared memory has, and the tag stage looks up four lines
/// per cycle. (Its README explains the times by 16 banks of 8 bytes and one line per cycle; its counters do not.)
public struct Coalescing: Sendable, Hashable {
    /// Distinct sectors of 32 bytes.
    public let sectors: Int
    /// Distinct lines of 128 bytes: the tag look-ups.
    public let lines: Int
    /// Passes through the data stage, whose banks may conflict.
    public let dataWavefronts: Int
    /// Bytes that the active lanes read or write, counted per lane even where lanes share an address.
    public let laneBytes: Int
    /// Lanes that take part.
    public let activeLanes: Int

    /// Counts the sectors, lines and data passes of one access.
    public init(_ access: WarpAccess) {
        activeLanes = access.activeLanes
        laneBytes = activeLanes * access.bytesPerLane
        dataWavefronts = SharedBanks.globalWavefronts(access)
        if access.isUnitStrideFromLine {
            sectors = laneBytes / MemoryRates.sectorBytes
            lines = (laneBytes + MemoryRates.lineBytes - 1) / MemoryRates.lineBytes
        } else {
            sectors = access.units(of: MemoryRates.sectorBytes).count
            lines = access.units(of: MemoryRates.lineBytes).count
        }
    }

    /// The byte addresses of the distinct sectors of an access, ascending: what a cache model is fed with.
    public static func sectorAddresses(_ access: WarpAccess) -> [UInt64] {
        access.units(of: MemoryRates.sectorBytes).map { $0 * UInt64(MemoryRates.sectorBytes) }
    }

    /// The fewest sectors that could hold the bytes of the active lanes if no two lanes shared any.
    public var idealSectors: Int { (laneBytes + MemoryRates.sectorBytes - 1) / MemoryRates.sectorBytes }

    /// Passes through the tag stage of a GPU.
    public func tagWavefronts(on gpu: GPUModel) -> Int {
        Int((Double(lines) / gpu.memory.tagLinesPerCycle).rounded(.up))
    }

    /// Cycles that L1 takes for the access when the sectors are there: the longest of data stage, tag stage and return
    /// to the registers.
    public func cycles(on gpu: GPUModel) -> Double {
        max(Double(max(dataWavefronts, tagWavefronts(on: gpu))), Double(laneBytes) / gpu.memory.l1BytesPerCycle)
    }
}
