public struct Ceilings: Sendable, Hashable, Codable {
    public var copyBytesPerSecond: Double
    public var readBytesPerSecond: Double
    public var flopsPerSecond: Double
    public var launchSeconds: Double
}
