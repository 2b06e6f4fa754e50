import KernelIR

/// What one core does in a second, and what a launch costs, where nothing was measured.
struct CoreRates {
    /// Additions of elements, all lanes together.
    let operationsPerSecond: Double
    let bytesPerSecond: Double
    let launchSeconds: Double

    /// CPUs: rounded from those of `docs/results.md`. They copy 47 GB/s with two cores and launch in 1.5 µs; tanh and
    /// swish keep up with memory, softplus and the GELU by tanh take 1.4 times as long.
    /// GPUs: a multiprocessor's 128 lanes at 1.5 GHz and its share of memory, between those of a T4 and of an H100 by
    /// NVIDIA's data sheets.
    init(_ target: TargetProfile) {
        if target.prefersExplicitLanes {
            operationsPerSecond = 5e9 * Double(target.vectorWidths.last ?? 1)
            bytesPerSecond = 25e9
            launchSeconds = 1.5e-6
        } else {
            operationsPerSecond = 128 * 1.5e9
            bytesPerSecond = 16e9
            launchSeconds = 3e-6
        }
    }
}
