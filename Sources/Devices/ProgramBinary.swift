/// A compiled program in its driver's own format, as one process hands it to another.
public struct ProgramBinary: Sendable, Hashable {
    /// The device's id, e.g. `opencl:0`.
    public var device: String
    /// What the driver returns for `CL_PROGRAM_BINARIES`; of a simulated device, a `SimulatedBinary`.
    public var bytes: [UInt8]

    public init(device: String, bytes: [UInt8]) {
        self.device = device
        self.bytes = bytes
    }
}
