import KernelIR

/// Turns stages over one-dimensional buffers into canonical form.
///
/// Neighbouring axes that every index walks as one are merged. Buffers then get the dimensions that their stages walk,
/// and map stages are split where their operands have dimensions, so that most loads are at a stage's own axes.
/// Reductions are never split: where their axes span dimensions that others want, the others read affinely.
struct Canonicalization {
    private var stages: [Stage]
    private let buffers: [Buffer]
    private var layouts: [String: BufferLayout]

    init(_ builder: ProgramBuilder) {
        let live = builder.liveStages()
        let read = Set(live.flatMap { $0.loads.map(\.buffer) } + live.flatMap(\.outputs))
        stages = live.map { $0.mergingAxes() }
        buffers = builder.buffers.filter { read.contains($0.name) }
        layouts = Dictionary(uniqueKeysWithValues: buffers.map { ($0.name, BufferLayout(count: $0.count)) })
    }

    /// The finished program.
    func program(named name: String) -> TensorProgram {
        var copy = self
        copy.layOut()
        copy.splitMaps()
        return copy.assembled(name)
    }

    /// Gives every buffer the dimensions its stages walk: what a stage writes is settled, what it reads is a wish.
    private mutating func layOut() {
        for stage in stages {
            for output in stage.outputs { layouts[output]?.force(stage.writtenCuts) }
        }
        for stage in stages where stage.kind != .map {
            for output in stage.outputs { layouts[output]?.isSettled = true }
            for walk in stage.walks { layouts[walk.buffer]?.freeze(walk) }
        }
        for stage in stages.filter({ $0.kind != .map }) + stages.filter({ $0.kind == .map }) { addWishes(of: stage) }
    }

    private mutating func addWishes(of stage: Stage) {
        for walk in stage.walks {
            for cut in walk.cuts { layouts[walk.buffer]?.add(cut) }
        }
    }

    /// Splits axes of map stages at the dimensions of what they read and write, until nothing changes.
    private mutating func splitMaps() {
        var isChanging = true
        while isChanging {
            isChanging = false
            for position in stages.indices where stages[position].kind == .map {
                while let (axis, inner) = split(of: stages[position]) {
                    stages[position] = stages[position].splitting(axis, inner: inner)
                    for output in stages[position].outputs { layouts[output]?.force(stages[position].writtenCuts) }
                    addWishes(of: stages[position])
                    isChanging = true
                }
            }
        }
    }

    /// An axis of a map stage that spans a dimension's border, with the extent inside.
    private func split(of stage: Stage) -> (axis: Axis, inner: Int)? {
        let written = stage.writtenWalks
        for walk in written + stage.walks {
            guard let axis = stage.axes.first(where: { $0.name == walk.axis }),
                let target = written.first(where: { $0.axis == walk.axis })
            else { continue }
            for cut in layouts[walk.buffer]?.cuts ?? [] where cut % walk.step == 0 {
                let inner = cut / walk.step
                guard inner > 1, inner < axis.extent, axis.extent % inner == 0 else { continue }
                let isAllowed = stage.outputs.allSatisfy { layouts[$0]?.allows(target.step * inner) ?? false }
                if isAllowed { return (axis, inner) }
            }
        }
        return nil
    }

    private func assembled(_ name: String) -> TensorProgram {
        var shapes: [String: [Int]] = layouts.mapValues(\.shape)
        for stage in stages {
            for output in stage.outputs { shapes[output] = stage.axes.map(\.extent) }
        }
        let order: [Buffer.Role] = [.input, .parameter, .output, .temporary]
        let shaped = order.flatMap { role in
            buffers.filter { $0.role == role }.map {
                Buffer($0.name, $0.type, shape: shapes[$0.name] ?? $0.shape, role: role)
            }
        }
        let named = stages.map { $0.namingAxes().addressing(shapes) }
        return TensorProgram(name: name, buffers: shaped, stages: named)
    }
}

extension ProgramBuilder {
    /// The stages that an output needs.
    fileprivate func liveStages() -> [Stage] {
        var needed = Set(buffers.filter { $0.role == .output }.map(\.name))
        var live: [Stage] = []
        for stage in stages.reversed() where !needed.isDisjoint(with: stage.outputs) {
            live.append(stage)
            needed.formUnion(stage.loads.map(\.buffer))
        }
        return live.reversed()
    }
}
