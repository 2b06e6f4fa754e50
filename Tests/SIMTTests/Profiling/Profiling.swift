import Testing

@testable import SIMT

/// Profiles of small kernels for tests, on the A6000 unless said otherwise.
enum Profiling {
    /// Few blocks: tests run without optimization.
    static func options(blocks: Int, threadInstructions: UInt64 = 1 << 25) -> ProfilerOptions {
        var options = ProfilerOptions()
        options.blocks = blocks
        options.threadInstructions = threadInstructions
        return options
    }

    /// Profiles kernel `k` of a text without its head; every parameter is a pointer.
    static func profile(
        _ text: String, _ memory: GlobalMemory, _ pointers: [UInt64], grid: SIMTExtent, threads: Int = 256,
        registers: Int = 32, shared: Int = 0, local: Int? = nil,
        options: ProfilerOptions = Profiling.options(blocks: 8), machine: MachineFacts? = nil
    ) throws -> KernelProfile {
        try KernelProfiler(gpu: .a6000, options: options).profile(
            try Emulation.program(text),
            SIMTLaunch(
                kernel: "k", grid: grid, block: SIMTExtent(threads), arguments: pointers.map(SIMTArgument.pointer)),
            memory: memory,
            resources: KernelResources(
                threadsPerBlock: threads, registersPerThread: registers, staticSharedBytes: shared,
                localBytesPerThread: local),
            machine: machine)
    }

    static func predict(_ profile: KernelProfile) throws -> TimingPrediction {
        try TimingModel(gpu: .a6000).predict(profile)
    }

    /// `y[i · stride] = x[i · stride]` with floats, one element for each thread.
    static func copy(stride: Int = 1) -> String {
        Emulation.kernel(
            pointers: 2,
            Emulation.load("f32", "%f0", 0, bytes: 4 * stride) + Emulation.store("f32", 1, "%f0", bytes: 4 * stride))
    }

    /// A profile of such a copy.
    static func copy(
        stride: Int = 1, blocks: Int, registers: Int = 32, options: ProfilerOptions
    ) throws -> KernelProfile {
        let memory = GlobalMemory()
        let pointers = ["x", "y"].map { memory.allocate(byteCount: 4 * stride * 256 * blocks, name: $0) }
        return try profile(
            copy(stride: stride), memory, pointers, grid: SIMTExtent(blocks), registers: registers, options: options)
    }
}

extension KernelProfile {
    /// Requests to global memory of a warp.
    var requests: Double { perWarp.instructions[.globalLoad] + perWarp.instructions[.globalStore] }
}
