import Devices
import KernelIR
import Rendering

/// Programs that compute a buffer `y` from a buffer `x`.
extension OpenCLDevice {
    /// A legal program, written for the device.
    func rendered(_ program: LoopProgram) throws -> Solution {
        try program.verify()
        return try Renderer.openCL(profile).render(program, workload: "", author: "test")
    }

    /// What a solution, run once, leaves in the first elements of `y`.
    ///
    /// All other memory holds ones before: no number, in floating point, so that what is read behind `x` or never
    /// written shows.
    func output<Source: BitwiseCopyable, Target: BitwiseCopyable>(
        of solution: Solution, for x: [Source], count: Int
    ) throws -> [Target] {
        let most = max(x.count * MemoryLayout<Source>.size, count * MemoryLayout<Target>.size)
        let size = (most + 4095) / 4096 * 4096
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * size, alignment: 4096)
        defer { memory.deallocate() }
        memory.initializeMemory(as: UInt8.self, repeating: .max)
        x.withUnsafeBytes { memory.copyMemory(from: $0) }
        let results = UnsafeMutableRawBufferPointer(rebasing: memory[size...])
        let plan = try load(
            solution, try compile(solution).binary,
            buffers: [.input("x"): UnsafeMutableRawBufferPointer(rebasing: memory[..<size]), .output("y"): results])
        try plan.run(count: 1, prepare: true)
        return Array(results.bindMemory(to: Target.self).prefix(count))
    }
}
