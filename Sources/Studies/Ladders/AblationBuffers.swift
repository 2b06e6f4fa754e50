import Devices

/// The matrices of the ablation in this process, freed with the object.
final class AblationBuffers {
    let memory: [BufferName: UnsafeMutableRawBufferPointer]

    /// - Parameter isFilled: whether inputs hold their elements; else zeros, which no counter depends on. What is not
    ///   written of the output is NaN.
    init(of product: AblationProduct, isFilled: Bool) {
        let count = product.extent * product.extent
        var memory: [BufferName: UnsafeMutableRawBufferPointer] = [:]
        for input in AblationProduct.inputs {
            let region = Self.region(2 * count, repeating: 0)
            if isFilled { product.bits(of: input).withUnsafeBytes { region.copyMemory(from: $0) } }
            memory[.input(input)] = region
        }
        memory[.output(AblationProduct.output)] = Self.region(4 * count, repeating: 0xff)
        self.memory = memory
    }

    deinit { for region in memory.values { region.deallocate() } }

    /// The elements of the output.
    var output: [Float] {
        memory[.output(AblationProduct.output)].map { Array($0.bindMemory(to: Float.self)) } ?? []
    }

    private static func region(_ bytes: Int, repeating byte: UInt8) -> UnsafeMutableRawBufferPointer {
        let region = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 256)
        region.initializeMemory(as: UInt8.self, repeating: byte)
        return region
    }
}
