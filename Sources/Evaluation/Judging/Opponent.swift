import KernelIR
import Workers

/// A baseline of a session: judged before it is compared with, then kept paused between its batches.
struct Opponent {
    let name: String
    private let source: BaselineSource
    private let limits: Limits
    private let caches: CacheState
    /// Its version, once it was started.
    private(set) var version: String?
    /// The running baseline; nil before it first faces an input set, and once it is disqualified.
    private(set) var standing: Standing?
    /// Seconds of one call in the last calibration or batch.
    private(set) var callSeconds: Double?
    /// Why it is disqualified, or nil.
    private(set) var fault: String?
    private var faced: Set<String> = []

    /// A running baseline on an input set.
    struct Standing {
        let contender: any Baseline
        /// The memory it computes on.
        var boundTo: BufferSet
        /// Calibrated for that set.
        var timer: BatchTimer
    }

    init(_ source: BaselineSource, limits: Limits, caches: CacheState) {
        self.source = source
        self.caches = caches
        self.limits = limits
        name = source.name
    }

    /// Whether it was neither started nor disqualified so far.
    var isUntried: Bool { version == nil && fault == nil }

    /// Faces several input sets in turn and stays bound to the last.
    mutating func face(all sets: some Sequence<InputSet>) async throws(KernelwrightError) {
        for set in sets { try await face(set) }
    }

    /// Binds to an input set; on the first meeting judges the outputs and finds the length of a batch.
    ///
    /// - Throws: what its environment lacks. A baseline that fails is disqualified instead.
    mutating func face(_ set: InputSet) async throws(KernelwrightError) {
        guard fault == nil, standing?.boundTo !== set.buffers || !faced.contains(set.name) else { return }
        guard var standing = try await stand(on: set) else { return }
        do throws(Rejection) {
            if standing.boundTo !== set.buffers {
                standing.contender.resume()
                if let failure = await standing.contender.bind(set.buffers, deadline: limits.start) {
                    throw Rejection(failure)
                }
                standing.boundTo = set.buffers
            }
            if faced.insert(set.name).inserted {
                let judged = try await standing.contender.judged(on: set, limits: limits)
                if let rejection = judged.rejection { throw rejection }
            }
            callSeconds = try await standing.timer.calibrate(guess: callSeconds ?? 1)
            standing.timer.spentSeconds = 0
            self.standing = standing
        } catch {
            disqualify(error.message)
        }
    }

    /// Ends its part in the session.
    mutating func disqualify(_ reason: String) {
        fault = "baseline \(name) is disqualified: \(reason)"
        callSeconds = nil
        stop()
    }

    /// Ends its process.
    mutating func stop() {
        standing?.contender.stop()
        standing = nil
    }

    /// The running baseline, started where it is not yet; nil where it cannot run the workload.
    private mutating func stand(on set: InputSet) async throws(KernelwrightError) -> Standing? {
        if let standing { return standing }
        do throws(KernelwrightError) {
            let contender = try await source.start(set.buffers)
            version = contender.version
            let timer = BatchTimer(contender, callLimit: limits.run, batchSeconds: caches.batchSeconds)
            standing = Standing(contender: contender, boundTo: set.buffers, timer: timer)
            return standing
        } catch  where error.code == .badInput {
            disqualify(([error.message] + [error.cause].compactMap { $0 }).joined(separator: ": "))
            return nil
        }
    }
}
