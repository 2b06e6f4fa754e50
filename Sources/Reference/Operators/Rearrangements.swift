import KernelIR
import Workloads

/// Operators that put the elements in another order.
extension OperatorTable {
    mutating func addRearrangements() {
        addTurns()
        addAxisMoves()
        addChannelOrders()
    }

    private mutating func addTurns() {
        add("flip.default") { call in
            let x = try call.tensor(0)
            let axes = x.shape.isEmpty ? [] : try call.axes(1, "dims", of: x)
            return x.flipped(axes)
        }
        add("roll.default") { call in
            let x = try call.tensor(0)
            let shifts = try call.ints(1, "shifts", default: nil)
            let axes = try call.axes(2, "dims", of: x)
            guard !x.values.isEmpty else { return x }
            if axes.isEmpty, let shift = shifts.first {
                let flat = x.reshaped([x.values.count])
                return flat.picked([0: Self.rolled(x.values.count, by: shift)]).reshaped(x.shape)
            }
            guard axes.count == shifts.count else {
                throw call.error("\(shifts.count) shifts of \(axes.count) axes", hint: "give one shift for each axis")
            }
            guard !x.shape.isEmpty else { return x }
            var total = [Int](repeating: 0, count: x.shape.count)
            for (axis, shift) in zip(axes, shifts) { total[axis] += shift % x.shape[axis] }
            return x.picked(
                Dictionary(uniqueKeysWithValues: Set(axes).map { ($0, Self.rolled(x.shape[$0], by: total[$0])) }))
        }
        add("rot90.default") { call in
            let x = try call.tensor(0)
            let turns = (try call.int(1, "k", default: 1) % 4 + 4) % 4
            let named = try call.axes(2, "dims", of: x)
            let axes = named.isEmpty ? [0, 1] : named
            guard axes.count == 2, axes[0] != axes[1], x.shape.count > max(axes[0], axes[1]) else {
                throw call.error("a turn needs two axes", hint: "name two different ones")
            }
            let (first, second) = (axes[0], axes[1])
            var order = Array(x.shape.indices)
            if turns % 2 == 1 { order.swapAt(first, second) }
            let flipped = [[], [second], [first, second], [first]][turns]
            return x.flipped(flipped).permuted(order)
        }
    }

    private mutating func addAxisMoves() {
        for form in ["movedim.int", "movedim.intlist", "moveaxis.int", "moveaxis.intlist"] {
            add(form) { call in
                let x = try call.tensor(0)
                let sources = try call.axes(1, "source", of: x)
                let targets = try call.axes(2, "destination", of: x)
                guard !x.shape.isEmpty else { return x }
                guard sources.count == targets.count, Set(sources).count == sources.count,
                    Set(targets).count == targets.count
                else { throw call.error("moves \(sources) to \(targets)", hint: "pair different axes") }
                var rest = x.shape.indices.filter { !sources.contains($0) }.makeIterator()
                let order = x.shape.indices.map { axis in
                    targets.firstIndex(of: axis).map { sources[$0] } ?? rest.next()!
                }
                return x.permuted(order)
            }
        }
        for form in ["mT", "adjoint"] {
            add(form + ".default") { call in
                let x = try call.tensor(0)
                guard x.shape.count >= 2 else { throw call.error("rank \(x.shape.count)", hint: "give matrices") }
                return x.transposed()
            }
        }
    }

    private mutating func addChannelOrders() {
        add("pixel_shuffle.default") { call in
            let x = try call.tensor(0)
            let factor = try call.int(1, "upscale_factor", default: nil)
            let (channels, height, width) = try Self.plane(call, x)
            guard factor > 0, factor <= channels, channels % (factor * factor) == 0 else {
                throw call.error("\(channels) channels by \(factor)²", hint: "they must divide")
            }
            let batch = Array(x.shape.dropLast(3))
            let rank = batch.count
            return x.reshaped(batch + [channels / factor / factor, factor, factor, height, width])
                .permuted(Array(0...rank) + [3, 1, 4, 2].map { rank + $0 })
                .reshaped(batch + [channels / factor / factor, height * factor, width * factor])
        }
        add("pixel_unshuffle.default") { call in
            let x = try call.tensor(0)
            let factor = try call.int(1, "downscale_factor", default: nil)
            let (channels, height, width) = try Self.plane(call, x)
            guard factor > 0, height % factor == 0, width % factor == 0 else {
                throw call.error("a plane of \(height)×\(width) by \(factor)", hint: "it must divide")
            }
            let batch = Array(x.shape.dropLast(3))
            let rank = batch.count
            return x.reshaped(batch + [channels, height / factor, factor, width / factor, factor])
                .permuted(Array(0...rank) + [2, 4, 1, 3].map { rank + $0 })
                .reshaped(batch + [channels * factor * factor, height / factor, width / factor])
        }
        for form in ["channel_shuffle.default", "native_channel_shuffle.default"] {
            add(form) { call in
                let x = try call.tensor(0)
                let groups = try call.int(1, "groups", default: nil)
                guard x.shape.count >= 2, groups > 0, x.shape[1] % groups == 0 else {
                    throw call.error("\(groups) groups of \(x.shape)", hint: "they must divide the channels")
                }
                let width = x.shape[1] / groups
                return x.picked([1: (0..<x.shape[1]).map { $0 % groups * width + $0 / groups }])
            }
        }
    }

    /// Where the elements of an axis come from that moves on by `shift`, the last ones to the front.
    private static func rolled(_ extent: Int, by shift: Int) -> [Int] {
        let first = (extent - (shift % extent + extent) % extent) % extent
        return Array(first..<extent) + Array(0..<first)
    }

    private static func plane(_ call: OperatorCall<Scalar>, _ x: Tensor<Scalar>) throws -> (Int, Int, Int) {
        guard x.shape.count >= 3 else { throw call.error("rank \(x.shape.count)", hint: "give [..., C, H, W]") }
        let last = Array(x.shape.suffix(3))
        return (last[0], last[1], last[2])
    }
}

extension Tensor {
    /// The elements of some axes in reverse order.
    func flipped(_ axes: [Int]) -> Tensor {
        picked(Dictionary(uniqueKeysWithValues: Set(axes).map { ($0, (0..<shape[$0]).reversed()) }))
    }
}
