import CSIMT

/// What all engines of a launch share and none of them changes.
final class LaunchContext: @unchecked Sendable {
    let code: KernelCode
    let launch: SIMTLaunch
    let options: SIMTOptions
    /// Bytes of shared memory of a block.
    let sharedBytes: Int

    let operations: UnsafePointer<MicroOp>
    let accesses: UnsafePointer<kw_access>
    let products: UnsafePointer<kw_product>
    let constants: UnsafePointer<CChar>
    let constantWindow: UnsafePointer<kw_window>
    let parameterWindow: UnsafePointer<kw_window>
    let globalWindows: UnsafePointer<kw_window>
    let globalCount: Int
    let variableWindows: UnsafePointer<kw_window>
    let variableCount: Int
    /// Which allocations count as never written, by number.
    let scratch: [Bool]

    private let names: [String]
    private let variableNames: [String]
    private let owned: [UnsafeMutableRawPointer]

    init(
        _ code: KernelCode, _ launch: SIMTLaunch, _ options: SIMTOptions, parameters: [UInt8], memory: GlobalMemory,
        instance: ModuleInstance
    ) {
        self.code = code
        self.launch = launch
        self.options = options
        let alignment = code.dynamicSharedAlignment
        let dynamicStart = (code.staticSharedBytes + alignment - 1) / alignment * alignment
        sharedBytes =
            launch.dynamicSharedBytes > 0 ? dynamicStart + launch.dynamicSharedBytes : code.staticSharedBytes
        var owned: [UnsafeMutableRawPointer] = []
        func keep<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
            let byteCount = max(elements.count * MemoryLayout<Element>.stride, 256)
            let place = UnsafeMutableRawPointer.allocate(byteCount: byteCount, alignment: 256)
            place.initializeMemory(as: UInt8.self, repeating: 0, count: byteCount)
            elements.withUnsafeBytes { bytes in
                if let base = bytes.baseAddress { place.copyMemory(from: base, byteCount: bytes.count) }
            }
            owned.append(place)
            return UnsafePointer(place.assumingMemoryBound(to: Element.self))
        }
        func window(
            _ base: UInt64, _ bytes: UnsafeMutableRawBufferPointer, count: Int, isWritable: Bool, _ number: Int
        ) -> kw_window {
            // An empty allocation has no place; no access passes the check of its size.
            let host = bytes.baseAddress ?? UnsafeMutableRawPointer(owned[0])
            return kw_window(
                base: base, bytes: UInt64(count), host: host.assumingMemoryBound(to: CChar.self), laneStride: 0,
                isWritable: isWritable ? 1 : 0, allocation: UInt32(number))
        }
        operations = keep(code.operations)
        accesses = keep(code.accesses)
        products = keep(code.products)
        // Slots count from the end, which must be as aligned as the start.
        let padding = (256 - code.constants.count % 256) % 256
        let padded = Array(repeating: 0, count: padding) + code.constants
        constants = UnsafePointer(
            (UnsafeRawPointer(keep(padded)) + padded.count).assumingMemoryBound(to: CChar.self))
        let block = keep(parameters)
        parameterWindow = keep([
            window(
                0, UnsafeMutableRawBufferPointer(start: UnsafeMutablePointer(mutating: block), count: parameters.count),
                count: parameters.count, isWritable: false, 0)
        ])
        constantWindow = keep([
            window(
                AddressMap.constantStart, instance.constants, count: instance.program.constantBank.count,
                isWritable: false, 0)
        ])
        globalWindows = keep(
            memory.allocations.enumerated().map { number, allocation in
                window(
                    allocation.address, allocation.bytes, count: allocation.bytes.count,
                    isWritable: allocation.isWritable, number)
            })
        globalCount = memory.allocations.count
        variableWindows = keep(
            instance.globals.enumerated().map { number, bytes in
                window(
                    instance.program.globals[number].address, bytes,
                    count: instance.program.globals[number].bytes.count,
                    isWritable: true, memory.allocations.count + number)
            })
        variableCount = instance.globals.count
        scratch = memory.allocations.map { !$0.isInitialized }
        names = memory.allocations.map(\.name)
        variableNames = instance.program.globals.map(\.name)
        self.owned = owned
    }

    deinit {
        for place in owned { place.deallocate() }
    }

    /// What to call a window in a report.
    func name(of window: UnsafePointer<kw_window>, isShared: Bool) -> String {
        if isShared { return "shared memory" }
        if window == constantWindow { return "constant memory" }
        if window == parameterWindow { return "the parameters" }
        if window.pointee.laneStride != 0 || window.pointee.base == AddressMap.localStart { return "local memory" }
        let number = Int(window.pointee.allocation)
        return number < globalCount ? names[number] : variableNames[number - globalCount]
    }
}
