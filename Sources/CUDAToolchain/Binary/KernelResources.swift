/// What each thread and block of a kernel occupies: the figures that decide occupancy.
public struct KernelResources: Sendable, Hashable {
    /// The symbol.
    public var name: String
    /// 32-bit registers of each thread, before the hardware rounds them up.
    public var registers: Int
    /// Bytes of shared memory of each block that the code itself declares; what a launch adds is not here.
    public var sharedBytes: Int
    /// Bytes of local memory of each thread: arrays that are indexed, spilled registers, the stack of calls.
    public var stackBytes: Int
    /// Bytes that are stored when registers are spilled; nil where only machine code was examined.
    public var spillStoreBytes: Int?
    /// Bytes that are loaded back; nil where only machine code was examined.
    public var spillLoadBytes: Int?
    /// Bytes of constant memory by bank: 0 holds parameters, 2 constants of the compiler, 3 the user's.
    public var constantBytes: [Int: Int]
    /// Named barriers; nil where only machine code was examined.
    public var barriers: Int?

    /// Makes a record; what is not given is 0, or not known.
    public init(
        name: String, registers: Int = 0, sharedBytes: Int = 0, stackBytes: Int = 0, spillStoreBytes: Int? = nil,
        spillLoadBytes: Int? = nil, constantBytes: [Int: Int] = [:], barriers: Int? = nil
    ) {
        (self.name, self.registers, self.sharedBytes, self.stackBytes) = (name, registers, sharedBytes, stackBytes)
        (self.spillStoreBytes, self.spillLoadBytes) = (spillStoreBytes, spillLoadBytes)
        (self.constantBytes, self.barriers) = (constantBytes, barriers)
    }

    /// Whether registers are spilled; nil where it is not known.
    public var spills: Bool? {
        guard let spillStoreBytes, let spillLoadBytes else { return nil }
        return spillStoreBytes > 0 || spillLoadBytes > 0
    }
}
