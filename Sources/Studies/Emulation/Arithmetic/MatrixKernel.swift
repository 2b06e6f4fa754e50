import SIMT

/// A kernel in which every warp multiplies one pair of matrices.
struct MatrixKernel: Sendable {
    private let program: SIMTProgram
    let operation: MatrixOperation

    /// Throws `PTXError` where the front end or the emulator does not know the product.
    init(_ operation: MatrixOperation) throws(PTXError) {
        self.operation = operation
        program = SIMTProgram(try PTXModule(parsing: Self.text(operation)))
        if let refusal = program.refusal(of: "k") { throw refusal }
    }

    /// The registers of D of all lanes for those of A, B and C, lane after lane, warp after warp.
    ///
    /// Throws where the launch is refused; a fault of the kernel is returned.
    func run(_ fragments: [UInt32], warps: Int) throws(SIMTError) -> (results: [UInt32], fault: SIMTFault?) {
        let memory = GlobalMemory()
        let input = memory.allocate(copying: fragments, name: "fragments")
        let output = memory.allocate(byteCount: 4 * 32 * warps * operation.registers.c, name: "results")
        let launch = SIMTLaunch(
            kernel: "k", grid: SIMTExtent(warps), block: SIMTExtent(32),
            arguments: [.pointer(input), .pointer(output)])
        let report = try program.run(launch, memory: memory)
        return (memory.read(output, as: UInt32.self), report.faults.first)
    }

    private static func text(_ operation: MatrixOperation) -> String {
        let (a, b, c) = operation.registers
        let count = a + b + c
        func list(_ prefix: String, _ range: Range<Int>) -> String {
            "{" + range.map { "%\(prefix)\($0)" }.joined(separator: ", ") + "}"
        }
        var lines = [
            ".version 8.6", ".target sm_100", ".address_size 64", ".visible .entry k(.param .u64 from, .param .u64 to)",
            "{", ".reg .b64 %q<3>; .reg .b32 %t, %r<\(count)>, %d<\(c)>;", "mov.u32 %t, %ctaid.x;",
            "mov.u32 %d0, %tid.x;", "mad.lo.u32 %t, %t, 32, %d0;", "ld.param.u64 %q0, [from];",
            "mul.wide.u32 %q1, %t, \(4 * count);", "add.u64 %q0, %q0, %q1;",
        ]
        for index in 0..<count { lines.append("ld.global.b32 %r\(index), [%q0+\(4 * index)];") }
        lines.append(
            "\(operation.instruction) \(list("d", 0..<c)), \(list("r", 0..<a)), \(list("r", a..<a + b)), "
                + "\(list("r", a + b..<count));")
        lines += ["ld.param.u64 %q0, [to];", "mul.wide.u32 %q1, %t, \(4 * c);", "add.u64 %q0, %q0, %q1;"]
        for index in 0..<c { lines.append("st.global.b32 [%q0+\(4 * index)], %d\(index);") }
        return (lines + ["ret;", "}"]).joined(separator: "\n") + "\n"
    }
}
