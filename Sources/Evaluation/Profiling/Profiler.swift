import Devices

/// Says where a measured time goes, by the roofline model (Williams, Waterman, Patterson, CACM 52(4), 2009) with the
/// cost of launching beside memory and arithmetic.
struct Profiler: Sendable {
    let footprint: Footprint
    let ceilings: Ceilings

    /// Profiles one measured time.
    ///
    /// - Parameters:
    ///   - seconds: the median of one call.
    ///   - launches: the kernels launched in one call, in order.
    ///   - floorSeconds: the time of the floor kernel, if it was measured.
    ///   - launchSeconds: the time of each launch, if it was measured.
    func profile(
        seconds: Double, launches kernels: [String], floorSeconds: Double?, launchSeconds: [Double]? = nil
    ) -> Profile {
        let launches = kernels.count
        let memory = footprint.memorySeconds(ceilings)
        let compute = footprint.computeSeconds(ceilings)
        let launch = Double(launches) * ceilings.launchSeconds
        let bottleneck: Profile.Bottleneck =
            launch > max(memory, compute) ? .launch : memory >= compute ? .memory : .compute
        let roofline = max(memory, compute, launch) / seconds
        let floor = floorSeconds.map { $0 / seconds }
        return Profile(
            minimumBytes: footprint.bytes, flops: footprint.flops, bandwidthFraction: memory / seconds,
            computeFraction: compute / seconds, launchFraction: launch / seconds, rooflineFraction: roofline,
            floorFraction: floor, launchSeconds: launchSeconds, bottleneck: bottleneck,
            lever: Lever(
                bottleneck: bottleneck, fraction: floor ?? roofline, launches: launches,
                slowest: slowest(kernels, launchSeconds)
            ).sentence)
    }

    /// The launch that takes the largest share of the time, where it stands out.
    private func slowest(_ kernels: [String], _ seconds: [Double]?) -> (kernel: String, share: Double)? {
        guard let seconds, seconds.count == kernels.count, kernels.count > 1 else { return nil }
        let total = seconds.reduce(0, +)
        guard total > 0, let most = zip(kernels, seconds).max(by: { $0.1 < $1.1 }) else { return nil }
        let share = most.1 / total
        return share >= Self.remarkableShare ? (most.0, share) : nil
    }

    /// From this share of the time on, one launch is worth naming.
    private static let remarkableShare = 0.4
}

/// The one thing to try next, from what bounds the call and how far from the bound it is.
struct Lever {
    var bottleneck: Profile.Bottleneck
    /// The attainable time over the measured time.
    var fraction: Double
    var launches: Int
    /// The launch to look at first, and its share of the time.
    var slowest: (kernel: String, share: Double)?

    var sentence: String {
        guard let slowest else { return advice }
        return "\(slowest.kernel) takes \(Int((100 * slowest.share).rounded())) % of the time. \(advice)"
    }

    private var advice: String {
        switch bottleneck {
        case .launch where launches > 1:
            "Launching costs most: fuse the \(launches) launches into one."
        case .launch:
            "A call is about as short as a launch: use fewer work-groups; a faster kernel would hardly show."
        case .memory where fraction >= 0.85:
            "The call is near the memory floor: only moving fewer bytes would help."
        case .memory where launches > 1:
            "Memory bounds the call: fuse the \(launches) launches so that intermediate values stay in registers or cache."
        case .memory where fraction >= 0.5:
            "Memory bounds the call: read each byte once, and give every core one long contiguous run."
        case .memory:
            "The call is far from the memory bound: vectorize the contiguous axis, use all cores, and make the math cheaper."
        case .compute where fraction >= 0.85:
            "The call is near the arithmetic peak: stop here."
        case .compute where fraction >= 0.4:
            "Arithmetic bounds the call: pack the operands and enlarge the register tile so that each load feeds more multiply-adds."
        case .compute:
            "Arithmetic bounds the call but units idle: vectorize, keep a tile of accumulators in registers, and block for the caches."
        }
    }
}
