import KernelIR

extension Stage {
    /// How each axis walks through the buffers read, in order of the loads; axes inside quotients are left out.
    var walks: [Walk] {
        loads.flatMap { load in
            (axes + reduceAxes).compactMap { axis in
                let step = load.indices[0].coefficient(of: axis.name)
                return step > 0 ? Walk(buffer: load.buffer, axis: axis.name, step: step, extent: axis.extent) : nil
            }
        }
    }

    /// How each axis walks through the buffers written.
    var writtenWalks: [Walk] {
        var step = 1
        var result: [Walk] = []
        for axis in axes.reversed() {
            result += outputs.map { Walk(buffer: $0, axis: axis.name, step: step, extent: axis.extent) }
            step *= axis.extent
        }
        return result
    }

    /// The borders between the dimensions written.
    var writtenCuts: [Int] { Array(Set(writtenWalks.map(\.step))).filter { $0 > 1 } }

    /// Neighbouring axes merged wherever every index walks them as one.
    func mergingAxes() -> Stage {
        var stage = self
        while let (outer, inner) = stage.mergeablePair() { stage = stage.merging(outer, inner) }
        return stage
    }

    private func mergeablePair() -> (Axis, Axis)? {
        let indices = (body + finish).flatMap(\.allIndices)
        for list in [axes, reduceAxes] {
            for (outer, inner) in zip(list, list.dropFirst()) {
                let isOne = indices.allSatisfy { index in
                    !index.hidesAxis(outer.name) && !index.hidesAxis(inner.name)
                        && index.coefficient(of: outer.name) == index.coefficient(of: inner.name) * inner.extent
                }
                if isOne { return (outer, inner) }
            }
        }
        return nil
    }

    private func merging(_ outer: Axis, _ inner: Axis) -> Stage {
        let merged = Axis(outer.name, outer.extent * inner.extent)
        // Every index depends on `step · (extent · outer + inner)`; the sum becomes the new axis.
        return rebuilding(
            { $0 == outer ? [merged] : $0 == inner ? [] : [$0] }, [outer.name: Index(0), inner.name: .axis(outer.name)])
    }

    /// One axis as two, the inner one of the given extent.
    func splitting(_ axis: Axis, inner: Int) -> Stage {
        let taken = Set((axes + reduceAxes).map(\.name))
        let kind = axis.name.prefix { $0 != "#" }
        let fresh = (0...taken.count).map { "\(kind)#s\($0)" }.first { !taken.contains($0) } ?? axis.name
        let parts = [Axis(axis.name, axis.extent / inner), Axis(fresh, inner)]
        return rebuilding({ $0 == axis ? parts : [$0] }, [axis.name: .axis(axis.name) * inner + .axis(fresh)])
    }

    /// Readable names: the kind alone where it is the only one, `i j k l` for maps, else numbered.
    func namingAxes() -> Stage {
        let all = axes + reduceAxes
        let kinds = all.map { String($0.name.prefix { $0 != "#" }) }
        var counts: [String: Int] = [:]
        var names: [String: String] = [:]
        for (axis, kind) in zip(all, kinds) {
            let number = counts[kind, default: 0]
            counts[kind] = number + 1
            let total = kinds.filter { $0 == kind }.count
            let letters = ["i", "j", "k", "l"]
            names[axis.name] =
                total == 1
                ? kind : kind == "i" && total <= 4 && self.kind == .map ? letters[number] : "\(kind)\(number)"
        }
        return rebuilding({ [Axis(names[$0.name] ?? $0.name, $0.extent)] }, names.mapValues { .axis($0) })
    }

    /// Every load at the place its flat index has in the buffer's shape.
    func addressing(_ shapes: [String: [Int]]) -> Stage {
        let ranges = Ranges(axes + reduceAxes)
        func addressed(_ expr: Expr) -> Expr {
            expr.rewritten { node in
                guard case .load(var load) = node, let shape = shapes[load.buffer] else { return node }
                load.indices = load.indices[0].unflattened(shape, ranges)
                return .load(load)
            }
        }
        var stage = self
        stage.body = body.map(addressed)
        stage.finish = finish.map(addressed)
        return stage
    }

    /// The stage over other axes; `replacements` gives the old ones as indices over the new ones.
    private func rebuilding(_ axesFor: (Axis) -> [Axis], _ replacements: [String: Index]) -> Stage {
        var stage = self
        stage.axes = axes.flatMap(axesFor)
        if case .reduce(let monoid, let over) = kind { stage.kind = .reduce(monoid, over: over.flatMap(axesFor)) }
        let ranges = Ranges(stage.axes + stage.reduceAxes)
        stage.body = body.map { $0.substituting(replacements, ranges) }
        stage.finish = finish.map { $0.substituting(replacements, ranges) }
        return stage
    }
}

extension Index {
    /// A row-major position as one index a dimension.
    func unflattened(_ shape: [Int], _ ranges: Ranges) -> [Index] {
        var stride = shape.reduce(1, *)
        return shape.enumerated().map { dimension, extent in
            stride /= extent
            let quotient = divided(by: stride, ranges)
            return dimension == 0 ? quotient : quotient.remainder(by: extent, ranges)
        }
    }
}

extension Expr {
    /// Every index in loads, bounds and numbers.
    fileprivate var allIndices: [Index] {
        var result: [Index] = []
        forEach { node in
            switch node {
            case .index(let index, _): result.append(index)
            case .inside(let bounds): result += bounds.map(\.index)
            case .load(let load): result += load.indices + load.bounds.map(\.index)
            default: break
            }
        }
        return result
    }
}
