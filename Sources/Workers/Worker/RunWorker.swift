import CSandbox
import Devices
import Glibc
import Rendering

/// Loads one candidate and runs it.
///
/// System calls are filtered in two steps: before the candidate's binary is read, everything but loading is given up
/// and calls from outside the C library are refused; when every launch has run once, so that its code is loaded, files
/// are given up too. A driver that interprets kernels, as the emulator does, starts threads for every launch and runs none
/// of their code; its worker gives up what a compiler never needs.
final class RunWorker {
    private let setup: WorkerSetup
    private let text: [sandbox_text]
    private var buffers: MappedBuffers?
    private var attached: [MappedBuffers] = []
    private var watched: WatchedRegions?
    private var plan: (any LoadedSolution)?
    private var hasPrepare = false
    private var isSealed = false

    init(_ options: WorkerOptions, interprets: Bool) throws {
        setup = try WorkerSetup(options)
        text = ProgramText.own()
        guard !text.isEmpty else { throw SystemError(code: ENOENT) }
        isSealed = interprets
        if interprets { try setup.seal(SANDBOX_COMPILE, []) } else { try setup.seal(SANDBOX_LOAD, text) }
    }

    func serve() -> Int32 {
        setup.serve { request, files in
            do { return (try answer(request, files), []) } catch let failure as DeviceFailure {
                return (.refused(WorkerFailure(failure)), [])
            } catch { return (.refused(.outOfMemory("\(error)")), []) }
        }
    }

    private func answer(_ request: WorkerRequest, _ files: [FileDescriptor]) throws -> WorkerReply {
        switch request {
        case .load(let solution, let device, let layouts):
            return try load(solution, device, layouts, files)
        case .bind(let layouts):
            try bind(layouts, files)
            return .done
        case .run(let count, let prepare):
            try run(prepare) { plan throws(DeviceFailure) in try plan.run(count: count, prepare: prepare) }
            return ran
        case .attach(let sealed, let outputs):
            try attach(sealed, outputs, files)
            return .done
        case .runAttached(let prepare):
            try run(prepare) { plan throws(DeviceFailure) in try plan.runAttached(prepare: prepare) }
            return ran
        case .timeLaunches(let prepare):
            var seconds: [Double] = []
            try run(prepare) { plan throws(DeviceFailure) in seconds = try plan.timeLaunches(prepare: prepare) }
            return .launches(seconds: seconds)
        case .predict(let prepare):
            var prediction: PlanPrediction?
            try run(prepare) { plan throws(DeviceFailure) in prediction = try plan.predict(prepare: prepare) }
            return .predicted(prediction)
        case .compile:
            return .refused(.invalidPlan("a run worker does not compile"))
        }
    }

    private var ran: WorkerReply {
        .ran(
            coverage: plan?.coverage ?? 0, deviceSeconds: plan?.deviceSeconds, outputSamples: plan?.outputSamples)
    }

    private func load(
        _ solution: Solution, _ device: String, _ layouts: ArenaLayouts, _ files: [FileDescriptor]
    ) throws -> WorkerReply {
        guard let binary = files.first else { throw SystemError(code: EBADF) }
        let bytes = try binary.contents()
        let mapped = try MappedBuffers(Array(files.dropFirst()), layouts)
        let clock = ContinuousClock()
        let start = clock.now
        plan = try setup.device.load(solution, ProgramBinary(device: device, bytes: bytes), buffers: mapped.memory)
        buffers = mapped
        watch()
        hasPrepare = solution.launches.contains { $0.phase == .prepare }
        return .loaded(driverSeconds: (clock.now - start) / .seconds(1))
    }

    private func bind(_ layouts: ArenaLayouts, _ files: [FileDescriptor]) throws {
        let mapped = try MappedBuffers(files, layouts)
        try plan?.bind(mapped.memory)
        buffers = mapped
        watch()
    }

    private func attach(_ sealed: ArenaLayout, _ outputs: ArenaLayout, _ files: [FileDescriptor]) throws {
        let mapped = try MappedBuffers(files, sealed: sealed, outputs: outputs)
        try plan?.attach(mapped.memory)
        attached.append(mapped)
        watch()
    }

    /// Has the signal handler tell faults in all mapped buffers, in the order in which they came.
    private func watch() {
        watched = WatchedRegions((buffers?.watched ?? []) + attached.flatMap(\.watched))
    }

    private func run(_ prepare: Bool, _ launch: (any LoadedSolution) throws(DeviceFailure) -> Void) throws {
        if let plan { try launch(plan) }
        if !isSealed, prepare || !hasPrepare {
            try SystemError.check(sandbox_install(SANDBOX_RUN, text, text.count))
            isSealed = true
        }
    }
}
