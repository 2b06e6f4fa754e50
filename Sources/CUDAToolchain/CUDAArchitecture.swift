import KernelIR

/// What NVIDIA's compilers make code for: a GPU generation (`sm_86`) or the PTX of one (`compute_86`).
///
/// The names and their suffixes (`a` for one chip only, `f` for a family) are those of NVRTC's option
/// `--gpu-architecture` (https://docs.nvidia.com/cuda/nvrtc/#supported-compile-options).
public struct CUDAArchitecture: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// Machine code, or PTX alone.
    public enum Kind: String, Sendable, Hashable {
        case real = "sm"
        case virtual = "compute"
    }

    /// Whether machine code is made.
    public let kind: Kind
    /// Compute capability as one number: 86 for 8.6, 100 for 10.0.
    public let number: Int
    /// `a` or `f` where the code is not to be portable.
    public let suffix: String

    /// Reads a name, e.g. `sm_86`, `compute_90a`.
    ///
    /// - Throws: `badInput` for anything else.
    public init(_ name: String) throws(KernelwrightError) {
        let parts = name.split(separator: "_", omittingEmptySubsequences: false)
        guard parts.count == 2, let kind = Kind(rawValue: String(parts[0])) else { throw Self.unknown(name) }
        let digits = parts[1].prefix { $0.isASCII && $0.isNumber }
        let suffix = parts[1].dropFirst(digits.count)
        guard (2...3).contains(digits.count), let number = Int(digits), ["", "a", "f"].contains(suffix) else {
            throw Self.unknown(name)
        }
        (self.kind, self.number, self.suffix) = (kind, number, String(suffix))
    }

    /// Machine code for a compute capability, e.g. 86.
    public static func sm(_ number: Int) -> CUDAArchitecture { CUDAArchitecture(kind: .real, number: number) }

    /// PTX for a compute capability, e.g. 86.
    public static func compute(_ number: Int) -> CUDAArchitecture { CUDAArchitecture(kind: .virtual, number: number) }

    /// The name, e.g. `sm_86`.
    public var description: String { "\(kind.rawValue)_\(number)\(suffix)" }

    /// Older before newer, portable before special, PTX before machine code.
    public static func < (left: CUDAArchitecture, right: CUDAArchitecture) -> Bool {
        (left.number, left.suffix, left.kind.rawValue) < (right.number, right.suffix, right.kind.rawValue)
    }

    private init(kind: Kind, number: Int) {
        (self.kind, self.number, suffix) = (kind, number, "")
    }

    private static func unknown(_ name: String) -> KernelwrightError {
        KernelwrightError(
            .badInput, "'\(name)' is no CUDA architecture", hint: "e.g. sm_75, sm_80, sm_86, sm_89, sm_90, compute_86")
    }
}
