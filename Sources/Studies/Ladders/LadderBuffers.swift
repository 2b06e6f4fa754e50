import Devices
import Rendering

/// The buffers of a kernel of a ladder in this process, freed with the object.
final class LadderBuffers {
    /// Zeros at first, but for filled inputs.
    let memory: [BufferName: UnsafeMutableRawBufferPointer]

    /// - Parameters:
    ///   - solution: one of the ladder's at the extent; its scratch has buffers too.
    ///   - isFilled: whether inputs hold their elements; counters do not depend on them.
    init(of solution: Solution, in ladder: any KernelLadder, extent: Int, isFilled: Bool) {
        var memory: [BufferName: UnsafeMutableRawBufferPointer] = [:]
        for input in ladder.inputs {
            let region = Self.zeros(4 * extent * extent)
            memory[.input(input)] = region
            guard isFilled else { continue }
            let elements = region.bindMemory(to: Float.self)
            for index in elements.indices { elements[index] = ladder.element(index, of: input, extent: extent) }
        }
        memory[.output(ladder.output)] = Self.zeros(4 * ladder.outputCount(extent: extent))
        for scratch in solution.scratch { memory[.scratch(scratch.name)] = Self.zeros(scratch.bytes) }
        self.memory = memory
    }

    deinit { for region in memory.values { region.deallocate() } }

    /// The elements of a buffer of `float`; none where there is no such buffer.
    func elements(of name: BufferName) -> [Float] { memory[name].map { Array($0.bindMemory(to: Float.self)) } ?? [] }

    private static func zeros(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
        let region = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 256)
        region.initializeMemory(as: UInt8.self, repeating: 0)
        return region
    }
}
