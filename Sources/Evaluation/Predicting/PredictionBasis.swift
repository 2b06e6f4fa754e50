import Devices
import KernelIR
import Rendering
import Workers

/// The program that predicted ratios are taken to, for devices whose times come from a model.
///
/// Its own time is a prediction of the same model; it never meets a measured one.
public struct PredictionBasis: Sendable {
    /// What verdicts call it, e.g. `unscheduled`.
    public var name: String
    public var solution: Solution

    public init(name: String, solution: Solution) { (self.name, self.solution) = (name, solution) }

    /// The predicted seconds of one call on the given buffers; nil where the program cannot be compiled or run there.
    ///
    /// - Throws: what the host lacks.
    func predictedSeconds(
        on host: any CandidateHost, buffers: BufferSet, frozenParameters: Bool, limits: Limits
    ) async throws(KernelwrightError) -> Double? {
        guard case .success(let compiled) = try await host.compile(solution, deadline: limits.compile),
            case .success(let running) = try await host.start(compiled, buffers: buffers, deadline: limits.start)
        else { return nil }
        defer { running.stop() }
        let answer = await running.predict(prepare: !frozenParameters, deadline: limits.firstRun)
        guard case .success(let prediction)? = answer else { return nil }
        return prediction.predictedSeconds
    }
}

extension Timing {
    /// One predicted time, beside that of the program that ratios are taken to; an interval of no width.
    init(predictedSeconds seconds: Double, basis: (name: String, seconds: Double)?) {
        self.init(
            samples: [seconds], callsPerBatch: 1, baseline: basis?.name,
            baselineSamples: basis.map { [$0.seconds] } ?? [], seed: 0, predicted: true)
    }
}
