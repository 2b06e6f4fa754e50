import KernelIR

extension Stage {
    /// This scan over the points of a map that reads it at `±j + c` along the scanned axis and at its own point otherwise;
    /// `nil` where it is read differently, or just as it is.
    ///
    /// The map's points take over: at each of them the scan takes in what it does at the place read there. So the sweep
    /// turns round with the sign, and the map's first point must not lie behind the scan's.
    /// ```
    /// S[r] = Σ_{q ≤ r} x[n-1-q]     →     T[j] = Σ_{q ≥ j} x[q]
    /// y[j] = S[n-1-j]                     y[j] = T[j]
    /// ```
    func scanned(where map: Stage) -> Stage? {
        guard case .scan(let monoid, var sweep) = kind, sweep.block == nil else { return nil }
        let places = Set(map.loads.filter { outputs.contains($0.buffer) }.map(\.indices))
        guard places.count == 1, let place = places.first, map.axes.count == axes.count,
            let scanned = axes.firstIndex(where: { $0.name == sweep.axis })
        else { return nil }
        for (position, axis) in map.axes.enumerated() where position != scanned {
            guard place[position].asAxis == axis.name, axis.extent == axes[position].extent else { return nil }
        }
        let (old, new) = (axes[scanned], map.axes[scanned])
        let (read, sign) = (place[scanned], place[scanned].coefficient(of: new.name))
        guard read.terms.count == 1, abs(sign) == 1, read != .axis(new.name) || old.extent != new.extent else {
            return nil
        }
        let (wasReversed, isReversed) = (sweep.isReversed, sweep.isReversed != (sign < 0))
        let first = read.evaluate([new.name: isReversed ? new.extent - 1 : 0])
        guard wasReversed ? first >= old.extent - 1 : first <= 0 else { return nil }
        let ranges = Ranges(map.axes)
        let point = Dictionary(uniqueKeysWithValues: zip(axes.map(\.name), place))
        let bound = Bound(read, below: old.extent)
        var moved = self
        moved.axes = map.axes
        sweep.axis = new.name
        sweep.isReversed = isReversed
        moved.kind = .scan(monoid, along: sweep)
        moved.finish = finish.map { $0.substituting(point, ranges) }
        moved.body = zip(body, zip(monoid.identity, monoid.states)).map { lift, neutral in
            let value = lift.substituting(point, ranges)
            return bound.isProved(ranges)
                ? value : .select(.inside([bound]), value, .constant(neutral.0, neutral.1))
        }
        return moved
    }

    /// This map with every read of the buffers (with their types) at its own point, under the bounds it had.
    func readingAtOwnPoint(_ buffers: [String: DType]) -> Stage {
        let own = axes.map { Index.axis($0.name) }
        var copy = self
        copy.body = body.map { value in
            value.rewritten { node in
                guard case .load(let load) = node, let type = buffers[load.buffer] else { return node }
                let read = Expr.load(load.buffer, own)
                guard !load.bounds.isEmpty else { return read }
                return .select(.inside(load.bounds), read, .constant(load.fill, type))
            }
        }
        return copy
    }
}

extension ScheduleState {
    /// Whether a stage writes temporaries that one other stage alone reads.
    func isOnlyRead(_ producer: Stage, by reader: String) -> Bool {
        producer.outputs.allSatisfy { output in
            program.buffer(output)?.role == .temporary
                && program.stages.allSatisfy { $0.name == reader || !$0.reads(anyOf: [output]) }
        }
    }
}
