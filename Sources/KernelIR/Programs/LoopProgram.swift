/// How a tensor program is computed: kernels of loops and stores, launched one after another.
public struct LoopProgram: Sendable, Hashable, Codable {
    public var name: String
    /// Device buffers: inputs, parameters, outputs, and temporaries that live from one kernel to the next.
    public var buffers: [Buffer]
    public var kernels: [Kernel]

    public init(name: String, buffers: [Buffer], kernels: [Kernel]) {
        self.name = name
        self.buffers = buffers
        self.kernels = kernels
    }
}

/// One launch: a grid of work-groups that all run the body.
public struct Kernel: Sendable, Hashable, Codable {
    public var name: String
    /// At most three axes, the slowest first; the last one becomes dimension x.
    public var grid: [Axis]
    /// Work-items of one group, likewise; empty means one.
    public var local: [Axis]
    public var body: [Statement]
    /// Whether `exp`, `tanh` and their like may be computed by the dialect's own polynomials.
    public var math: MathMode
    /// The order in which groups walk the last two grid axes; nil where the last one runs fastest.
    public var rasterization: Rasterization?

    public init(
        name: String, grid: [Axis], local: [Axis] = [], body: [Statement], math: MathMode = .exact,
        rasterization: Rasterization? = nil
    ) {
        self.name = name
        self.grid = grid
        self.local = local
        self.body = body
        self.math = math
        self.rasterization = rasterization
    }
}

/// Which implementations of elementary functions a kernel uses.
public enum MathMode: String, Sendable, Hashable, Codable, CaseIterable {
    /// The language's built-in functions.
    case exact
    /// Branch-free polynomials with a relative error of a few units in the last place, written out in vector code.
    case fast
}

/// How the iterations of a loop run.
public enum LoopKind: String, Sendable, Hashable, Codable, CaseIterable {
    case serial
    /// Written out; buffers in registers may be indexed by the axis.
    case unrolled
    /// The iterations are the lanes of one vector value; always innermost.
    case lanes
}

/// A step of a kernel.
public indirect enum Statement: Sendable, Hashable, Codable {
    /// Runs the body for `axis` from `start` below `end`.
    case loop(axis: String, start: Int, end: Int, kind: LoopKind, body: [Statement])
    /// Brings a buffer of the work-item or work-group into scope until the end of the enclosing block; undefined contents.
    case allocate(LocalBuffer)
    /// Evaluates every value, then stores them all; so states of a tuple update together.
    case store([Store])
    /// Runs `then` where all bounds hold, else `otherwise`.
    case when([Bound], then: [Statement], otherwise: [Statement])
    /// Combines what the work-items of the group hold, row by row; reached by all of them or none, as a barrier is.
    case combine(CrossItemReduction)
    /// Adds a product of small matrices to sums that the lanes of a warp hold in their registers.
    case matrix(MatrixMultiply)
    /// Waits for all work-items of the group.
    case barrier
    /// Begins copies into memory of the group, or waits for them.
    case asyncCopy(AsyncCopy)
}

/// A write of one element; nothing happens where a bound does not hold.
public struct Store: Sendable, Hashable, Codable {
    public var buffer: String
    public var indices: [Index]
    public var value: Expr
    public var bounds: [Bound]
    /// Whether the write should go past the caches, since nobody reads the element soon; a hint.
    public var isStreaming: Bool
    /// The axis, of a loop or the grid, for whose next iteration the loads of `value` should come into the caches; a hint.
    public var ahead: String?

    public init(
        _ buffer: String, _ indices: [Index], _ value: Expr, bounds: [Bound] = [], isStreaming: Bool = false,
        ahead: String? = nil
    ) {
        self.buffer = buffer
        self.indices = indices
        self.value = value
        self.bounds = bounds
        self.isStreaming = isStreaming
        self.ahead = ahead
    }
}

/// A buffer that belongs to one work-item or one work-group.
public struct LocalBuffer: Sendable, Hashable, Codable {
    /// Where it lives.
    public enum Space: String, Sendable, Hashable, Codable {
        /// Named variables: every index but a vector's own lane is constant once loops are unrolled.
        case register
        /// An array of the work-item, in memory.
        case memory
        /// Shared by the work-items of the group.
        case local
    }

    public var name: String
    public var type: DType
    public var shape: [Int]
    public var space: Space
    /// Registers only: the last dimension is the lanes of one vector value.
    public var isVector: Bool

    public init(_ name: String, _ type: DType, shape: [Int], space: Space, isVector: Bool = false) {
        self.name = name
        self.type = type
        self.shape = shape
        self.space = space
        self.isVector = isVector
    }

    /// Bytes in all.
    public var byteCount: Int { shape.reduce(type.byteCount, *) }
}
