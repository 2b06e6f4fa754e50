import Dispatch
import SIMT
import Synchronization

/// The emulator's floating-point operations and conversions against an exact implementation without code in common.
///
/// Every operation runs elementwise over buffers in the emulator; results are compared bit by bit, those of
/// approximations with the errors that the PTX manual allows. Of single operands of 16 bits all patterns are tried.
public struct ArithmeticStudy: Sendable {
    /// Cases of one launch.
    private static let chunk = 1 << 16
    /// Pairs of matrices of one launch.
    private static let warps = 64

    private let cases: Int
    private let seed: UInt64
    private let cores: Int

    /// - Parameters:
    ///   - cases: random cases of every operation, or all where there are no more patterns; variants of an operation
    ///     share them, and an element of a product of matrices, which is many sums, counts for sixteen.
    ///   - seed: decides all operands, whichever operations are chosen.
    ///   - cores: launches at a time.
    public init(cases: Int, seed: UInt64, cores: Int) {
        (self.cases, self.seed, self.cores) = (cases, seed, max(cores, 1))
    }

    static var operations: [ArithmeticOperation] {
        [
            HalfOperations.all, WideOperations.all, FloatConversions.all, WholeConversions.all, Approximations.all,
        ].flatMap { $0 }
    }

    /// Compares all operations whose names hold the text, or all.
    ///
    /// - Parameter note: sees each outcome when it is there.
    public func run(only text: String? = nil, _ note: (ArithmeticOutcome) -> Void) -> ArithmeticSummary {
        func isChosen(_ name: String) -> Bool { text.map { name.contains($0) } ?? true }
        var outcomes: [ArithmeticOutcome] = []
        for operation in Self.operations where isChosen(operation.name) {
            outcomes.append(outcome(of: operation))
            note(outcomes[outcomes.count - 1])
        }
        for operation in MatrixOperation.all where isChosen(operation.instruction) {
            outcomes.append(outcome(of: operation))
            note(outcomes[outcomes.count - 1])
        }
        return ArithmeticSummary(seed: seed, outcomes)
    }

    // MARK: Elementwise operations

    private func outcome(of operation: ArithmeticOperation) -> ArithmeticOutcome {
        let kernel: ElementwiseKernel
        do throws(PTXError) { kernel = try ElementwiseKernel(operation) } catch {
            return Self.refused(operation.name, "\(error)")
        }
        let patterns = patterns(of: operation)
        let total = patterns ?? max(cases / operation.parts, 1)
        let count = (total + Self.chunk - 1) / Self.chunk
        let checks = Mutex<[OperationCheck?]>(Array(repeating: nil, count: count))
        let problem = Mutex<String?>(nil)
        each(count) { number in
            do throws(SIMTError) {
                let check = try check(operation, kernel, number, of: total)
                checks.withLock { $0[number] = check }
            } catch {
                problem.withLock { $0 = "\(error)" }
            }
        }
        if let problem = problem.withLock({ $0 }) { return Self.refused(operation.name, problem) }
        var whole = OperationCheck(operation, isExhaustive: patterns != nil)
        for check in checks.withLock({ $0 }) { if let check { whole.add(check) } }
        return whole.outcome
    }

    /// Chunk `number` of the cases of an operation.
    private func check(
        _ operation: ArithmeticOperation, _ kernel: ElementwiseKernel, _ number: Int, of total: Int
    ) throws(SIMTError) -> OperationCheck {
        let first = number * Self.chunk
        let count = min(Self.chunk, total - first)
        var source = OperandSource(seed: seed(of: operation.name, number))
        let operands =
            patterns(of: operation) == nil
            ? source.operands(operation.operands, count: count)
            : OperandSource.everything(operation.operands[0], first: first, count: count)
        var check = OperationCheck(operation)
        let whole = try results(kernel, operands, threads: 256)
        check.see(operands, whole)
        // Warps that are not full run other code.
        if number == 0 { check.seeDifference(operands, whole, try results(kernel, operands, threads: 31)) }
        return check
    }

    private func results(
        _ kernel: ElementwiseKernel, _ operands: [[UInt64]], threads: Int
    ) throws(SIMTError) -> [UInt64] {
        let (results, fault) = try kernel.run(operands, threads: threads)
        if let fault { throw SIMTError(.configuration, "\(fault)") }
        return results
    }

    /// How many patterns there are, if all are tried.
    private func patterns(of operation: ArithmeticOperation) -> Int? {
        operation.patterns.flatMap { $0 <= cases ? $0 : nil }
    }

    // MARK: Products of matrices

    private func outcome(of operation: MatrixOperation) -> ArithmeticOutcome {
        let kernel: MatrixKernel
        do throws(PTXError) { kernel = try MatrixKernel(operation) } catch {
            return Self.refused(operation.instruction, "\(error)")
        }
        let warps = max(cases / 16 / 128, 1)
        let count = (warps + Self.warps - 1) / Self.warps
        let checks = Mutex<[MatrixCheck?]>(Array(repeating: nil, count: count))
        let problem = Mutex<String?>(nil)
        each(count) { number in
            var check = MatrixCheck(operation)
            do throws(SIMTError) {
                try check.run(
                    kernel, warps: min(Self.warps, warps - number * Self.warps),
                    seed: seed(of: operation.instruction, number))
            } catch {
                problem.withLock { $0 = "\(error)" }
            }
            let made = check
            checks.withLock { $0[number] = made }
        }
        if let problem = problem.withLock({ $0 }) { return Self.refused(operation.instruction, problem) }
        var whole = MatrixCheck(operation)
        for check in checks.withLock({ $0 }) { if let check { whole.add(check) } }
        return whole.outcome
    }

    // MARK: Parts

    private static func refused(_ name: String, _ reason: String) -> ArithmeticOutcome {
        ArithmeticOutcome(
            operation: name, isExhaustive: false, cases: 0, mismatches: 0, first: [], refusal: reason)
    }

    /// Another seed for every launch of every operation.
    private func seed(of name: String, _ number: Int) -> UInt64 {
        // FNV-1a (Fowler, Noll, Vo).
        let mixed = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
        return seed &* 0x9e37_79b9_7f4a_7c15 ^ mixed &+ UInt64(number) &* 0xd134_2543_de82_ef95
    }

    /// Calls the work for every number below the count, on so many cores.
    private func each(_ count: Int, _ work: @Sendable (Int) -> Void) {
        let next = Atomic<Int>(0)
        DispatchQueue.concurrentPerform(iterations: min(cores, count)) { _ in
            while true {
                let number = next.add(1, ordering: .relaxed).oldValue
                guard number < count else { return }
                work(number)
            }
        }
    }
}
