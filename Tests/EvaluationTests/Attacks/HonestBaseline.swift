import KernelIR
import Rendering
import Workers

@testable import Evaluation

/// The honest kernel of a stage in a worker of its own, so that a speed-up above one tells a gain.
struct HonestBaseline: Baseline {
    let name = "honest"
    let version = "1"
    private let running: any RunningCandidate

    /// Where a session gets it.
    static func source(_ solution: Solution, _ host: WorkerHost) -> BaselineSource {
        BaselineSource(name: "honest") { buffers throws(KernelwrightError) in
            let result = try await host.compile(solution, deadline: .seconds(60))
            guard case .success(let compiled) = result else {
                throw KernelwrightError(.badInput, "the honest kernel does not compile: \(result)")
            }
            let started = try await host.start(compiled, buffers: buffers, deadline: .seconds(60))
            guard case .success(let running) = started else {
                throw KernelwrightError(.badInput, "the honest kernel does not start: \(started)")
            }
            return HonestBaseline(running: running)
        }
    }

    func bind(_ buffers: BufferSet, deadline: Duration) async -> WorkerFailure? {
        await running.bind(buffers, deadline: deadline)
    }

    func run(count: Int, deadline: Duration) async -> Result<Duration, WorkerFailure> {
        await running.run(count: count, prepare: true, deadline: deadline)
    }

    func pause() { running.pause() }
    func resume() { running.resume() }
    func stop() { running.stop() }
}
