import KernelIR

/// How the work-items of a group are spread over rows and along them: whole warps, so that shuffles combine them.
struct RowShape: Equatable {
    /// Rows of a group, a power of two.
    let rows: Int
    /// Work-items of a row: a power of two below a warp, or a multiple of a warp.
    let items: Int

    /// - Parameters:
    ///   - count: rows in all; where there are many, groups take several short ones.
    ///   - steps: what a single work-item would walk in a row.
    ///   - limit: work-items of a group, at least a warp.
    ///   - cores: groups there should be before one takes several rows.
    init(rows count: Int, steps: Int, items limit: Int, cores: Int) {
        let warp = CrossItemReduction.warpSize
        var own = max(2, steps).roundedUpToPowerOfTwo
        if steps >= warp {
            // Rounds of equal length: of 300 steps, 160 and 140 in place of 256 and 44.
            let rounds = (steps + limit - 1) / limit
            let even = (steps + rounds - 1) / rounds
            own = min((even + warp - 1) / warp * warp, limit / warp * warp)
        }
        rows = max(1, min(limit / own, (count + cores - 1) / cores)).roundedDownToPowerOfTwo
        items = max(own, warp / rows)
    }
}

extension Int {
    /// The greatest power of two that is not greater; the number is positive.
    fileprivate var roundedDownToPowerOfTwo: Int { 1 << (Int.bitWidth - 1 - leadingZeroBitCount) }

    /// The least power of two that is not less; the number is positive.
    fileprivate var roundedUpToPowerOfTwo: Int {
        self == roundedDownToPowerOfTwo ? self : 2 * roundedDownToPowerOfTwo
    }
}
