/// Counts how an operation's results compare with what its rule says.
struct OperationCheck: Sendable {
    /// Mismatches that are shown.
    private static let shown = 4

    private let operation: ArithmeticOperation
    /// Whether the cases are all there are.
    private let isExhaustive: Bool
    private(set) var cases = 0
    private(set) var mismatches = 0
    private(set) var first: [ArithmeticOutcome.Mismatch] = []
    private(set) var worstUlps = 0.0
    private(set) var worstShare = 0.0

    init(_ operation: ArithmeticOperation, isExhaustive: Bool = false) {
        (self.operation, self.isExhaustive) = (operation, isExhaustive)
    }

    /// Looks at the results of some cases.
    mutating func see(_ operands: [[UInt64]], _ results: [UInt64]) {
        func operand(_ position: Int, _ index: Int) -> UInt64 {
            position < operands.count ? operands[position][index] : 0
        }
        for index in results.indices {
            let (a, b, c) = (operand(0, index), operand(1, index), operand(2, index))
            switch operation.rule {
            case .exact(let exact):
                let wanted = exact(a, b, c)
                if !isSame(results[index], wanted) {
                    note(operands, index, results[index], Self.digits(wanted, operation.result.width))
                }
            case .bounded(let bound, let wanted): see(bound, wanted, operands, index, results[index])
            }
        }
        cases += results.count
    }

    /// Adds what another check saw of the same operation, later in the order of cases.
    mutating func add(_ later: OperationCheck) {
        cases += later.cases
        mismatches += later.mismatches
        first = Array((first + later.first).prefix(Self.shown))
        worstUlps = max(worstUlps, later.worstUlps)
        worstShare = max(worstShare, later.worstShare)
    }

    /// Counts a case whose results depend on which threads are active.
    mutating func seeDifference(_ operands: [[UInt64]], _ whole: [UInt64], _ partial: [UInt64]) {
        for index in whole.indices where whole[index] != partial[index] {
            let made = Self.digits(whole[index], operation.result.width)
            note(operands, index, partial[index], "\(made), as in whole warps")
        }
    }

    var outcome: ArithmeticOutcome {
        var outcome = ArithmeticOutcome(
            operation: operation.name, isExhaustive: isExhaustive, cases: cases, mismatches: mismatches,
            first: first)
        if case .bounded(let bound, _) = operation.rule {
            outcome.bound = bound.text
            outcome.worstUlps = worstUlps
            outcome.worstShare = worstShare
        }
        return outcome
    }

    private mutating func see(
        _ bound: ErrorBound, _ wanted: (UInt64, UInt64) -> ErrorBound.Wanted, _ operands: [[UInt64]], _ index: Int,
        _ result: UInt64
    ) {
        // Elements of 16 bits side by side are judged one by one.
        let shifts: [UInt64] = if case .pair = operation.result { [0, 16] } else { [0] }
        let mask = bound.format.mask
        for shift in shifts {
            let aim = wanted(operands[0][index] >> shift & mask, operands.count > 1 ? operands[1][index] : 0)
            let reading = bound.read(result >> shift & mask, aim)
            worstUlps = max(worstUlps, reading.ulps)
            worstShare = max(worstShare, reading.share)
            if !reading.isWithin { note(operands, index, result, "\(aim)") }
        }
    }

    private func isSame(_ made: UInt64, _ wanted: UInt64) -> Bool {
        if made == wanted { return true }
        switch operation.result {
        case .float(let format): return format.isSame(made, wanted)
        case .pair(let format):
            return format.isSame(made & 0xffff, wanted & 0xffff) && format.isSame(made >> 16, wanted >> 16)
        case .bits(let width): return (made ^ wanted) & (~0 >> UInt64(64 - width)) == 0
        }
    }

    private mutating func note(_ operands: [[UInt64]], _ index: Int, _ made: UInt64, _ wanted: String) {
        mismatches += 1
        guard first.count < Self.shown else { return }
        let shown = zip(operation.operands, operands).map { Self.digits($1[index], $0.width) }
        first.append(
            ArithmeticOutcome.Mismatch(
                operands: shown, made: Self.digits(made, operation.result.width), wanted: wanted))
    }

    private static func digits(_ bits: UInt64, _ width: Int) -> String {
        let text = String(bits & (~0 >> UInt64(64 - width)), radix: 16)
        return "0x" + String(repeating: "0", count: max(0, width / 4 - text.count)) + text
    }
}
