import CSandbox
import Devices
import Glibc
import Rendering

/// Builds programs and hands back the driver's binaries.
struct CompileWorker {
    private let setup: WorkerSetup
    /// The device, where its launches do nothing here, so that they can be rehearsed to finish compilation.
    private let inert: OpenCLDevice?

    init(_ options: WorkerOptions, makeInert: (String) -> Void) throws {
        setup = try WorkerSetup(options)
        if let cache = getenv("POCL_CACHE_DIR") { makeInert(String(cString: cache)) }
        // This also loads the compiler, so that the first candidate does not pay for it.
        inert = (setup.device as? OpenCLDevice).flatMap { (try? $0.launchesAreInert()) == true ? $0 : nil }
        try setup.seal(SANDBOX_COMPILE, [])
    }

    func serve() -> Int32 {
        setup.serve { request, _ in
            guard case .compile(let solution) = request else {
                return (.refused(.invalidPlan("a compile worker only compiles")), [])
            }
            do { return try compile(solution) } catch let failure as DeviceFailure {
                return (.refused(WorkerFailure(failure)), [])
            } catch { return (.refused(.outOfMemory("\(error)")), []) }
        }
    }

    private func compile(_ solution: Solution) throws -> (WorkerReply, [FileDescriptor]) {
        let clock = ContinuousClock()
        let start = clock.now
        let compilation =
            if let inert { try inert.compile(solution, rehearsing: true) } else { try setup.device.compile(solution) }
        let seconds = (clock.now - start) / .seconds(1)
        let file = try FileDescriptor.shared(compilation.binary.bytes)
        return (.compiled(log: String(compilation.log.prefix(1 << 16)), driverSeconds: seconds), [file])
    }
}

extension WorkerFailure {
    /// What a device's refusal is called in a verdict.
    public init(_ failure: DeviceFailure) {
        self =
            switch failure {
            case .compileError(let log): .compileError(log: String(log.prefix(1 << 16)))
            case .invalidPlan(let text): .invalidPlan(text)
            case .launchError(let text): .launchError(text)
            case .outOfMemory(let text): .outOfMemory(text)
            case .fault(let fault): .fault(fault)
            case .deviceLost(let text): .crashed(signal: 0, detail: text)
            }
    }
}
