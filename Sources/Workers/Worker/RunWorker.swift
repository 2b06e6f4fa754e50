import CSandbox
import Devices
import Glibc
import Rendering

/// Loads one candidate and runs it.
///
/// System calls are filtered in two steps: before the candidate's binary is read, everything but loading is given up
/// and calls from outside the C library are refused; when every launch has run once, so that its code is loaded, files
/// are given up too.
final class RunWorker {
    private let setup: WorkerSetup
    private let text: [sandbox_text]
    private var buffers: MappedBuffers?
    private var plan: (any LoadedSolution)?
    private var hasPrepare = false
    private var isSealed = false

    init(_ options: WorkerOptions) throws {
        setup = try WorkerSetup(options)
        text = ProgramText.own()
        guard !text.isEmpty else { throw SystemError(code: ENOENT) }
        try setup.seal(SANDBOX_LOAD, text)
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
            try run(count, prepare)
            return .done
        case .compile:
            return .refused(.invalidPlan("a run worker does not compile"))
        }
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
        hasPrepare = solution.launches.contains { $0.phase == .prepare }
        return .loaded(driverSeconds: (clock.now - start) / .seconds(1))
    }

    private func bind(_ layouts: ArenaLayouts, _ files: [FileDescriptor]) throws {
        let mapped = try MappedBuffers(files, layouts)
        try plan?.bind(mapped.memory)
        buffers = mapped
    }

    private func run(_ count: Int, _ prepare: Bool) throws {
        try plan?.run(count: count, prepare: prepare)
        if !isSealed, prepare || !hasPrepare {
            try SystemError.check(sandbox_install(SANDBOX_RUN, text, text.count))
            isSealed = true
        }
    }
}
