import CSIMT
import Dispatch
import Synchronization

/// A PTX module made ready to run on the emulated device.
///
/// Source: PTX ISA 8.x; warps run in lockstep as far as their lanes agree, see `BlockEngine`.
public final class SIMTProgram: Sendable {
    let code: ProgramCode

    /// Kernels are lowered when they are first asked for; one that cannot be run says so when it is launched.
    public init(_ module: PTXModule) {
        code = ProgramCode(module)
    }

    /// The names of the kernels, in the order of the text.
    public var kernels: [String] { code.module.kernels.map(\.name) }

    /// Why the kernel cannot be run; nil if it can, or if there is none of that name.
    public func refusal(of kernel: String) -> PTXError? {
        if case .failure(let error)? = code.kernel(kernel) { error } else { nil }
    }

    /// Bytes of shared memory that the kernel declares; nil where it cannot be run, or there is none of that name.
    public func sharedBytes(of kernel: String) -> Int? {
        guard case .success(let found)? = code.kernel(kernel) else { return nil }
        return found.staticSharedBytes
    }

    /// Bytes of local memory that the kernel and the functions it calls declare for each thread; nil as above.
    func localBytesPerThread(of kernel: String) -> Int? {
        guard case .success(let found)? = code.kernel(kernel) else { return nil }
        return found.localFrameBytes * found.depth
    }

    /// Takes the program's variables off a memory; where it runs there again, they have their first values.
    public func removeVariables(from memory: GlobalMemory) { memory.removeInstance(of: code) }

    /// Runs a launch to its end, or to the first fault.
    ///
    /// What a kernel does wrong is in the report; errors are launches that a driver would refuse. The same launch on
    /// the same memory gives the same results and report; with several threads up to the order of atomics among blocks.
    public func run(
        _ launch: SIMTLaunch, memory: GlobalMemory, options: SIMTOptions = SIMTOptions(),
        recorder: (any SIMTAccessRecorder)? = nil
    ) throws(SIMTError) -> SIMTReport {
        let kernel = try kernelCode(launch.kernel)
        try check(launch, kernel, options)
        let parameters = try parameterBlock(launch, kernel)
        let context = LaunchContext(
            kernel, launch, options, parameters: parameters, memory: memory, instance: memory.instance(of: code))
        let queue = BlockQueue(options.blocks, grid: launch.grid)
        // Whoever watches sees one order of things.
        let isSerial = recorder != nil || !options.sanitizers.isEmpty
        let threads = max(1, min(isSerial ? 1 : options.threads, options.blocks?.count ?? launch.grid.count))
        let workers =
            threads == 1
            ? [BlockWorker(context, queue, recorder).run()] : Self.runAtOnce(context, queue, threads)
        return Self.report(workers, kernel)
    }

    /// The bytes of a variable of the module as it is on that memory.
    public func read(variable name: String, from memory: GlobalMemory) throws(SIMTError) -> [UInt8] {
        guard let number = code.globals.firstIndex(where: { $0.name == name }) else {
            throw SIMTError(.unknownVariable, "no global variable \(name)")
        }
        return Array(memory.instance(of: code).globals[number].prefix(code.globals[number].bytes.count))
    }

    // MARK: Checks

    private func kernelCode(_ name: String) throws(SIMTError) -> KernelCode {
        switch code.kernel(name) {
        case .success(let kernel): return kernel
        case .failure(let error):
            throw SIMTError(.unsupported, "kernel \(name) cannot be emulated: \(error)", ptx: error)
        case nil:
            throw SIMTError(
                .unknownKernel, "no kernel \(name); known: " + kernels.joined(separator: " "))
        }
    }

