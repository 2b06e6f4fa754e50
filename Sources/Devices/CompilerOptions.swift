/// The options a solution may pass to an OpenCL compiler; whatever else could read files or load code.
public enum CompilerOptions {
    /// Options without a value, from the OpenCL 1.2 specification, section 5.6.4.
    ///
    /// OpenCL C 2.0 is left out: its program-scope variables can be written and outlive a call.
    public static let allowed: [String] = [
        "-cl-denorms-are-zero", "-cl-fast-relaxed-math", "-cl-finite-math-only",
        "-cl-fp32-correctly-rounded-divide-sqrt", "-cl-mad-enable", "-cl-no-signed-zeros", "-cl-opt-disable",
        "-cl-single-precision-constant", "-cl-std=CL1.1", "-cl-std=CL1.2", "-cl-std=CL3.0",
        "-cl-strict-aliasing", "-cl-unsafe-math-optimizations", "-w",
    ]

    /// The first option that is not allowed; definitions have the form `-DNAME` or `-DNAME=NUMBER`.
    public static func firstIllegal(in options: [String]) -> String? {
        options.first { !allowed.contains($0) && !isDefinition($0) }
    }

    private static func isDefinition(_ option: String) -> Bool {
        guard option.hasPrefix("-D") else { return false }
        let parts = option.dropFirst(2).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = parts.first, let first = name.first, first.isLetter || first == "_" else { return false }
        return parts.joined().utf8.allSatisfy(isPlain)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
