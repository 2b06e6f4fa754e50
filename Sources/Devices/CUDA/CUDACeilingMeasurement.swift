import CUDAToolchain
import KernelIR

/// Measures a GPU's ceilings by its own events: the best of several repetitions for rates, the median for launches.
struct CUDACeilingMeasurement {
    let device: CUDADevice
    /// Bytes of each of the two arrays, a multiple of 16.
    let bytes: Int
    /// Steps of every accumulator in one launch of the arithmetic kernel.
    var steps = 1 << 16
    var repetitions = 9
    /// Empty launches in a row.
    var launches = 2000
    /// Blocks of a multiprocessor: no more threads than every generation holds at once.
    var blocks = 4

    /// Threads of a block.
    private static let threads = 256
    /// Independent accumulators of a thread: with eight warps to each scheduler, more than its latency needs.
    private static let chains = 8

    /// Arrays that together are at least eight times the last cache.
    init(device: CUDADevice) {
        let wanted = max(4 * device.profile.l3Bytes, 64 << 20)
        self.init(device: device, bytes: min(wanted, device.limits.globalBytes / 4, 1 << 30) / 16 * 16)
    }

    init(device: CUDADevice, bytes: Int) { (self.device, self.bytes) = (device, bytes) }

    /// The kernels `copy`, `read`, `arithmetic` and `empty`.
    static let source = """
        extern "C" __global__ void copy(const float4 *in, float4 *out, long long count) {
            const long long step = (long long)gridDim.x * blockDim.x;
            for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) out[i] = in[i];
        }
        extern "C" __global__ void read(const float4 *in, float *out, long long count) {
            const long long step = (long long)gridDim.x * blockDim.x;
            float4 sum = make_float4(0.0f, 0.0f, 0.0f, 0.0f);
            for (long long i = (long long)blockIdx.x * blockDim.x + threadIdx.x; i < count; i += step) {
                const float4 v = in[i];
                sum.x += v.x; sum.y += v.y; sum.z += v.z; sum.w += v.w;
            }
            out[blockIdx.x * blockDim.x + threadIdx.x] = sum.x + sum.y + sum.z + sum.w;
        }
        extern "C" __global__ void arithmetic(float *out, float factor, float term, int steps) {
            float v[\(chains)];
            for (int k = 0; k < \(chains); k++) v[k] = (float)(threadIdx.x + k);
            for (int i = 0; i < steps; i++) {
                #pragma unroll
                for (int k = 0; k < \(chains); k++) v[k] = fmaf(v[k], factor, term);
            }
            float sum = 0.0f;
            for (int k = 0; k < \(chains); k++) sum += v[k];
            out[blockIdx.x * blockDim.x + threadIdx.x] = sum;
        }
        extern "C" __global__ void empty() {}
        """

    func measure() throws(DeviceFailure) -> Ceilings {
        let context = try device.context()
        let source = CUDASource(name: "ceilings.cu", text: Self.source)
        let module = try CUDAModule(device.image(of: source).image, in: context)
        let kernels = try ["copy", "read", "arithmetic", "empty"].map { name throws(DeviceFailure) in
            try module.kernel(name)
        }
        let (copy, read, arithmetic, empty) = (kernels[0], kernels[1], kernels[2], kernels[3])
        return try context.attempt("a launch failed") { () throws(CUDAStatus) -> Ceilings in
            // Zeros, so that sums stay finite; filling is also the first touch.
            let (input, output) = (
                try CUDAMemory(context, byteCount: bytes),
                try CUDAMemory(context, byteCount: max(bytes, grid * Self.threads * MemoryLayout<Float>.size))
            )
            try input.fill(0)
            try output.fill(0)
            let stream = try CUDAStream(context)
            let timer = try CUDATimer(context, stream)
            let arrays = [Self.bytes(input.address), Self.bytes(output.address), Self.bytes(Int64(bytes / 16))]
            let numbers = [arrays[1], Self.bytes(Float(0.999)), Self.bytes(Float(0.001)), Self.bytes(Int32(steps))]
            func seconds(
                _ kernel: CUDAKernel, _ arguments: [[UInt8]], count: Int = 1
            ) throws(CUDAStatus) -> [Double] {
                let arguments = CUDAArguments(arguments)
                // The first one is not timed: code and memory are brought to the device when they are first used.
                let all = try (0...repetitions).map { _ throws(CUDAStatus) in
                    try timer.seconds { () throws(CUDAStatus) in
                        for _ in 0..<count { try launch(kernel, arguments, stream) }
                    }
                }
                return all.dropFirst().sorted()
            }
            let times = (
                copy: try seconds(copy, arrays), read: try seconds(read, arrays),
                arithmetic: try seconds(arithmetic, numbers), empty: try seconds(empty, [], count: launches)
            )
            return Ceilings(
                copyBytesPerSecond: Double(2 * bytes) / times.copy[0],
                readBytesPerSecond: Double(bytes) / times.read[0],
                flopsPerSecond: Double(2 * grid * Self.threads * Self.chains) * Double(steps) / times.arithmetic[0],
                launchSeconds: times.empty[times.empty.count / 2] / Double(launches))
        }
    }

    /// Blocks of every launch.
    private var grid: Int { device.profile.cores * blocks }

    private func launch(
        _ kernel: CUDAKernel, _ arguments: CUDAArguments, _ stream: CUDAStream
    ) throws(CUDAStatus) {
        try kernel.launch(
            grid: [UInt32(grid), 1, 1], block: [UInt32(Self.threads), 1, 1], sharedBytes: 0, arguments: arguments,
            on: stream)
    }

    private static func bytes(_ value: some BitwiseCopyable) -> [UInt8] {
        withUnsafeBytes(of: value) { Array($0) }
    }
}
