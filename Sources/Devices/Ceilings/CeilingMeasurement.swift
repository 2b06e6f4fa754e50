import KernelIR
import Rendering

/// Measures a device's ceilings: the best of several repetitions for rates, the median for launches.
struct CeilingMeasurement {
    let device: OpenCLDevice
    private let repetitions = 9
    private let launches = 2000

    func measure() throws(KernelwrightError) -> Ceilings {
        let kernels = CeilingKernels(profile: device.profile, limits: device.limits)
        let input = region(kernels.bytes)
        let output = region(kernels.bytes)
        defer {
            input.deallocate()
            output.deallocate()
        }
        let memory: [BufferName: UnsafeMutableRawBufferPointer] = [.input("in"): input, .output("out"): output]
        do {
            let copy = try seconds(kernels.copy, memory).min() ?? .infinity
            let read = try seconds(kernels.read, memory).min() ?? .infinity
            let arithmetic = try seconds(kernels.arithmetic, memory).min() ?? .infinity
            let empty = try seconds(kernels.empty, memory, count: launches).sorted()
            return Ceilings(
                copyBytesPerSecond: Double(2 * kernels.bytes) / copy,
                readBytesPerSecond: Double(kernels.bytes) / read,
                flopsPerSecond: kernels.flops / arithmetic,
                launchSeconds: empty[empty.count / 2] / Double(launches))
        } catch {
            throw KernelwrightError(
                .missingComponent, "the ceilings of \(device.id) cannot be measured",
                hint: "check the driver with clinfo", cause: "\(error)")
        }
    }

    /// Touched memory; zero-filled so that sums stay finite.
    private func region(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
        let region = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 4096)
        region.initializeMemory(as: UInt8.self, repeating: 0)
        return region
    }

    private func seconds(
        _ solution: Solution, _ memory: [BufferName: UnsafeMutableRawBufferPointer], count: Int = 1
    ) throws(DeviceFailure) -> [Double] {
        let compilation = try device.compile(solution)
        let plan = try device.load(solution, compilation.binary, buffers: memory)
        // The first run finishes compiling.
        try plan.run(count: 1, prepare: true)
        return try (0..<repetitions).map { _ throws(DeviceFailure) in
            let clock = ContinuousClock()
            let start = clock.now
            try plan.run(count: count, prepare: true)
            return (clock.now - start) / .seconds(1)
        }
    }
}
