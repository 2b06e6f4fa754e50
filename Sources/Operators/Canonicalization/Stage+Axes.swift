import KernelIR

extension Stage {
    /// How each axis walks through the buffers read, in order of the loads; axes inside quotients are left out, and bounds
    /// count as axes of their own.
    var walks: [Walk] {
        loads.flatMap { load in
            let parts = load.indices[0].separated(by: load.bounds)
            let bounded = parts.names.map { Axis($0.key, $0.value.extent) }.sorted { $0.name < $1.name }
            return (axes + reduceAxes + bounded).compactMap { axis in
                let step = parts.position.coefficient(of: axis.name)
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
        let indices = (body + finish).flatMap(\.indices)
        for list in [axes, reduceAxes] {
            for (outer, inner) in zip(list, list.dropFirst()) where ![outer.name, inner.name].contains(sweep?.axis) {
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
                load.indices = load.indices[0].unflattened(shape, ranges, within: load.bounds)
                load.bounds.removeAll { $0.isProved(ranges) }
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
        switch kind {
        case .map: break
        case .reduce(let monoid, let over): stage.kind = .reduce(monoid, over: over.flatMap(axesFor))
        case .scan(let monoid, var sweep):
            // A scanned axis is renamed at most, never split or merged.
            sweep.axis = axes.first { $0.name == sweep.axis }.flatMap { axesFor($0).first?.name } ?? sweep.axis
            stage.kind = .scan(monoid, along: sweep)
        }
        let ranges = Ranges(stage.axes + stage.reduceAxes)
        stage.body = body.map { $0.substituting(replacements, ranges) }
        stage.finish = finish.map { $0.substituting(replacements, ranges) }
        return stage
    }
}

extension Index {
    /// The same, where bounds promise that parts of the position lie inside their dimension: these parts are taken for
    /// axes of the bounds' extents, which makes quotients and remainders vanish.
    func unflattened(_ shape: [Int], _ ranges: Ranges, within bounds: [Bound]) -> [Index] {
        let parts = separated(by: bounds)
        let ranges = parts.names.reduce(ranges) { $0.adding($1.key, 0...($1.value.extent - 1)) }
        let places = parts.names.mapValues(\.index)
        return parts.position.unflattened(shape, ranges).map { $0.substituting(places, ranges) }
    }

    /// The index over an axis for each bound of which it holds a multiple, with the bounds by these axes' names.
    fileprivate func separated(by bounds: [Bound]) -> (position: Index, names: [String: Bound]) {
        var (position, names): (Index, [String: Bound]) = (self, [:])
        for (number, bound) in bounds.enumerated() {
            guard let (rest, factor) = position.separating(bound.index) else { continue }
            let name = "bound#\(number)"
            position = rest + .axis(name) * factor
            names[name] = bound
        }
        return (position, names)
    }

    /// The index as `rest + factor · part`, where the rest has none of the part's axes; nil where it is no such sum.
    private func separating(_ part: Index) -> (rest: Index, factor: Int)? {
        guard let unit = part.terms.first, let whole = terms.first(where: { $0.atom == unit.atom }),
            whole.coefficient % unit.coefficient == 0
        else { return nil }
        let factor = whole.coefficient / unit.coefficient
        let rest = self - part * factor
        return rest.axes.isDisjoint(with: part.axes) ? (rest, factor) : nil
    }

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
