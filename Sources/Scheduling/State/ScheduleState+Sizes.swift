import KernelIR

/// Bounds that a schedule keeps whatever its numbers are: indices and sizes stay far within 64 bits, and sources within
/// what a compiler takes.
enum SizeLimits {
    /// Points that the loops of a stage may walk, those beyond the ends of axes included.
    static let points = 1 << 52
    /// How many times as many points as a stage has its loops may walk. The largest tile around a single point has 2²².
    static let padding = 1 << 26
    /// Elements of a temporary.
    static let elements = 1 << 40
    /// How often a stage's body may be written out; the largest source that is compiled has no room for more.
    static let copies = 1 << 17
}

extension ScheduleState {
    /// Refuses loops that would walk far more points than their stage has.
    ///
    /// No coefficient of an index is greater than the points that are walked, so that it can be multiplied by the stride
    /// of any buffer.
    func checkPoints(_ extents: [Int], of stage: Stage, _ what: String, hint: String) throws(ScheduleError) {
        let limit = min(SizeLimits.points, [count(of: stage), SizeLimits.padding].clippedProduct)
        let walked = extents.clippedProduct
        guard walked > limit else { return }
        throw ScheduleError(
            .illegalParameter,
            "\(what): the loops of \(stage.name) would walk \(walked) points or more, of at most \(limit)", hint: hint)
    }

    /// Refuses stages, temporaries and sources that are too large for anything.
    func checkSizes() throws(ScheduleError) {
        // Every action asks this of all stages, of which a network has hundreds: nothing is copied or looked up.
        for position in program.stages.indices {
            let results = program.stages[position].axes.lazy.map(\.extent).clippedProduct
            let points = [results, program.stages[position].reduceAxes.lazy.map(\.extent).clippedProduct].clippedProduct
            guard points <= SizeLimits.points else {
                throw ScheduleError(
                    .tooLarge, "\(program.stages[position].name) would have \(points) points",
                    hint: "at most \(SizeLimits.points)")
            }
        }
        let excessive = nests.lazy.filter { name, nest in
            let isRepeated = nest.attachment != nil || nest.loops.contains { $0.kind == .unrolled || $0.isSpecialized }
            return isRepeated && copies(of: name) > SizeLimits.copies
        }
        if let stage = excessive.map(\.key).min() {
            throw ScheduleError(
                .tooLarge, "the body of \(stage) would be written out \(copies(of: stage)) times",
                hint: "at most \(SizeLimits.copies); unroll or specialize fewer loops")
        }
        for buffer in program.buffers where buffer.role == .temporary {
            let elements = buffer.shape.clippedProduct
            guard elements <= SizeLimits.elements else {
                throw ScheduleError(
                    .tooLarge, "\(buffer.name) would have \(elements) elements", hint: "at most \(SizeLimits.elements)")
            }
        }
    }

    /// The points of a stage, or of the part of it that is computed in another one's loop.
    private func count(of stage: Stage) -> Int {
        let results = nests[stage.name]?.attachment?.extents ?? stage.axes.map(\.extent)
        return (results + stage.reduceAxes.map(\.extent)).clippedProduct
    }

    /// How often the body of a stage's loops is written out.
    private func copies(of stage: String) -> Int {
        guard let nest = nests[stage] else { return 1 }
        var factors = nest.loops.filter { $0.kind == .unrolled || $0.isSpecialized }.map(\.extent)
        var carrier = nest.attachment?.consumer
        while let name = carrier, let outer = nests[name] {
            factors += outer.loops.filter(\.isSpecialized).map(\.extent)
            carrier = outer.attachment?.consumer
        }
        return factors.clippedProduct
    }
}

extension Sequence<Int> {
    /// The product of factors that are not negative, or 2⁵⁶ where it is more.
    var clippedProduct: Int {
        let limit = 1 << 56
        return reduce(1) { product, factor in
            let (result, overflow) = product.multipliedReportingOverflow(by: factor)
            return overflow ? limit : Swift.min(result, limit)
        }
    }
}

extension Int {
    /// The divisors greater than 1 in ascending order. Complexity: O(√n).
    var divisors: [Int] {
        var found: Set<Int> = []
        var number = 1
        while number * number <= self {
            if self % number == 0 { found.formUnion([number, self / number]) }
            number += 1
        }
        return found.subtracting([1]).sorted()
    }
}
