/// A size or a place in three dimensions, as grids and blocks have them.
public struct SIMTExtent: Sendable, Hashable, Codable, CustomStringConvertible {
    public var x: Int
    public var y: Int
    public var z: Int

    public init(_ x: Int, _ y: Int = 1, _ z: Int = 1) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// The number of places, for a size.
    public var count: Int { x * y * z }

    /// Place number `index` of this size, x running fastest.
    public func place(_ index: Int) -> SIMTExtent {
        SIMTExtent(index % x, index / x % y, index / (x * y))
    }

    public var description: String { "(\(x), \(y), \(z))" }
}
