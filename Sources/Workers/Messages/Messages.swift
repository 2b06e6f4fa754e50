import Devices
import Rendering

/// What a parent asks of a worker; one JSON line each, descriptors go along where said.
enum WorkerRequest: Sendable, Codable {
    /// Answered by `compiled` with the binary's file.
    case compile(Solution)
    /// Comes with four files: binary, sealed arena (read-only), outputs, scratch.
    case load(Solution, device: String, arenas: ArenaLayouts)
    /// Comes with three files: sealed arena, outputs, scratch.
    case bind(ArenaLayouts)
    case run(count: Int, prepare: Bool)
    /// Comes with two files: sealed arena and outputs of another set of some of the bound buffers.
    case attach(sealed: ArenaLayout, outputs: ArenaLayout)
    /// Once on each attached set.
    case runAttached(prepare: Bool)
    /// Once, with a wait after every launch; answered by `launches`.
    case timeLaunches(prepare: Bool)
    /// Answered by `predicted`.
    case predict(prepare: Bool)
}

/// What a worker answers.
enum WorkerReply: Sendable, Codable {
    /// Sent once, unasked, when the device is ready.
    case ready
    case compiled(log: String, driverSeconds: Double)
    case loaded(driverSeconds: Double)
    case done
    /// The plan ran; `coverage` is the fraction of its work-groups that did, `deviceSeconds` the device's own time of
    /// the launches where memory was copied around them, `outputSamples` what work-groups wrote where not all did run.
    case ran(coverage: Double, deviceSeconds: Double?, outputSamples: [OutputSample]?)
    /// Seconds of each launch of the plan, by the worker's own clock.
    case launches(seconds: [Double])
    /// How long the plan would take, by the device's model; nil where it has a clock.
    case predicted(PlanPrediction?)
    case refused(WorkerFailure)
}

/// The layouts of the arenas a plan works on, in the order of their descriptors.
struct ArenaLayouts: Sendable, Codable {
    var sealed: ArenaLayout
    var outputs: ArenaLayout
    var scratch: ArenaLayout
}

/// A message with a token that only the receiver of the request knows, so that stale or guessed answers do not count.
struct Envelope<Body: Sendable & Codable>: Sendable, Codable {
    var token: UInt64
    var body: Body
}
