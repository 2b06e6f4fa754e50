import KernelIR

/// One dimension of a transposed convolution, seen from its result: which elements of the input reach a place, each by
/// which tap of the window.
///
/// Element i reaches place s·i + d·t − p by tap t, for stride s, dilation d and padding p. With o + p = s·q + r and
/// g = gcd(s, d), a place o of phase r that g divides is reached by the taps t = (s/g)·u + first(r), from the elements
/// i = q − (d/g)·u − carry(r); other phases by none. So the steps u meet elements only, never the zeros between them.
///
/// Source: Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv 1603.07285, for the relation of
/// places; the split by phases is that of polyphase interpolation.
struct TransposedWindow {
    let extent: Int
    let stride: Int
    let dilation: Int
    let padding: Int
    /// gcd(stride, dilation).
    private let common: Int
    /// Phases that have taps.
    private let phases: Int
    /// The phase whose taps begin at tap 1 is this one's multiple; (dilation / common)⁻¹ modulo `phases`.
    private let inverse: Int

    init(extent: Int, stride: Int, dilation: Int, padding: Int) {
        (self.extent, self.stride, self.dilation, self.padding) = (extent, stride, dilation, padding)
        let common = (1...stride).last { stride % $0 == 0 && dilation % $0 == 0 } ?? 1
        let phases = stride / common
        (self.common, self.phases) = (common, phases)
        inverse = (0..<phases).first { ($0 * (dilation / common)) % phases == 1 % phases } ?? 0
    }

    /// The most taps that reach one place.
    var steps: Int { (extent + phases - 1) / phases }

    /// The tap of a step at a place of the result; outside the window where `bounds` do not hold.
    func tap(_ result: Index, _ step: Index, _ ranges: Ranges) -> Index {
        step * phases + first(phase(result, ranges), ranges)
    }

    /// The element of the input that a step takes for a place of the result.
    func place(_ result: Index, _ step: Index, _ ranges: Ranges) -> Index {
        let phase = phase(result, ranges)
        let carry =
            phases == 1 ? Index(0) : (first(phase, ranges) * dilation - phase).divided(by: stride, ranges)
        return (result + padding).divided(by: stride, ranges) - step * (dilation / common) - carry
    }

    /// What holds where the step has a tap.
    func bounds(_ result: Index, _ step: Index, _ ranges: Ranges) -> [Bound] {
        let isAligned = Bound(phase(result, ranges).remainder(by: common, ranges), below: 1)
        return [Bound(tap(result, step, ranges), below: extent), isAligned].filter { !$0.isProved(ranges) }
    }

    /// Elements before the first and after the last one that steps reach, for that many places.
    func reach(input: Int, results: Int) -> (before: Int, after: Int) {
        // Whole periods of phases, since a schedule walks these.
        let places = (results + stride - 1) / stride * stride
        let ranges = Ranges([Axis("result", places), Axis("step", steps)])
        let range = place(.axis("result"), .axis("step"), ranges).range(ranges)
        return (max(0, -range.lowerBound), max(0, range.upperBound - input + 1))
    }

    private func phase(_ result: Index, _ ranges: Ranges) -> Index {
        (result + padding).remainder(by: stride, ranges)
    }

    private func first(_ phase: Index, _ ranges: Ranges) -> Index {
        (phase.divided(by: common, ranges) * inverse).remainder(by: phases, ranges)
    }
}
