/// The best rates a device reaches with simple kernels of our own: what a kernel's profile is a fraction of.
public struct Ceilings: Sendable, Hashable, Codable {
    /// Bytes read plus bytes written per second by a copy much larger than the last-level cache.
    public var copyBytesPerSecond: Double
    /// Bytes read per second by a sum over memory much larger than the last-level cache.
    public var readBytesPerSecond: Double
    /// float32 operations per second of independent fused multiply-adds (two each) on every core.
    public var flopsPerSecond: Double
    /// Seconds of one launch of an empty kernel in a long row of launches.
    public var launchSeconds: Double

    public init(
        copyBytesPerSecond: Double, readBytesPerSecond: Double, flopsPerSecond: Double, launchSeconds: Double
    ) {
        self.copyBytesPerSecond = copyBytesPerSecond
        self.readBytesPerSecond = readBytesPerSecond
        self.flopsPerSecond = flopsPerSecond
        self.launchSeconds = launchSeconds
    }
}
