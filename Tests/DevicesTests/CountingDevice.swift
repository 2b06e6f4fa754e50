import KernelIR
import Rendering
import Synchronization

@testable import Devices

/// A device whose ceilings tell how often they were measured.
final class CountingDevice: Device {
    let id: String
    let name = "counting"
    let kind = DeviceKind.cpu
    let driver = "none"
    let compiler: String? = nil
    let language = Solution.Target.Language.opencl
    let isPredicted = true
    let profile = TargetProfile.genericAVX512
    let limits = DeviceLimits(
        maxBlock: [1, 1, 1], maxGroupSize: 1, localBytes: 0, maxBufferBytes: 0, globalBytes: 0)
    private let measurements = Mutex(0)

    init(id: String) { self.id = id }

    func compile(_ solution: Solution) throws(DeviceFailure) -> Compilation { throw .compileError(log: "no compiler") }

    func load(
        _ solution: Solution, _ binary: ProgramBinary, buffers: [BufferName: UnsafeMutableRawBufferPointer]
    ) throws(DeviceFailure) -> any LoadedSolution { throw .launchError("no device") }

    func measureCeilings() throws(KernelwrightError) -> Ceilings {
        let count = measurements.withLock { count in
            count += 1
            return count
        }
        return Ceilings(
            copyBytesPerSecond: 1, readBytesPerSecond: 1, flopsPerSecond: 1, launchSeconds: Double(count))
    }
}
