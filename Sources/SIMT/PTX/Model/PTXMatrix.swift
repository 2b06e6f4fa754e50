/// The extents of a matrix product: D (m × n) = A (m × k) · B (k × n) + C.
public struct PTXMatrixShape: Sendable, Hashable, CustomStringConvertible {
    public var m: Int
    public var n: Int
    public var k: Int

    public init(m: Int, n: Int, k: Int) {
        self.m = m
        self.n = n
        self.k = k
    }

    /// As in PTX: `m16n8k16`.
    public var description: String { "m\(m)n\(n)k\(k)" }
}

/// The order of a matrix in memory or of a fragment in registers.
public enum PTXMatrixLayout: String, Sendable, Hashable, Codable, CaseIterable {
    case row, col
}

/// The modifiers of `mma` and `wmma.mma`; operands are D, A, B, C as vectors of registers.
public struct PTXMatrixMultiply: Sendable, Hashable {
    /// How one-bit elements are multiplied; the products are counted.
    public enum BitOperator: String, Sendable, Hashable, Codable, CaseIterable {
        case xor, and
    }

    public var shape: PTXMatrixShape
    public var aLayout = PTXMatrixLayout.row
    public var bLayout = PTXMatrixLayout.col
    public var d: PTXType
    public var a: PTXType
    public var b: PTXType
    public var c: PTXType
    /// `.satfinite`: integers clamp to the range of s32.
    public var saturates = false
    public var rounding = PTXRounding.nearestEven
    /// Only for `b1`.
    public var bitOperator: BitOperator?

    public init(shape: PTXMatrixShape, d: PTXType, a: PTXType, b: PTXType, c: PTXType) {
        self.shape = shape
        self.d = d
        self.a = a
        self.b = b
        self.c = c
    }
}

/// The modifiers of `wmma.load` and `wmma.store`.
public struct PTXFragmentAccess: Sendable, Hashable {
    /// The matrix that the fragment belongs to; stores are of `d`.
    public enum Fragment: String, Sendable, Hashable, Codable, CaseIterable {
        case a, b, c, d
    }

    public var fragment: Fragment
    /// The order of the matrix in memory.
    public var layout: PTXMatrixLayout
    public var shape: PTXMatrixShape
    public var space: PTXStateSpace
    public var type: PTXType

    public init(
        fragment: Fragment, layout: PTXMatrixLayout, shape: PTXMatrixShape, space: PTXStateSpace, type: PTXType
    ) {
        self.fragment = fragment
        self.layout = layout
        self.shape = shape
        self.space = space
        self.type = type
    }
}

/// The modifiers of `ldmatrix` and `stmatrix`: 8 × 8 matrices of 16-bit elements between shared memory and a warp.
public struct PTXMatrixTransfer: Sendable, Hashable {
    /// Matrices, and registers per thread: 1, 2 or 4.
    public var count: Int
    public var isTransposed: Bool
    public var space: PTXStateSpace

    public init(count: Int, isTransposed: Bool, space: PTXStateSpace) {
        self.count = count
        self.isTransposed = isTransposed
        self.space = space
    }
}
