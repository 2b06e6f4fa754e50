/// The elements of one buffer while a program is interpreted.
final class Cells {
    let name: String
    let type: DType
    let shape: [Int]
    /// Elements that one work-item sees.
    let count: Int
    /// Private copies, one a work-item; 1 for buffers that are shared.
    let copies: Int
    let values: UnsafeMutablePointer<Double>
    /// Whether each element holds something; `nil` for inputs, which always do.
    let written: UnsafeMutablePointer<Bool>?
    /// Who touched each element; `nil` where no race is possible.
    var shadow: Shadow?

    init(_ name: String, _ type: DType, shape: [Int], copies: Int = 1, isInput: Bool = false) {
        self.name = name
        self.type = type
        self.shape = shape
        self.copies = copies
        count = shape.reduce(1, *)
        let capacity = max(count * copies, 1)
        values = .allocate(capacity: capacity)
        values.initialize(repeating: 0, count: capacity)
        written = isInput ? nil : .allocate(capacity: capacity)
        written?.initialize(repeating: false, count: capacity)
    }

    deinit {
        values.deallocate()
        written?.deallocate()
    }

    /// Makes one copy's elements undefined.
    func forget(copy: Int) {
        (written! + (copies == 1 ? 0 : copy * count)).update(repeating: false, count: count)
    }

    /// Elements between neighbours along each dimension.
    var strides: [Int] {
        var strides = [Int](repeating: 1, count: shape.count)
        for dimension in shape.indices.dropLast().reversed() {
            strides[dimension] = strides[dimension + 1] * shape[dimension + 1]
        }
        return strides
    }

    /// All elements; an error where one was never written.
    func contents(_ program: String) throws(KernelwrightError) -> [Double] {
        if let written {
            for element in 0..<count where !written[element] {
                throw KernelwrightError(
                    .internalInconsistency, "\(program): element \(element) of \(name) is never written")
            }
        }
        return Array(UnsafeBufferPointer(start: values, count: count))
    }
}

/// The work-item that runs at the moment.
final class Agent {
    var group = 0
    var item = 0
    /// Barriers passed by the group.
    var epoch = 0
}

/// Who last wrote and read each element of a buffer during one kernel, to find races.
///
/// Two accesses to one element, one of them a write, race when they come from different groups, or from different
/// work-items of a group with no barrier between.
final class Shadow {
    private struct Visit {
        var group = -1
        var item = 0
        var epoch = 0
    }

    private static let many = -1
    private let agent: Agent
    private let isPerGroup: Bool
    private var writes: [Visit]
    private var reads: [Visit]

    /// `isPerGroup`: every group has its own buffer, though one stands for all here.
    init(count: Int, agent: Agent, isPerGroup: Bool = false) {
        self.agent = agent
        self.isPerGroup = isPerGroup
        writes = Array(repeating: Visit(), count: count)
        reads = writes
    }

    /// Notes a read; whether it races with an earlier write.
    func read(_ element: Int) -> Bool {
        let earlier = reads[element]
        let isOther = earlier.epoch == agent.epoch && earlier.group == agent.group && earlier.item != agent.item
        reads[element] = Visit(group: agent.group, item: isOther ? Shadow.many : agent.item, epoch: agent.epoch)
        return races(writes[element])
    }

    /// Notes a write; whether it races with an earlier access.
    func write(_ element: Int) -> Bool {
        let isRace = races(writes[element]) || races(reads[element])
        writes[element] = Visit(group: agent.group, item: agent.item, epoch: agent.epoch)
        return isRace
    }

    private func races(_ visit: Visit) -> Bool {
        guard visit.group >= 0 else { return false }
        if visit.group != agent.group { return !isPerGroup }
        return visit.item != agent.item && visit.epoch == agent.epoch
    }
}

/// The values of all axes, by slot.
final class AxisSlots {
    let values: UnsafeMutablePointer<Int>
    private let capacity: Int
    private var used = 0

    init(capacity: Int) {
        self.capacity = capacity
        values = .allocate(capacity: max(capacity, 1))
        values.initialize(repeating: 0, count: max(capacity, 1))
    }

    deinit { values.deallocate() }

    /// A slot nobody uses yet.
    func add() -> UnsafeMutablePointer<Int> {
        precondition(used < capacity, "more axes than counted")
        defer { used += 1 }
        return values + used
    }
}