    private func check(_ launch: SIMTLaunch, _ kernel: KernelCode, _ options: SIMTOptions) throws(SIMTError) {
        let (grid, block) = (launch.grid, launch.block)
        guard [grid.x, grid.y, grid.z, block.x, block.y, block.z].allSatisfy({ $0 > 0 }) else {
            throw SIMTError(.configuration, "grid \(grid) and block \(block): every extent must be at least 1")
        }
        guard grid.x < 1 << 31, grid.y < 1 << 16, grid.z < 1 << 16 else {
            throw SIMTError(.configuration, "grid \(grid): at most 2³¹ − 1, 65535 and 65535 blocks")
        }
        guard max(block.x, block.y, block.z) <= 1024, block.count <= 1024, block.z <= 64 else {
            throw SIMTError(.configuration, "block \(block): at most 1024 threads, 64 in z")
        }
        if let most = kernel.bounds.maximumThreads?.reduce(1, { min($0, 1024) * min($1, 1024) }), block.count > most {
            throw SIMTError(.configuration, "block \(block): the kernel allows \(most) threads")
        }
        if let needed = kernel.bounds.requiredThreads {
            let given = [block.x, block.y, block.z]
            guard zip(needed, given).allSatisfy(==) else {
                throw SIMTError(.configuration, "block \(block): the kernel requires \(needed)")
            }
        }
        let most = 227 << 10
        guard (0...most).contains(launch.dynamicSharedBytes),
            kernel.staticSharedBytes + launch.dynamicSharedBytes <= most
        else {
            throw SIMTError(
                .configuration,
                "\(kernel.staticSharedBytes) and \(launch.dynamicSharedBytes) bytes of shared memory: at most \(most)")
        }
        // Sanitizers keep something of every block.
        guard options.sanitizers.isEmpty || grid.count <= 1 << 26 else {
            throw SIMTError(.configuration, "grid \(grid): under sanitizers at most 2²⁶ blocks")
        }
        if let wrong = options.blocks?.first(where: { !(0..<grid.count).contains($0) }) {
            throw SIMTError(.configuration, "block \(wrong) of a grid of \(grid.count)")
        }
    }

    private func parameterBlock(_ launch: SIMTLaunch, _ kernel: KernelCode) throws(SIMTError) -> [UInt8] {
        guard launch.arguments.count == kernel.parameters.count else {
            throw SIMTError(
                .arguments, "\(launch.arguments.count) arguments for \(kernel.parameters.count) parameters")
        }
        var block = [UInt8](repeating: 0, count: kernel.parameterBytes)
        for (parameter, argument) in zip(kernel.parameters, launch.arguments) {
            let bytes = argument.encoded
            guard bytes.count == parameter.byteCount else {
                throw SIMTError(
                    .arguments, "\(bytes.count) bytes for parameter \(parameter.name) of \(parameter.byteCount)")
            }
            block.replaceSubrange(parameter.offset..<parameter.offset + bytes.count, with: bytes)
        }
        return block
    }

    // MARK: Cores

    private static func runAtOnce(_ context: LaunchContext, _ queue: BlockQueue, _ threads: Int) -> [BlockWorker.Result]
    {
        let results = Mutex<[BlockWorker.Result]>([])
        DispatchQueue.concurrentPerform(iterations: threads) { _ in
            let result = BlockWorker(context, queue, nil).run()
            results.withLock { $0.append(result) }
        }
        return results.withLock { $0 }
    }

    private static func report(_ results: [BlockWorker.Result], _ kernel: KernelCode) -> SIMTReport {
        var report = SIMTReport()
        // Blocks are handed out in order, so the first one with a fault is the same however many threads ran.
        let first = results.compactMap { result in result.fault.map { (result.faultingBlock, $0) } }.min { $0.0 < $1.0 }
        if let first { report.faults.append(first.1) }
        for result in results {
            report.faults += result.findings
            report.findingCount += result.findingCount
            report.warpInstructions += result.warpInstructions
            report.threadInstructions += result.threadInstructions
            report.firstThreadInstructions += result.firstThreadInstructions
            report.blocksCompleted += result.blocksCompleted
            report.printed += result.printed
            // Sanitizers run on one core, so there is one result.
            report.writes += result.writes
        }
        if results.contains(where: { $0.counts != nil }) {
            var sums = Array(repeating: SIMTInstructionCounts(), count: kernel.instructions.count)
            for counts in results.compactMap(\.counts) {
                for (index, count) in counts.enumerated() { sums[index] += count }
            }
            report.counters = SIMTCounters(
                entries: zip(kernel.instructions, sums).map { instruction, counts in
                    SIMTCounters.Entry(
                        function: instruction.function, line: instruction.line, location: instruction.location,
                        opcode: instruction.opcode, unit: instruction.unit, counts: counts)
                })
        }
        return report
    }
}
