import CSIMT

/// The global memory of an emulated device: allocations at addresses of their own, and the variables of modules.
///
/// Not for use by several launches at a time.
public final class GlobalMemory {
    /// One allocation.
    public struct Allocation {
        /// For reports.
        public var name: String
        /// The generic address of its first byte; a multiple of 256.
        public var address: UInt64
        public var bytes: UnsafeMutableRawBufferPointer
        /// Whether kernels may write it.
        public var isWritable: Bool
        /// Whether its contents count as written; reads of bytes that nobody wrote are findings otherwise.
        public var isInitialized: Bool
        /// Whether the memory belongs to this object.
        var isOwned: Bool
        /// Whether it was given back.
        var isFreed = false
    }

    /// In the order of their making.
    public private(set) var allocations: [Allocation] = []
    /// The variables of the programs that ran on this memory.
    private var instances: [ModuleInstance] = []

    public init() {}

    deinit {
        for allocation in allocations where allocation.isOwned { allocation.bytes.deallocate() }
    }

    /// Makes an allocation of zero bytes and returns its address.
    ///
    /// - Parameter isScratch: the contents count as never written, for the sanitizer of uninitialized reads.
    @discardableResult
    public func allocate(byteCount: Int, name: String, isScratch: Bool = false) -> UInt64 {
        let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: max(byteCount, 1), alignment: 256)
        bytes.initializeMemory(as: UInt8.self, repeating: 0)
        return add(
            UnsafeMutableRawBufferPointer(rebasing: bytes[0..<byteCount]), name, isWritable: true,
            isInitialized: !isScratch, isOwned: true)
    }

    /// Makes an allocation with a copy of the elements and returns its address.
    @discardableResult
    public func allocate<Element: BitwiseCopyable>(copying elements: [Element], name: String) -> UInt64 {
        let address = allocate(byteCount: elements.count * MemoryLayout<Element>.stride, name: name)
        elements.withUnsafeBytes { allocations[allocations.count - 1].bytes.copyMemory(from: $0) }
        return address
    }

    /// Gives a buffer of the caller an address; it must stay alive as long as kernels use it.
    ///
    /// The buffer should start at a multiple of 16 bytes; its address in the emulated device is a multiple of 256.
    @discardableResult
    public func map(
        _ bytes: UnsafeMutableRawBufferPointer, name: String, isWritable: Bool = true, isInitialized: Bool = true
    ) -> UInt64 {
        add(bytes, name, isWritable: isWritable, isInitialized: isInitialized, isOwned: false)
    }

    /// Gives an allocation back. Nothing else is put at its addresses, so that a later access is an error.
    ///
    /// - Returns: false where no allocation starts at the address.
    public func free(_ address: UInt64) -> Bool {
        guard let number = allocations.firstIndex(where: { $0.address == address && !$0.isFreed }) else { return false }
        if allocations[number].isOwned { allocations[number].bytes.deallocate() }
        allocations[number].bytes = UnsafeMutableRawBufferPointer(start: nil, count: 0)
        allocations[number].isOwned = false
        allocations[number].isFreed = true
        return true
    }

    /// The elements of the allocation that starts at the address.
    public func read<Element: BitwiseCopyable>(_ address: UInt64, as type: Element.Type) -> [Element] {
        guard let allocation = allocations.first(where: { $0.address == address }) else { return [] }
        return Array(allocation.bytes.assumingMemoryBound(to: Element.self))
    }

    private func add(
        _ bytes: UnsafeMutableRawBufferPointer, _ name: String, isWritable: Bool, isInitialized: Bool, isOwned: Bool
    ) -> UInt64 {
        let address = AddressMap.address(ofAllocation: allocations.count)
        allocations.append(
            Allocation(
                name: name, address: address, bytes: bytes, isWritable: isWritable, isInitialized: isInitialized,
                isOwned: isOwned))
        return address
    }

    // MARK: Variables of modules

    /// The variables of the program on this memory; made, with their initial values, at the first call.
    func instance(of program: ProgramCode) -> ModuleInstance {
        if let known = instances.first(where: { $0.program === program }) { return known }
        let made = ModuleInstance(program)
        instances.append(made)
        return made
    }

    /// Frees the variables of the program.
    func removeInstance(of program: ProgramCode) { instances.removeAll { $0.program === program } }
}
