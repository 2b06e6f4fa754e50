import SIMT

/// A kernel that applies an operation to every element of its buffers.
struct ElementwiseKernel: Sendable {
    private let program: SIMTProgram
    private let operands: [OperandKind]
    private let result: ArithmeticOperation.Result

    /// Throws `PTXError` where the front end or the emulator does not know the operation.
    init(_ operation: ArithmeticOperation) throws(PTXError) {
        operands = operation.operands
        result = operation.result
        program = SIMTProgram(try PTXModule(parsing: Self.text(operation)))
        if let refusal = program.refusal(of: "k") { throw refusal }
    }

    /// The results for operands that stand in one array each, in blocks of that many threads.
    ///
    /// Throws where the launch is refused; a fault of the kernel is returned.
    func run(_ values: [[UInt64]], threads: Int) throws(SIMTError) -> (results: [UInt64], fault: SIMTFault?) {
        let memory = GlobalMemory()
        var arguments: [SIMTArgument] = []
        for (kind, values) in zip(operands, values) {
            arguments.append(.pointer(Self.allocate(values, width: kind.width, in: memory)))
        }
        let count = values[0].count
        let made = memory.allocate(byteCount: count * result.width / 8, name: "results")
        arguments += [.pointer(made), .uint32(UInt32(count))]
        let launch = SIMTLaunch(
            kernel: "k", grid: SIMTExtent((count + threads - 1) / threads), block: SIMTExtent(threads),
            arguments: arguments)
        let report = try program.run(launch, memory: memory)
        return (Self.read(made, width: result.width, from: memory), report.faults.first)
    }

    // MARK: Memory

    private static func allocate(_ values: [UInt64], width: Int, in memory: GlobalMemory) -> UInt64 {
        switch width {
        case 16: memory.allocate(copying: values.map { UInt16(truncatingIfNeeded: $0) }, name: "operand")
        case 32: memory.allocate(copying: values.map { UInt32(truncatingIfNeeded: $0) }, name: "operand")
        default: memory.allocate(copying: values, name: "operand")
        }
    }

    private static func read(_ address: UInt64, width: Int, from memory: GlobalMemory) -> [UInt64] {
        switch width {
        case 16: memory.read(address, as: UInt16.self).map { UInt64($0) }
        case 32: memory.read(address, as: UInt32.self).map { UInt64($0) }
        default: memory.read(address, as: UInt64.self)
        }
    }

    // MARK: Text

    /// The PTX of kernel `k`: pointers to the operands, a pointer to the results, and their count.
    static func text(_ operation: ArithmeticOperation) -> String {
        let names = ["a", "b", "c"].prefix(operation.operands.count)
        let width = operation.result.width
        let parameters = names.map { ".param .u64 p\($0)" } + [".param .u64 pd", ".param .u32 count"]
        var lines = [
            ".version 8.6", ".target sm_100", ".address_size 64",
            ".visible .entry k(\(parameters.joined(separator: ", ")))", "{",
            ".reg .b64 %q<2>; .reg .b32 %t, %r<2>; .reg .b16 %h<4>; .reg .pred %p<3>; .reg .b\(width) %d;",
            "mov.u32 %t, %ctaid.x;", "mov.u32 %r0, %ntid.x;", "mov.u32 %r1, %tid.x;",
            "mad.lo.u32 %t, %t, %r0, %r1;", "ld.param.u32 %r0, [count];", "setp.ge.u32 %p0, %t, %r0;", "@%p0 exit;",
        ]
        for (name, kind) in zip(names, operation.operands) {
            lines += [".reg .b\(kind.width) %\(name);"] + place("p\(name)", width: kind.width)
            lines.append("ld.global.b\(kind.width) %\(name), [%q0];")
        }
        lines.append(operation.text)
        lines += place("pd", width: width) + ["st.global.b\(width) [%q0], %d;", "ret;", "}"]
        return lines.joined(separator: "\n") + "\n"
    }

    /// Leaves the address of the thread's element in `%q0`.
    private static func place(_ parameter: String, width: Int) -> [String] {
        [
            "ld.param.u64 %q0, [\(parameter)];", "mul.wide.u32 %q1, %t, \(width / 8);", "add.u64 %q0, %q0, %q1;",
        ]
    }
}
