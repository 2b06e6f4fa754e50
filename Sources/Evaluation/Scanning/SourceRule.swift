/// What a source may not contain.
public enum SourceRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// Instructions of the source's own: the only way from a kernel to the operating system. Those that the renderer
    /// writes (`KnownAssembly`) are none.
    case inlineAssembly
    /// An attribute beyond those that shape kernels, types and loops; others run code at loading or rename symbols.
    case attribute
    /// A pragma beyond those for extensions and loops; others set attributes or sections.
    case pragma
    /// Another file.
    case include
    /// A variable that outlives a call.
    case programScopeVariable
    /// A pointer made from a number.
    case integerToPointer

    /// The verdict's word for a source that breaks the rule.
    var status: Verdict.Status {
        switch self {
        case .inlineAssembly, .attribute, .pragma, .integerToPointer: .sandboxViolation
        case .include, .programScopeVariable: .invalidPlan
        }
    }

    /// What a message says about it.
    var reason: String {
        switch self {
        case .inlineAssembly: "inline assembly is not allowed"
        case .attribute:
            "this attribute is not allowed; legal are \(SourceScan.attributes.sorted().joined(separator: ", "))"
        case .pragma: "this pragma is not allowed; legal are OPENCL, unroll, nounroll, clang loop, clang fp, STDC"
        case .include: "a kernel has its own sources only"
        case .programScopeVariable: "variables that outlive a call must be __constant; use scratch"
        case .integerToPointer: "a pointer may not be made from a number; index a buffer"
        }
    }
}

/// A place where a source breaks a rule.
public struct SourceFinding: Sendable, Hashable {
    public var rule: SourceRule
    /// The source's path, or `options`.
    public var path: String
    /// From 1; 0 in options.
    public var line: Int
    /// The words that were found.
    public var text: String

    /// One line for the author.
    public var message: String { "\(path):\(line): '\(text)': \(rule.reason)" }
}
