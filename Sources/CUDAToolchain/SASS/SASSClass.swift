/// Kinds of machine instructions, as a timing model counts them.
///
/// The opcodes are those of the instruction set reference for Turing to Hopper
/// (https://docs.nvidia.com/cuda/cuda-binary-utilities/#instruction-set-reference).
public enum SASSClass: String, Sendable, Hashable, CaseIterable, Comparable {
    /// 32-bit floating point.
    case single
    /// 64-bit floating point.
    case double
    /// 16-bit floating point, two at once.
    case half
    /// Integers, bits, moves, selections and predicates.
    case integer
    /// Approximations of functions: reciprocal, root, exponential, logarithm, sine.
    case special
    case conversion
    /// Matrix products.
    case tensor
    /// Global memory, also reached by a generic address; atomics too.
    case global
    /// Shared memory; atomics too.
    case shared
    /// Local memory: indexed arrays and spilled registers.
    case local
    /// Constant memory by an instruction of its own; most constants are operands.
    case constant
    /// From global to shared memory without registers: `cp.async` and bulk copies.
    case copy
    case texture
    /// Between the threads of a warp.
    case exchange
    case branch
    /// Barriers, fences and waiting for copies.
    case barrier
    /// Once for the whole warp, beside the others.
    case uniform
    case other

    /// In the order of declaration.
    public static func < (left: SASSClass, right: SASSClass) -> Bool { left.position < right.position }

    private var position: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

extension SASSInstruction {
    /// The kind of the instruction; `other` for opcodes that are not known.
    public var kind: SASSClass {
        SASSOpcodes.classes[opcode] ?? SASSOpcodes.byPrefix(opcode) ?? .other
    }
}
