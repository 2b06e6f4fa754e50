import Evaluation
import SIMT

/// Compares the emulator's products of matrices with sums made one rounding after the other.
struct MatrixCheck {
    private let operation: MatrixOperation
    private(set) var cases = 0
    private(set) var mismatches = 0
    private(set) var first: [ArithmeticOutcome.Mismatch] = []

    init(_ operation: MatrixOperation) { self.operation = operation }

    /// Multiplies that many pairs of matrices.
    ///
    /// Throws where the launch is refused.
    mutating func run(_ kernel: MatrixKernel, warps: Int, seed: UInt64) throws(SIMTError) {
        var source = FragmentSource(operation, seed: seed)
        var fragments: [UInt32] = []
        for _ in 0..<warps { fragments += source.warp() }
        let (results, fault) = try kernel.run(fragments, warps: warps)
        if let fault { return note(["warps \(warps)"], "\(fault)", "no fault") }
        let counts = operation.registers
        let (inputs, outputs) = (32 * (counts.a + counts.b + counts.c), 32 * counts.c)
        for warp in 0..<warps {
            compare(
                fragments[warp * inputs..<(warp + 1) * inputs], results[warp * outputs..<(warp + 1) * outputs])
        }
    }

    mutating func add(_ later: MatrixCheck) {
        cases += later.cases
        mismatches += later.mismatches
        first = Array((first + later.first).prefix(4))
    }

    var outcome: ArithmeticOutcome {
        ArithmeticOutcome(
            operation: operation.instruction, isExhaustive: false, cases: cases, mismatches: mismatches, first: first)
    }

    private mutating func compare(_ fragments: ArraySlice<UInt32>, _ results: ArraySlice<UInt32>) {
        let counts = operation.registers
        let stride = counts.a + counts.b + counts.c
        let width = 32 / operation.perRegister
        func register(_ lane: Int, _ index: Int) -> UInt64 {
            UInt64(fragments[fragments.startIndex + lane * stride + index])
        }
        func part(_ bits: UInt64, _ number: Int) -> UInt64 {
            // Of tf32 the low 13 bits count for nothing.
            width == 32 ? bits >> 13 : bits >> UInt64(width * number) & (1 << UInt64(width) - 1)
        }
        var rows = Array(repeating: Array(repeating: UInt64(0), count: operation.k), count: 16)
        var columns = Array(repeating: Array(repeating: UInt64(0), count: operation.k), count: 8)
        for lane in 0..<32 {
            for number in 0..<operation.perRegister {
                for index in 0..<counts.a {
                    let place = operation.placeInA(lane, index, number)
                    rows[place.row][place.column] = part(register(lane, index), number)
                }
                for index in 0..<counts.b {
                    let place = operation.placeInB(lane, index, number)
                    columns[place.column][place.row] = part(register(lane, counts.a + index), number)
                }
            }
        }
        for lane in 0..<32 {
            for index in 0..<4 {
                func element(_ register: (Int) -> UInt64) -> UInt64 {
                    guard operation.sum == .half else { return register(index) }
                    return register(index / 2) >> UInt64(16 * (index % 2)) & 0xffff
                }
                let addend = element { register(lane, counts.a + counts.b + $0) }
                let made = element { UInt64(results[results.startIndex + lane * counts.c + $0]) }
                let place = operation.placeInC(lane, index)
                let wanted = operation.result(rows[place.row], columns[place.column], addend)
                if !isSame(made, wanted) {
                    note(
                        (rows[place.row] + columns[place.column] + [addend]).map { String($0, radix: 16) },
                        String(made, radix: 16), String(wanted, radix: 16))
                }
            }
        }
        cases += 128
    }

    private func isSame(_ made: UInt64, _ wanted: UInt64) -> Bool {
        made == wanted || operation.sum?.isSame(made, wanted) == true
    }

    private mutating func note(_ operands: [String], _ made: String, _ wanted: String) {
        mismatches += 1
        if first.count < 4 {
            first.append(ArithmeticOutcome.Mismatch(operands: operands, made: made, wanted: wanted))
        }
    }
}

/// Registers of A, B and C for a warp.
private struct FragmentSource {
    /// What the numbers of a warp have in common.
    private enum Mood: CaseIterable {
        /// Of about one size, so that sums lose bits; all bits; few bits, so that sums tie and cancel; anything at all.
        case near, finite, short, any
    }

    private let operation: MatrixOperation
    private var random: SplitMix64

    init(_ operation: MatrixOperation, seed: UInt64) {
        self.operation = operation
        random = SplitMix64(seed: seed)
    }

    mutating func warp() -> [UInt32] {
        let mood = Mood.allCases[Int(random.next() % UInt64(Mood.allCases.count))]
        let counts = operation.registers
        var made: [UInt32] = []
        for _ in 0..<32 {
            for _ in 0..<counts.a + counts.b { made.append(inputs(mood)) }
            for _ in 0..<counts.c { made.append(sums(mood)) }
        }
        return made
    }

    private mutating func inputs(_ mood: Mood) -> UInt32 {
        guard case .float(let format) = operation.element else { return UInt32(truncatingIfNeeded: random.next()) }
        if operation.perRegister == 1 {
            return UInt32(number(format, mood) << 13) | UInt32(truncatingIfNeeded: random.next()) & 0x1fff
        }
        return UInt32(number(format, mood)) | UInt32(number(format, mood)) << 16
    }

    private mutating func sums(_ mood: Mood) -> UInt32 {
        guard let format = operation.sum else { return UInt32(truncatingIfNeeded: random.next()) }
        if format == .half { return UInt32(number(format, mood)) | UInt32(number(format, mood)) << 16 }
        return UInt32(number(format, mood))
    }

    private mutating func number(_ format: FloatFormat, _ mood: Mood) -> UInt64 {
        let bits = random.next() & format.mask
        let near = bits & ~format.infinity | format.one
        switch mood {
        case .any: return bits
        case .finite: return bits & format.infinity == format.infinity ? near : bits
        case .near:
            // An exponent up to seven below or eight above that of one.
            return (near &+ (random.next() & 15) << UInt64(format.fractionBits)) &- format.leastNormal &* 7
        case .short: return near & ~(format.leastNormal - 1) | bits & (format.leastNormal >> 1)
        }
    }
}
