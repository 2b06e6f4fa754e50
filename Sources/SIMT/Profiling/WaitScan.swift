/// Finds what a warp waits for in a list of instructions: which loads are under way together, and which waits a barrier
/// exposes.
///
/// Loads are taken to come back together: when one is first needed, all that are under way have arrived. Tokens stand
/// for results, e.g. registers or scoreboards; an instruction that awaits the token of a load waits for it.
public struct WaitScan {
    /// What is waited for.
    public enum Memory: Sendable, Hashable, CaseIterable {
        /// Global and local memory, with the result in a register.
        case long
        case shared
        /// A copy from global to shared memory without a register.
        case copy
    }

    /// One instruction.
    public struct Step: Sendable, Hashable {
        /// What it loads from; nil where it loads nothing that anybody awaits.
        public var memory: Memory?
        /// Tokens of its result.
        public var gives: [Int]
        /// Tokens that it needs.
        public var awaits: [Int]
        /// Whether all warps of the block meet here.
        public var isBarrier: Bool

        public init(memory: Memory? = nil, gives: [Int] = [], awaits: [Int] = [], isBarrier: Bool = false) {
            self.memory = memory
            self.gives = gives
            self.awaits = awaits
            self.isBarrier = isBarrier
        }
    }

    /// A load's part of a wait.
    public struct Wait: Sendable, Hashable {
        /// One over the loads that are under way together.
        public var share: Double
        /// The same for those of them that a barrier exposes; 0 where the load is none.
        public var exposedPhases = 0.0
        /// Instructions between load and use, times that part.
        public var hiddenInstructions = 0.0
    }

    /// A token for asynchronous copies; others are not negative.
    public static let copyToken = -1

    private struct Load {
        var step: Int
        var time: Int
        var interval: Int
        var gives: [Int]
    }

    private let isLoop: Bool
    private let lastBarrier: Int?
    private var waits: [Wait?]
    private var underWay: [Memory: [Load]] = [:]
    private var time = 0
    /// Barriers so far; before the first one no interval has begun.
    private var interval = 0

    /// The wait of every step that loads; nil for all others.
    ///
    /// - Parameters:
    ///   - steps: in the order in which they are issued.
    ///   - isLoop: whether the first step follows the last one, so that loads of one pass may be awaited in the next.
    public static func waits(of steps: [Step], isLoop: Bool) -> [Wait?] {
        var scan = WaitScan(steps, isLoop: isLoop)
        // The second pass starts with what the first one left under way.
        for _ in 0..<(isLoop ? 2 : 1) {
            for (index, step) in steps.enumerated() { scan.take(step, index) }
        }
        scan.finish()
        return scan.waits
    }

    private init(_ steps: [Step], isLoop: Bool) {
        self.isLoop = isLoop
        lastBarrier = steps.lastIndex { $0.isBarrier }
        waits = Array(repeating: nil, count: steps.count)
    }

    private mutating func take(_ step: Step, _ index: Int) {
        time += 1
        for memory in Memory.allCases { resolve(memory, step.awaits, at: index) }
        if step.isBarrier { interval += 1 }
        guard let memory = step.memory else { return }
        underWay[memory, default: []].removeAll { $0.step == index }
        underWay[memory, default: []].append(Load(step: index, time: time, interval: interval, gives: step.gives))
    }

    private mutating func resolve(_ memory: Memory, _ tokens: [Int], at index: Int) {
        let loads = underWay[memory] ?? []
        guard let needed = loads.first(where: { $0.gives.contains(where: tokens.contains) }) else { return }
        let isBounded = interval > 0 && lastBarrier.map { isLoop || index < $0 } ?? false
        let exposed = isBounded ? loads.filter { $0.interval == interval }.map(\.step) : []
        for load in loads {
            var wait = Wait(share: 1 / Double(loads.count))
            if exposed.contains(load.step) {
                wait.exposedPhases = 1 / Double(exposed.count)
                wait.hiddenInstructions = Double(time - needed.time - 1) / Double(exposed.count)
            }
            waits[load.step] = wait
        }
        underWay[memory] = []
    }

    /// Loads that nobody needs here are needed later, together.
    private mutating func finish() {
        for memory in Memory.allCases {
            let loads = (underWay[memory] ?? []).filter { waits[$0.step] == nil }
            for load in loads { waits[load.step] = Wait(share: 1 / Double(loads.count)) }
        }
    }
}
