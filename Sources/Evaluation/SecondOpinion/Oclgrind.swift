import Devices
import KernelIR
import Rendering
import Workers

/// Second opinions by Oclgrind, which interprets every work-item and watches every access.
///
/// It compiles with a compiler of its own and runs in sandboxed workers of its own. At some ten million instructions a
/// second it suits small sizes only; what takes longer than the limit is said to be unfinished.
public struct Oclgrind: SecondExaminer {
    /// One for each detector, in the order in which they are asked.
    private let hosts: [WorkerHost]
    private let limit: Duration

    /// Instructions that are interpreted in a second, about, and instructions of one scalar operation of a workload.
    private static let instructionsPerSecond = 5e6
    private static let instructionsPerOperation = 4.0

    /// - Parameters:
    ///   - limits: those of the device that solutions are written for.
    ///   - limit: how long interpreting one run may take; there are two, for races and for unwritten values.
    /// - Throws: `missingComponent` where it or bubblewrap is not installed.
    public init(
        limits: DeviceLimits, executable: String, limit: Duration = .seconds(120)
    ) throws(KernelwrightError) {
        var hosts: [WorkerHost] = []
        for detector in [InterpretingDriver.Detector.races, .uninitialized] {
            var configuration = WorkerConfiguration(device: "opencl:0", executable: executable)
            configuration.interpreter = try .oclgrind(detector)
            hosts.append(try WorkerHost(limits: limits, configuration: configuration))
        }
        self.hosts = hosts
        self.limit = limit
    }

    public func examine(_ solution: Solution, on buffers: BufferSet, operations: Int) async throws -> SecondOpinion {
        let expected = Double(operations) * Self.instructionsPerOperation / Self.instructionsPerSecond
        guard expected < limit.seconds else {
            return SecondOpinion(
                tool: Self.name, unfinished: "too large to be interpreted: \(operations) operations in a run")
        }
        let start = ContinuousClock.now
        var opinion = try await interpreted(solution, buffers)
        opinion.seconds = (ContinuousClock.now - start).seconds
        return opinion
    }

    private func interpreted(_ solution: Solution, _ buffers: BufferSet) async throws -> SecondOpinion {
        var opinion = SecondOpinion(tool: Self.name)
        let compiled: CompiledSolution
        switch try await hosts[0].compile(Self.readable(solution), deadline: limit) {
        case .success(let program): compiled = program
        case .failure(let failure):
            opinion.unfinished = failure.message
            return opinion
        }
        for host in hosts where opinion.rejection == nil && opinion.unfinished == nil {
            switch try await host.start(compiled, buffers: buffers, deadline: limit) {
            case .failure(let failure): opinion.unfinished = failure.message
            case .success(let running):
                defer { running.stop() }
                running.poison(.ones)
                let answer = await running.run(count: 1, prepare: true, deadline: limit)
                opinion.findings += OclgrindLog(running.log()).findings
                if case .failure(let failure) = answer { opinion.unfinished = failure.message }
            }
        }
        return opinion
    }

    /// The solution in the newest language that Oclgrind's compiler knows; whoever needs more is not examined.
    private static func readable(_ solution: Solution) -> Solution {
        var solution = solution
        solution.options.removeAll { $0.hasPrefix("-cl-std=CL3") }
        return solution
    }

    private static let name = "oclgrind"
}
