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
    private let tables: LaunchTables

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
        var tables = LaunchTables()
        operations = tables.keep(code.operations)
        accesses = tables.keep(code.accesses)
        products = tables.keep(code.products)
        // Slots count from the end, which must be as aligned as the start.
        let padding = (256 - code.constants.count % 256) % 256
        let padded = Array(repeating: 0, count: padding) + code.constants
        constants = UnsafePointer(
            (UnsafeRawPointer(tables.keep(padded)) + padded.count).assumingMemoryBound(to: CChar.self))
        let block = tables.keep(parameters)
        parameterWindow = tables.keep([
            tables.window(
                0, UnsafeMutableRawBufferPointer(start: UnsafeMutablePointer(mutating: block), count: parameters.count),
                count: parameters.count, isWritable: false, 0)
        ])
        constantWindow = tables.keep([
            tables.window(
                AddressMap.constantStart, instance.constants, count: instance.program.constantBank.count,
                isWritable: false, 0)
        ])
        globalWindows = tables.keep(
            memory.allocations.enumerated().map { number, allocation in
                tables.window(
                    allocation.address, allocation.bytes, count: allocation.bytes.count,
                    isWritable: allocation.isWritable, number)
            })
        globalCount = memory.allocations.count
        variableWindows = tables.keep(
            instance.globals.enumerated().map { number, bytes in
                tables.window(
                    instance.program.globals[number].address, bytes,
                    count: instance.program.globals[number].bytes.count,
                    isWritable: true, memory.allocations.count + number)
            })
        variableCount = instance.globals.count
        scratch = memory.allocations.map { !$0.isInitialized }
        names = memory.allocations.map(\.name)
        variableNames = instance.program.globals.map(\.name)
        self.tables = tables
    }

    deinit { tables.deallocate() }

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
