/// Where things lie in the generic address space.
///
/// Every allocation has a slot of 64 GiB for itself and starts in its middle, so an address tells by itself which
/// allocation it was meant for, and a wrong index lands beside that allocation and in no other.
enum AddressMap {
    static let slotBits: UInt64 = 36
    static let middle: UInt64 = 1 << 35

    /// Windows of the other spaces, all in slot 0.
    static let shared: UInt64 = 1 << 32
    static let local: UInt64 = 2 << 32
    static let constant: UInt64 = 3 << 32
    static let parameter: UInt64 = 4 << 32

    /// The first address in each window; nothing is at zero. Shared memory starts where devices keep 1 KiB.
    static let sharedStart: UInt64 = 1024
    static let localStart: UInt64 = 4096
    static let constantStart: UInt64 = 256

    /// The slots of a module's own variables.
    static let firstVariableSlot: UInt64 = 1 << 20
    /// The addresses of functions, 16 bytes apart.
    static let functions: UInt64 = 0xf << 60

    static func address(ofSlot slot: UInt64) -> UInt64 { slot << slotBits | middle }

    /// The address of the allocation with that number; numbers count from 0.
    static func address(ofAllocation number: Int) -> UInt64 { address(ofSlot: UInt64(number) + 1) }
}
