import Devices
import Foundation
import KernelIR
import Rendering
import Synchronization
import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite("Judging session") struct JudgingSessionTests {
    static let ceilings = Ceilings(
        copyBytesPerSecond: 1e10, readBytesPerSecond: 2e10, flopsPerSecond: 1e11, launchSeconds: 1e-5)

    static let floors: [String: Behaviour] = [
        "floor": .relu(milliseconds: 3), "floor past the caches": .relu(milliseconds: 1),
    ]

    /// A session whose candidates are called as their behaviours.
    func session(
        _ behaviours: [String: Behaviour], failures: [String: WorkerFailure] = [:], baseline: Behaviour? = nil,
        others: [BaselineSource] = [], demandsDeterminism: Bool = false, fewThreads: [String: Behaviour] = [:]
    ) async throws -> JudgingSession {
        let setting = setting(
            behaviours, failures: failures, demandsDeterminism: demandsDeterminism, fewThreads: fewThreads)
        let sources = [baseline].compactMap { $0 }.map { baseline in
            BaselineSource(name: "fake") { buffers in FakeCandidate(baseline, buffers) }
        }
        return try await JudgingSession(setting, baselines: sources + others)
    }

    /// What such a session is made of.
    func setting(
        _ behaviours: [String: Behaviour], failures: [String: WorkerFailure] = [:], demandsDeterminism: Bool = false,
        fewThreads: [String: Behaviour] = [:]
    ) -> JudgingSession.Setting {
        let type = TensorType(dtype: .float32, shape: [1000])
        let workload = Workload(
            name: "relu", inputs: [TensorSpec(name: "x", dtype: .float32, shape: [1000])],
            nodes: [Node(name: "y", op: "aten.relu.default", arguments: [.value("x")], outputs: [type])],
            outputs: ["y"])
        let ticks = Mutex(0)
        let host = FakeHost(
            behaviours: behaviours.merging(Self.floors) { own, _ in own },
            compileFailures: failures, fewThreads: fewThreads)
        return JudgingSession.Setting(
            workload: workload, host: host, inputs: FakeInputs(seed: Seed(1)),
            provenance: Provenance(device: "fake", driver: "fake 1", hostCPU: "none", sandboxed: false),
            target: .genericAVX512, ceilings: Self.ceilings, demandsDeterminism: demandsDeterminism,
            time: MonotonicTime {
                ticks.withLock {
                    $0 += 1; return .seconds($0)
                }
            })
    }

    func solution(_ name: String) -> Solution {
        Solution(
            name: name, workload: "w", target: .init(language: .opencl, profile: "cpu"), sources: [],
            launches: [.init(kernel: "k", grid: [1], block: [1], arguments: [.input("x"), .output("y")])],
            author: "test")
    }

    func verdict(of behaviour: Behaviour, effort: Effort = .quick) async throws -> Verdict {
        try await session(["it": behaviour]).judge(solution("it"), effort: effort)
    }

    @Test("a correct candidate is timed against the baseline, and the split of its cost is told")
    func correct() async throws {
        let session = try await session(["it": .relu(milliseconds: 2)], baseline: .relu(milliseconds: 5))
        let verdict = try await session.judge(solution("it"), effort: .quick)
        #expect(verdict.status == .correct)
        #expect(verdict.medianSeconds == 0.002)
        #expect(verdict.speedup == RatioInterval(ratio: 2.5, low: 2.5, high: 2.5))
        #expect(verdict.timing?.baseline == "fake")
        #expect(verdict.timing?.samples.count == verdict.timing?.baselineSamples.count)
        #expect((verdict.timing?.samples.count ?? 0) >= 3)
        #expect(0.002 * Double(verdict.timing?.callsPerBatch ?? 0) >= 0.02)
        #expect(verdict.accuracy.map(\.inputSet) == ["checking", "timed"])
        #expect(verdict.costs.compileSeconds == 0.25)
        #expect(verdict.costs.loadSeconds == 0.05)
        #expect(verdict.costs.firstLaunchSeconds == 0.002)
        #expect(verdict.costs.kernelSeconds > 0.06)
        #expect(verdict.costs.baselineSeconds > 0.06)
        #expect(verdict.provenance.sandboxed)
        #expect(verdict.provenance.seed == nil)
        #expect(verdict.provenance.versions == ["fake": "1"])
        #expect(verdict.profile?.minimumBytes == 8000)
    }

    @Test("every way to fail becomes its status, and the session goes on")
    func failures() async throws {
        let behaviours: [String: Behaviour] = [
            "zeros": Behaviour { buffers, _ in
                buffers.map { _ in 0 }
                return .success(.milliseconds(1))
            },
            "nan": Behaviour { buffers, _ in
                buffers.map { $0 > 2 ? .nan : max($0, 0) }
                return .success(.milliseconds(1))
            },
            "half": Behaviour { buffers, _ in
                buffers.map { Float(Float16(max($0, 0))) }
                return .success(.milliseconds(1))
            },
            "nothing": Behaviour { _, _ in .success(.milliseconds(1)) },
            "crash": Behaviour { _, _ in .failure(.crashed(signal: 11, detail: "")) },
            "hang": Behaviour { _, _ in .failure(.timedOut(seconds: 2)) },
            "escape": Behaviour { _, _ in .failure(.sandboxViolation(systemCall: "openat")) },
            "greedy": Behaviour { _, _ in .failure(.outOfMemory("no memory")) },
            "bounds": Behaviour(damage: .outOfBounds(buffer: "y")) { buffers, _ in
                buffers.map { max($0, 0) }
                return .success(.milliseconds(1))
            },
            "good": .relu(),
        ]
        let session = try await session(behaviours, failures: ["syntax": .compileError(log: "expected ';'")])
        let statuses: [(String, Verdict.Status)] = [
            ("zeros", .wrongValues), ("nan", .nonFinite), ("half", .precisionDowngrade), ("nothing", .wrongValues),
            ("crash", .crashed), ("hang", .timedOut), ("escape", .sandboxViolation), ("greedy", .outOfMemory),
            ("bounds", .outOfBounds), ("syntax", .compileError), ("missing", .invalidPlan),
        ]
        for (name, status) in statuses {
            let verdict = try await session.judge(solution(name), effort: .quick)
            #expect(verdict.status == status, "\(name)")
            #expect(verdict.message?.isEmpty == false, "\(name)")
            #expect(verdict.timing == nil, "\(name)")
            #expect(try await session.judge(solution("good"), effort: .quick).isCorrect)
        }
        let hang = try await session.judge(solution("hang"), effort: .quick)
        #expect(hang.costs.firstLaunchSeconds == 2)
        let nothing = try await session.judge(solution("nothing"), effort: .quick)
        #expect(nothing.message?.contains("1000 of 1000 elements were never written") == true)
    }

    @Test("outputs that no timed call writes are noticed, though an earlier call left them right")
    func skippedWork() async throws {
        let lazy = Behaviour { buffers, call in
            if call < 2 { buffers.map { max($0, 0) } }
            return .success(.microseconds(call < 2 ? 1000 : 1))
        }
        let verdict = try await verdict(of: lazy)
        #expect(verdict.status == .cheated)
    }

    @Test("a candidate that is right at first and wrong while it is timed is rejected")
    func wrongLater() async throws {
        let late = Behaviour { buffers, call in
            buffers.map { max($0, call < 40 ? 0 : 0.01) }
            return .success(.milliseconds(1))
        }
        #expect(try await verdict(of: late).status == .wrongValues)
    }

    @Test("a baseline with wrong outputs is disqualified, and the verdict says so")
    func wrongBaseline() async throws {
        let wrong = Behaviour { buffers, _ in
            buffers.map { $0 }
            return .success(.milliseconds(1))
        }
        let session = try await session(["it": .relu()], baseline: wrong)
        let verdict = try await session.judge(solution("it"), effort: .quick)
        #expect(verdict.isCorrect)
        #expect(verdict.speedup == nil)
        #expect(verdict.message?.contains("disqualified") == true)
        #expect(await session.baselineFault == verdict.message)
    }

    @Test("further baselines face only the candidate that is to be certified, each judged before")
    func severalBaselines() async throws {
        let started = Mutex<[String]>([])
        func source(_ name: String, _ behaviour: Behaviour) -> BaselineSource {
            BaselineSource(name: name) { buffers in
                started.withLock { $0.append(name) }
                return FakeCandidate(behaviour, buffers)
            }
        }
        let wrong = Behaviour { buffers, _ in
            buffers.map { $0 }
            return .success(.milliseconds(1))
        }
        let refused = BaselineSource(name: "refused") { _ throws(KernelwrightError) in
            throw KernelwrightError(.badInput, "cannot run it", cause: "no operator")
        }
        let session = try await session(
            ["it": .relu(milliseconds: 2), "nothing": Behaviour { _, _ in .success(.milliseconds(1)) }],
            baseline: .relu(milliseconds: 5),
            others: [source("slow", .relu(milliseconds: 8)), source("wrong", wrong), refused])
        let quick = try await session.judge(solution("it"), effort: .quick)
        #expect(quick.timing?.others == [])
        #expect(started.withLock { $0 } == [])
        #expect(try await session.certify(solution("nothing")).timing == nil)
        let verdict = try await session.certify(solution("it"))
        #expect(started.withLock { $0 } == ["slow", "wrong"])
        #expect(verdict.speedup?.ratio == 2.5)
        let others = try #require(verdict.timing?.others)
        #expect(others.map(\.name) == ["slow", "wrong", "refused"])
        #expect(others.map(\.speedup?.ratio) == [4, nil, nil])
        #expect(others.map(\.medianSeconds) == [0.008, nil, nil])
        #expect(others[0].samples.count == verdict.timing?.samples.count)
        #expect(others[0].fault == nil)
        #expect(others[1].fault?.contains("wrong is disqualified: output 'y' on the checking inputs") == true)
        #expect(others[2].fault == "baseline refused is disqualified: cannot run it: no operator")
        #expect(verdict.message == nil)
        #expect(verdict.provenance.versions == ["fake": "1", "slow": "1", "wrong": "1"])
        let data = try JSONEncoder().encode(verdict)
        #expect(try JSONDecoder().decode(Verdict.self, from: data) == verdict)
    }

    @Test("a main baseline that cannot run the workload is disqualified; a missing component ends the session")
    func mainBaselineCannotStart() async throws {
        for (code, ends) in [(KernelwrightError.Code.badInput, false), (.missingComponent, true)] {
            let source = BaselineSource(name: "main") { _ throws(KernelwrightError) in
                throw KernelwrightError(code, "not here")
            }
            guard !ends else {
                await #expect(throws: KernelwrightError.self) { try await session([:], others: [source]) }
                continue
            }
            let tolerant = try await session(["it": .relu()], others: [source])
            let verdict = try await tolerant.judge(solution("it"), effort: .quick)
            #expect(verdict.isCorrect && verdict.speedup == nil)
            #expect(verdict.timing?.baselineFault == "baseline main is disqualified: not here")
        }
    }

    @Test("outputs that a baseline keeps elsewhere are collected before they are judged")
    func collected() async throws {
        let source = BaselineSource(name: "keeper") { buffers in KeepingBaseline(buffers) }
        let session = try await session(["it": .relu(milliseconds: 2)], others: [source])
        #expect(await session.baselineFault == nil)
        #expect(try await session.judge(solution("it"), effort: .quick).speedup?.ratio == 2)
    }

    @Test("a candidate far behind the best so far is timed for one round only")
    func hopeless() async throws {
        let session = try await session(
            ["fast": .relu(milliseconds: 1), "slow": .relu(milliseconds: 10)], baseline: .relu(milliseconds: 2))
        _ = try await session.judge(solution("fast"), effort: .quick)
        let slow = try await session.judge(solution("slow"), effort: .quick)
        #expect(slow.isCorrect)
        #expect(slow.timing?.stoppedEarly == true)
        #expect(slow.timing?.samples.count == 1)
        #expect(slow.speedup?.ratio == 0.2)
    }

    @Test("certification uses inputs of its own, examines determinism, times the floor and reveals the seed")
    func certification() async throws {
        let session = try await session(["it": .relu(milliseconds: 2)], baseline: .relu(milliseconds: 2))
        let verdict = try await session.certify(solution("it"))
        #expect(verdict.isCorrect)
        #expect(verdict.accuracy.map(\.inputSet) == ["heldOut", "heldOut", "heldOut"])
        #expect(verdict.determinism == Determinism(runs: 5, bitwise: true))
        #expect(verdict.profile?.floorFraction == 0.5)
        #expect(verdict.provenance.seed == Seed(1))
        #expect((verdict.timing?.samples.count ?? 0) >= 10)
        #expect(verdict.timing?.sittings?.count == 5)
        #expect(verdict.timing?.sittings?.reduce(0, +) == verdict.timing?.samples.count)
    }

    @Test("a kernel whose processes differ in speed is no faster than itself")
    func processesDiffer() async throws {
        let processes = Mutex(0)
        func varying() -> Behaviour {
            let slow = Mutex(false)
            return Behaviour { buffers, call in
                if call == 0 {
                    let number = processes.withLock { count in
                        count += 1
                        return count
                    }
                    var lot = SplitMix64(seed: UInt64(number))
                    slow.withLock { $0 = Bool.random(using: &lot) }
                }
                buffers.map { max($0, 0) }
                return .success(.microseconds(slow.withLock { $0 } ? 2600 : 2000))
            }
        }
        let setting = setting(["it": varying(), "itself": varying()])
        let itself = SolutionBaseline.source(solution("itself"), on: setting.host)
        let session = try await JudgingSession(setting, baselines: [itself])
        let verdict = try await session.certify(solution("it"))
        #expect(verdict.isCorrect)
        #expect(processes.withLock { $0 } >= 10)
        #expect(verdict.speedup?.outcome == .tie, "\(verdict.speedup.map(String.init(describing:)) ?? "none")")
    }

    @Test("runs that differ in their bits are told")
    func nondeterminism() async throws {
        let unsteady = Behaviour { buffers, call in
            buffers.map { max($0, 0) * (call % 3 == 0 ? 1 : 1 + 0x1p-23) }
            return .success(.milliseconds(1))
        }
        let verdict = try await verdict(of: unsteady, effort: .full)
        #expect(verdict.isCorrect)
        #expect(verdict.deterministic == false)
        let strict = try await session(["it": unsteady, "good": .relu()], demandsDeterminism: true)
        #expect(try await strict.judge(solution("it"), effort: .quick).status == .nondeterministic)
        #expect(try await strict.judge(solution("good"), effort: .quick).deterministic == true)
    }

    @Test("bits that depend on the number of threads or on the process are told with the reason")
    func variations() async throws {
        func scaled(_ factor: Float) -> Behaviour {
            Behaviour { buffers, _ in
                buffers.map { max($0, 0) * factor }
                return .success(.milliseconds(1))
            }
        }
        func determinism(_ behaviour: Behaviour, few: Behaviour) async throws -> Determinism? {
            let session = try await session(["it": behaviour], fewThreads: ["it": few])
            return try await session.judge(solution("it"), effort: .full).determinism
        }
        let next: Float = 1 + 0x1p-23
        #expect(
            try await determinism(scaled(1), few: scaled(next)) == Determinism(runs: 4, bitwise: false, cause: .threads)
        )
        let hangs = Behaviour { _, _ in .failure(.timedOut(seconds: 1)) }
        #expect(try await determinism(scaled(1), few: hangs)?.cause == .threads)
        // Every process but the first multiplies by another number.
        let processes = Mutex(0)
        let moody = Behaviour { buffers, call in
            let started = processes.withLock { count in
                if call == 0 { count += 1 }
                return count
            }
            let isFirst = started == 1
            buffers.map { max($0, 0) * (isFirst ? 1 : next) }
            return .success(.milliseconds(1))
        }
        #expect(try await determinism(moody, few: scaled(next))?.cause == .addresses)
    }

    @Test("candidates asked for at once are judged one at a time, and equal runs give equal verdicts")
    func repeatable() async throws {
        let behaviours = ["a": Behaviour.relu(milliseconds: 3), "b": .relu(milliseconds: 4)]
        let together = try await session(behaviours, baseline: .relu(milliseconds: 5))
        async let first = together.judge(solution("a"), effort: .quick)
        async let second = together.judge(solution("b"), effort: .quick)
        #expect(try await [first.medianSeconds, second.medianSeconds] == [0.003, 0.004])
        let one = try await session(behaviours).judge(solution("a"), effort: .full)
        let other = try await session(behaviours).judge(solution("a"), effort: .full)
        #expect(one == other)
    }

    @Test("a verdict survives its JSON form, which carries the flat summary")
    func json() async throws {
        let session = try await session(["it": .relu(milliseconds: 2)], baseline: .relu(milliseconds: 5))
        let verdict = try await session.certify(solution("it"))
        let data = try JSONEncoder().encode(verdict)
        #expect(try JSONDecoder().decode(Verdict.self, from: data) == verdict)
        let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["status"] as? String == "correct")
        #expect(object["medianSeconds"] as? Double == 0.002)
        #expect(object["deterministic"] as? Bool == true)
        #expect(object["maxAbsoluteError"] as? Double == 0)
        #expect((object["speedup"] as? [String: Any])?["low"] as? Double == 2.5)
    }
}
