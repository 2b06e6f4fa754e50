import KernelIR
import Reference
import Testing
import Workers
import Workloads

@testable import Evaluation

@Suite("Admission") struct AdmissionExaminationTests {
    private func passing(_ report: AdmissionReport, _ distribution: InputDistribution) throws -> [String] {
        let found = try #require(report.distributions.first { $0.distribution == distribution })
        return found.controls.filter(\.passed).map(\.control)
    }

    @Test("A product tells every control from a kernel, and keeps KernelBench's distribution for timing")
    func product() async throws {
        let report = try await SmallWorkloads.examine(SmallWorkloads.product)
        #expect(report.decision == .admitted([.normal, .uniform]))
        #expect(report.distributions.map(\.distribution) == [.uniform, .normal, .zeroRich])
        #expect(
            report.distributions[0].controls.map(\.control) == [
                "zero", "mean", "half output", "copy x", "half input", "unread x", "other inputs", "other parameters",
            ])
        #expect(report.distributions.allSatisfy { $0.margin > 1000 && $0.finiteShare == 1 })
    }

    @Test("A distribution on which a copy passes is not chosen")
    func relu() async throws {
        let report = try await SmallWorkloads.examine(SmallWorkloads.relu)
        #expect(try passing(report, .uniform) == ["copy x"])
        #expect(try passing(report, .normal).isEmpty)
        guard case .admitted(let chosen)? = report.decision else { return #expect(Bool(false), "not admitted") }
        #expect(!chosen.contains(.uniform) && chosen.contains(.normal))
    }

    @Test("An output that is identically zero is excluded with that reason, after every distribution was tried")
    func nothing() async throws {
        let report = try await SmallWorkloads.examine(SmallWorkloads.nothing)
        #expect(report.decision == .excluded(reason: "every output is identically zero"))
        #expect(Set(report.distributions.map(\.distribution)) == Set(InputDistribution.allCases).subtracting([.sparse]))
    }

    @Test("A mean of a softmax is excluded: a constant passes, and the inputs do not matter")
    func constant() async throws {
        let report = try await SmallWorkloads.examine(SmallWorkloads.meanOfSoftmax)
        guard case .excluded(let reason)? = report.decision else { return #expect(Bool(false), "admitted") }
        #expect(reason.contains("'mean'") && reason.contains("'other inputs'") && !reason.contains("zero"))
    }

    @Test("Inputs on which float32 does not settle the outputs are not chosen; where none are left the reason says so")
    func unsettled() async throws {
        let report = try await SmallWorkloads.examine(SmallWorkloads.cancelling)
        let normal = try #require(report.distributions.first { $0.distribution == .normal })
        #expect(normal.isSettled == false && !normal.isTelling)
        #expect(
            normal.plain.normwise > 1e-4 && normal.plain.normwise < 1e-3 && !normal.controls.contains(where: \.passed))
        let large = try #require(report.distributions.first { $0.distribution == .largeMagnitude })
        #expect(large.isSettled == true && large.isTelling)
        guard case .admitted(let chosen)? = report.decision else { return #expect(Bool(false), "not admitted") }
        #expect(chosen.contains(.largeMagnitude) && !chosen.contains(.normal) && !chosen.contains(.uniform))
        let others = report.distributions.filter { $0.isSettled == false }
        let rest = AdmissionReport(workload: "rest", name: "rest", distributions: others)
        guard case .excluded(let reason)? = rest.decision else { return #expect(Bool(false), "admitted") }
        #expect(reason.contains("do not settle the outputs"))
    }

    @Test("The closed form of a hinge loss lies much nearer under uniform inputs than under those that are chosen")
    func hinge() async throws {
        let report = try await SmallWorkloads.examine(SmallWorkloads.hinge)
        guard case .admitted(let chosen)? = report.decision else { return #expect(Bool(false), "not admitted") }
        let closedForm = try closedFormSeverity(.uniform)
        let timed = try #require(chosen.last)
        #expect(!chosen.contains(.uniform))
        #expect(try closedFormSeverity(timed) > 10 * closedForm)
        let uniform = try #require(report.distributions.first { $0.distribution == .uniform })
        #expect(!uniform.isClear)
    }

    /// The judge's opinion of 1 − E[p]·mean(t) with the distribution's own mean of p for an E[p] known beforehand.
    private func closedFormSeverity(_ distribution: InputDistribution) throws -> Double {
        let workload = SmallWorkloads.hinge
        let set = try ReferenceInputs(workload, seed: Seed(3)).draw(distribution, seed: Seed(3), name: "hinge")
        let targets = try #require(set.buffers.bytes(of: "t")).bindMemory(to: Float.self)
        let known = distribution == .uniform ? 0.5 : 0.0
        let answer = Float(1 - known * targets.reduce(0.0) { $0 + Double($1) } / Double(targets.count))
        return set.expected[0].compare([answer]).severity
    }

    @Test("The same seed gives the same report, another seed other margins")
    func determinism() async throws {
        let first = try await SmallWorkloads.examine(SmallWorkloads.relu)
        #expect(try await SmallWorkloads.examine(SmallWorkloads.relu) == first)
        let other = try await SmallWorkloads.examine(SmallWorkloads.relu, seed: Seed(8))
        #expect(other != first && other.decision == first.decision)
    }

    @Test("A workload that the reference cannot compute has no decision")
    func unknown() async throws {
        let report = try await SmallWorkloads.examine(SmallWorkloads.unknown)
        #expect(report.decision == nil && report.failure?.contains("no_such_operator") == true)
    }

    @Test("Baselines are judged on every distribution: right, wrong, missing, failing")
    func baselines() async throws {
        let right = BaselineSource(name: "right") { buffers in FakeCandidate(.relu(), buffers) }
        let wrong = BaselineSource(name: "wrong") { buffers in
            FakeCandidate(
                Behaviour { buffers, _ in
                    buffers.map { abs($0) }
                    return .success(.milliseconds(1))
                }, buffers)
        }
        let missing = BaselineSource(name: "missing") { _ throws(KernelwrightError) in
            throw KernelwrightError(.missingComponent, "it is not here", hint: "./kw setup it")
        }
        let crashing = BaselineSource(name: "crashing") { buffers in
            FakeCandidate(Behaviour { _, _ in .failure(.crashed(signal: 11, detail: "gone")) }, buffers)
        }
        let report = try await SmallWorkloads.examine(
            SmallWorkloads.relu, [.uniform, .normal], baselines: [right, wrong, missing, crashing])
        let statuses = report.distributions.prefix(2).map { $0.baselines.map(\.status) }
        #expect(statuses[0] == [.agrees, .agrees, .missing, .unable])
        #expect(statuses[1] == [.agrees, .wrong, .missing, .unable])
        let normal = report.distributions[1].baselines
        #expect(normal[1].message?.contains("'y'") == true && (normal[1].accuracy?.normwise ?? 0) > 0.5)
        #expect(normal[2].message?.contains("./kw setup it") == true)
    }
}
