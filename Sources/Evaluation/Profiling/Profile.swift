/// Where the time of one call goes, against what the device can do.
public struct Profile: Sendable, Hashable, Codable {
    /// What bounds a call.
    public enum Bottleneck: String, Sendable, Hashable, Codable, CaseIterable {
        /// Moving bytes takes most of the attainable time.
        case memory
        /// Arithmetic takes most of the attainable time.
        case compute
        /// Launching takes most of the time.
        case launch
    }

    /// Bytes that any implementation moves: every input and parameter read once, every output written once.
    public var minimumBytes: Double
    /// Floating-point operations of the workload as it is stated.
    public var flops: Double
    /// minimumBytes / time over the device's copy bandwidth.
    public var bandwidthFraction: Double
    /// flops / time over the device's arithmetic peak.
    public var computeFraction: Double
    /// Launch cost of all launches over the time.
    public var launchFraction: Double
    /// The time at the ceilings over the measured time, 1 at the roofline.
    public var rooflineFraction: Double
    /// The time of a kernel that only moves the minimum bytes over this time, measured interleaved; nil if it was not.
    public var floorFraction: Double?
    /// Seconds of each launch in the plan's order, each waited for, by the worker's own clock; nil where there is one
    /// launch only, and in older records.
    public var launchSeconds: [Double]?
    public var bottleneck: Bottleneck
    /// One sentence: what to try next.
    public var lever: String

    public init(
        minimumBytes: Double, flops: Double, bandwidthFraction: Double, computeFraction: Double,
        launchFraction: Double, rooflineFraction: Double, floorFraction: Double? = nil, launchSeconds: [Double]? = nil,
        bottleneck: Bottleneck, lever: String
    ) {
        self.minimumBytes = minimumBytes
        self.flops = flops
        self.bandwidthFraction = bandwidthFraction
        self.computeFraction = computeFraction
        self.launchFraction = launchFraction
        self.rooflineFraction = rooflineFraction
        self.floorFraction = floorFraction
        self.launchSeconds = launchSeconds
        self.bottleneck = bottleneck
        self.lever = lever
    }
}
