/// What an average warp executes in a region of a kernel, over the whole launch.
public struct WarpCounts: Sendable, Hashable {
    /// Instructions of the warp, each counted once however many lanes take part.
    public var instructions: Tally<InstructionClass>
    /// Multiply-adds of matrix instructions, summed over the warp: 4096 for one m16n8k32.
    public var tensorMultiplyAdds: Tally<TensorFormat>
    /// Lanes that take part, summed over all instructions.
    public var laneInstructions: Double
    /// Sectors of 32 bytes that global and local accesses touch.
    public var sectors: Double
    /// Sectors that would hold the same bytes without a gap.
    public var idealSectors: Double
    /// Wavefronts of global and local accesses in the data stage of L1.
    public var dataWavefronts: Double
    /// Wavefronts of global and local accesses in the tag stage of L1.
    public var tagWavefronts: Double
    /// Bytes of global and local accesses, counted per active lane.
    public var laneBytes: Double
    /// Wavefronts of shared memory.
    public var sharedWavefronts: Double
    /// Wavefronts of shared memory without bank conflicts.
    public var idealSharedWavefronts: Double
    /// Barriers of the block.
    public var barriers: Double
    /// Bytes that all lanes read from local memory.
    public var localLoadedBytes: Double
    /// Bytes that all lanes write to local memory.
    public var localStoredBytes: Double

    public init(
        instructions: Tally<InstructionClass> = [:], tensorMultiplyAdds: Tally<TensorFormat> = [:],
        laneInstructions: Double = 0, sectors: Double = 0, idealSectors: Double = 0, dataWavefronts: Double = 0,
        tagWavefronts: Double = 0, laneBytes: Double = 0, sharedWavefronts: Double = 0,
        idealSharedWavefronts: Double = 0, barriers: Double = 0, localLoadedBytes: Double = 0,
        localStoredBytes: Double = 0
    ) {
        self.instructions = instructions
        self.tensorMultiplyAdds = tensorMultiplyAdds
        self.laneInstructions = laneInstructions
        self.sectors = sectors
        self.idealSectors = idealSectors
        self.dataWavefronts = dataWavefronts
        self.tagWavefronts = tagWavefronts
        self.laneBytes = laneBytes
        self.sharedWavefronts = sharedWavefronts
        self.idealSharedWavefronts = idealSharedWavefronts
        self.barriers = barriers
        self.localLoadedBytes = localLoadedBytes
        self.localStoredBytes = localStoredBytes
    }

    /// Counts one global or local access, executed a number of times, beside its instruction.
    public mutating func add(global access: WarpAccess, times: Double = 1, on gpu: GPUModel) {
        let request = Coalescing(access)
        sectors += times * Double(request.sectors)
        idealSectors += times * Double(request.idealSectors)
        dataWavefronts += times * Double(request.dataWavefronts)
        tagWavefronts += times * Double(request.tagWavefronts(on: gpu))
        laneBytes += times * Double(request.laneBytes)
    }

    /// Counts one access of shared memory, executed a number of times, beside its instruction.
    ///
    /// - Parameter isAtomic: whether lanes that share a word take turns.
    public mutating func add(shared access: WarpAccess, times: Double = 1, isAtomic: Bool = false) {
        let banks = SharedBanks(access, isAtomic: isAtomic)
        sharedWavefronts += times * Double(banks.wavefronts)
        idealSharedWavefronts += times * Double(banks.idealWavefronts)
    }

    public static func += (left: inout WarpCounts, right: WarpCounts) {
        left.instructions += right.instructions
        left.tensorMultiplyAdds += right.tensorMultiplyAdds
        left.laneInstructions += right.laneInstructions
        left.sectors += right.sectors
        left.idealSectors += right.idealSectors
        left.dataWavefronts += right.dataWavefronts
        left.tagWavefronts += right.tagWavefronts
        left.laneBytes += right.laneBytes
        left.sharedWavefronts += right.sharedWavefronts
        left.idealSharedWavefronts += right.idealSharedWavefronts
        left.barriers += right.barriers
        left.localLoadedBytes += right.localLoadedBytes
        left.localStoredBytes += right.localStoredBytes
    }

    public static func * (left: WarpCounts, factor: Double) -> WarpCounts {
        WarpCounts(
            instructions: left.instructions * factor, tensorMultiplyAdds: left.tensorMultiplyAdds * factor,
            laneInstructions: left.laneInstructions * factor, sectors: left.sectors * factor,
            idealSectors: left.idealSectors * factor, dataWavefronts: left.dataWavefronts * factor,
            tagWavefronts: left.tagWavefronts * factor, laneBytes: left.laneBytes * factor,
            sharedWavefronts: left.sharedWavefronts * factor,
            idealSharedWavefronts: left.idealSharedWavefronts * factor, barriers: left.barriers * factor,
            localLoadedBytes: left.localLoadedBytes * factor, localStoredBytes: left.localStoredBytes * factor)
    }
}
