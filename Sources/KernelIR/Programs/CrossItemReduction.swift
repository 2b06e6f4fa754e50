/// A reduction across the work-items of a group: combines the states that each of them holds.
///
/// The work-items of a group are numbered, the last local axis fastest. Those whose numbers are `stride` apart within a
/// block of `stride · count` numbers make a row, and every row is combined on its own.
public struct CrossItemReduction: Sendable, Hashable, Codable {
    /// An element of a buffer that each work-item has for itself.
    public struct Place: Sendable, Hashable, Codable {
        public var buffer: String
        public var indices: [Index]

        public init(_ buffer: String, _ indices: [Index]) {
            self.buffer = buffer
            self.indices = indices
        }

        /// The element's value.
        public var value: Expr { .load(buffer, indices) }
    }

    public var monoid: Monoid
    /// Where a work-item holds each state, and finds the result afterwards.
    public var states: [Place]
    /// Work-items of a row.
    public var count: Int
    /// The distance between neighbours of a row, in numbers of work-items.
    public var stride: Int
    public var method: Method
    /// Whether all work-items of a row get the result; else the first does, and the others' states are undefined.
    public var isShared: Bool

    public init(
        _ monoid: Monoid, _ states: [Place], count: Int, stride: Int = 1, method: Method, isShared: Bool
    ) {
        self.monoid = monoid
        self.states = states
        self.count = count
        self.stride = stride
        self.method = method
        self.isShared = isShared
    }

    /// Work-items that run in step and read each other's registers.
    public static let warpSize = 32

    /// The same reduction with axes of the states' places replaced; `ranges` are those of the new axes.
    public func substituting(_ replacements: [String: Index], _ ranges: Ranges) -> CrossItemReduction {
        var copy = self
        for state in states.indices {
            copy.states[state].indices = states[state].indices.map { $0.substituting(replacements, ranges) }
        }
        return copy
    }
}

extension CrossItemReduction {
    /// How states get from one work-item to another.
    public enum Method: String, Sendable, Hashable, Codable, CaseIterable {
        /// From register to register within warps of 32 work-items, through shared memory from warp to warp.
        case shuffle
        /// Through shared memory, where one half of what is left takes in the other until one is left.
        case tree

        /// Why rows of `count` work-items, `stride` apart, can not be combined in a group of `size`, and what can; nil
        /// where they can.
        public func problem(count: Int, stride: Int, inGroupOf size: Int) -> (message: String, hint: String)? {
            guard count >= 1, stride >= 1, size % (count * stride) == 0 else {
                return (
                    "rows of \(count) work-items, \(stride) apart, do not fill a group of \(size)",
                    "the group is a multiple of \(count * stride)"
                )
            }
            let warp = CrossItemReduction.warpSize
            guard self == .shuffle else { return nil }
            let isWhole = count <= warp ? count.nonzeroBitCount == 1 : count % warp == 0 && count <= warp * warp
            guard stride == 1, isWhole, size % warp == 0 else {
                return (
                    "shuffles cannot combine \(count) work-items, \(stride) apart, in a group of \(size)",
                    "neighbours in whole warps: 2, 4, 8, 16 or a multiple of \(warp) of them, in a group that is a"
                        + " multiple of \(warp); or the method tree"
                )
            }
            return nil
        }
    }
}
