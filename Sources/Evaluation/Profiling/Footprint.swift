import Devices
import Workloads

/// What any implementation of a workload must do, and what the device could do it in.
struct Footprint: Sendable, Hashable {
    /// Bytes of the inputs and parameters that reach an output.
    var readBytes: Double
    /// Bytes of the outputs.
    var writtenBytes: Double
    /// Floating-point operations of the workload as it is stated.
    var flops: Double

    init(readBytes: Double, writtenBytes: Double, flops: Double) {
        self.readBytes = readBytes
        self.writtenBytes = writtenBytes
        self.flops = flops
    }

    init(of workload: Workload) {
        let written = workload.outputTypes.map(\.byteCount).reduce(0, +)
        self.init(
            readBytes: Double(workload.minimumBytes - written), writtenBytes: Double(written),
            flops: Double(workload.flops))
    }

    var bytes: Double { readBytes + writtenBytes }

    /// Seconds to move the bytes: pairs of a read and a written byte at the copy rate, the other bytes at their own.
    func memorySeconds(_ ceilings: Ceilings) -> Double {
        let paired = 2 * min(readBytes, writtenBytes)
        let readOnly = max(readBytes - writtenBytes, 0)
        let writeOnly = max(writtenBytes - readBytes, 0)
        return (paired + writeOnly) / ceilings.copyBytesPerSecond + readOnly / ceilings.readBytesPerSecond
    }

    /// Seconds to do the arithmetic at the measured peak.
    func computeSeconds(_ ceilings: Ceilings) -> Double { flops / ceilings.flopsPerSecond }
}
