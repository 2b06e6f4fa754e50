import Foundation

/// How CUDA C++ is compiled; the defaults are the compiler's own but for line information.
///
/// Source of each option: https://docs.nvidia.com/cuda/nvrtc/#supported-compile-options.
public struct CUDACompilerOptions: Sendable, Hashable {
    /// The language.
    public enum Standard: String, Sendable, Hashable, CaseIterable {
        case cxx11 = "c++11"
        case cxx14 = "c++14"
        case cxx17 = "c++17"
        case cxx20 = "c++20"
        case cxx23 = "c++23"
    }

    /// The language; C++17 unless said otherwise.
    public var standard = Standard.cxx17
    /// Whether PTX and machine code say which line each instruction is from.
    public var hasLineInformation = true
    /// Whether functions without `__device__` or `__global__` are taken for device functions.
    public var takesFunctionsForDevice = false
    /// Whether `a * b + c` may become one rounding.
    public var contractsMultiplyAdd = true
    /// Approximate division and functions, no subnormal numbers; implies contraction.
    public var usesFastMath = false
    /// At most this many registers for each thread; more are spilled.
    public var maximumRegisters: Int?
    /// Macros, e.g. `["TILE": "16"]`.
    public var definitions: [String: String] = [:]
    /// Further options as they are, e.g. `--extra-device-vectorization`.
    public var further: [String] = []

    /// The defaults.
    public init() {}

    /// Asks the assembler for its report.
    static let report = "--ptxas-options=-v"

    /// The compiler's command line.
    ///
    /// The assembler's report is always asked for; spills are found nowhere else. Two defaults are turned off: the
    /// cache, so that a result depends on nothing before it, and a change to the whole process's stack limit.
    func arguments(for architecture: CUDAArchitecture, includeFolders: [URL]) -> [String] {
        var arguments = [
            "--gpu-architecture=\(architecture)", "--std=\(standard.rawValue)", "--fmad=\(contractsMultiplyAdd)",
            "--no-cache", "--modify-stack-limit=false",
        ]
        if architecture.kind == .real { arguments.append(Self.report) }
        if hasLineInformation { arguments.append("--generate-line-info") }
        if takesFunctionsForDevice { arguments.append("--device-as-default-execution-space") }
        if usesFastMath { arguments.append("--use_fast_math") }
        if let maximumRegisters { arguments.append("--maxrregcount=\(maximumRegisters)") }
        arguments += definitions.sorted { $0.key < $1.key }.map { "--define-macro=\($0.key)=\($0.value)" }
        arguments += includeFolders.map { "--include-path=\($0.path)" }
        return arguments + further
    }
}
