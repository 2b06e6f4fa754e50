/// What the compiler made of a source for one architecture, or why it made nothing.
public struct CUDACompilation: Sendable, Hashable {
    /// What was compiled for.
    public var architecture: CUDAArchitecture
    /// The compiler's own result.
    public var status: NVRTCStatus
    /// The code; nil where the source was refused.
    public var code: CUDACode?
    /// Errors, warnings and notes with their places in the user's files, in the compiler's order.
    public var diagnostics: [CUDADiagnostic]
    /// Registers, memory and spills of each kernel; empty for PTX alone.
    public var report: AssemblerReport
    /// Everything the compiler and the assembler printed.
    public var log: String

    /// The errors among the diagnostics.
    public var errors: [CUDADiagnostic] { diagnostics.filter { $0.severity == .error } }
}

/// PTX and machine code of one source.
public struct CUDACode: Sendable, Hashable {
    /// PTX as text; the kernels under their symbols.
    public var ptx: String
    /// An ELF file that the driver loads; empty where the architecture is a virtual one.
    public var cubin: [UInt8]
    /// The symbol of each name expression that was asked for.
    public var symbols: [String: String]

    /// Puts together what was made.
    public init(ptx: String, cubin: [UInt8], symbols: [String: String] = [:]) {
        (self.ptx, self.cubin, self.symbols) = (ptx, cubin, symbols)
    }
}
