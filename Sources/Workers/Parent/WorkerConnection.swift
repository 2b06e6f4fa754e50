import CSandbox
import Glibc
import KernelIR
import Synchronization

/// A worker and the conversation with it; after a failure the worker is gone.
final class WorkerConnection: Sendable {
    struct Answer: Sendable {
        var reply: WorkerReply
        var files: [FileDescriptor]
        /// From just before the request was sent to just after the answer came, on this process's monotonic clock.
        var elapsed: Duration
    }

    let process: WorkerProcess
    private let channel: Mutex<MessageChannel>
    private let report: WorkerReport
    private let watched = Mutex<[ArenaLayout.Region]>([])

    /// Starts a worker and waits until its device is ready.
    ///
    /// - Throws: `missingComponent` with the worker's last words when it does not get there.
    init(_ command: WorkerCommand, thread: SpawnThread) throws(KernelwrightError) {
        var ends: [Int32] = [-1, -1]
        let own: FileDescriptor
        do {
            try SystemError.check(sandbox_socket_pair(&ends))
            own = try FileDescriptor(ends[0])
            let other = try FileDescriptor(ends[1])
            report = try WorkerReport()
            process = try WorkerProcess(command, socket: other, report: report.file, thread: thread)
        } catch let error as KernelwrightError {
            throw error
        } catch {
            throw KernelwrightError(.missingComponent, "a worker cannot be reached", cause: "\(error)")
        }
        let conversation = MessageChannel(own)
        let greeting = try? conversation.receive(WorkerReply.self, deadline: .now + .seconds(60))
        guard case .ready? = greeting?.message.body, let worker = conversation.peer else {
            process.kill()
            throw KernelwrightError(
                .missingComponent, "a worker did not become ready",
                hint: "try `bwrap --unshare-all --ro-bind / / true`",
                cause: process.logTail())
        }
        process.identify(worker)
        channel = Mutex(conversation)
    }

    /// Tells which buffers the worker will be watching, in its order.
    func watch(_ regions: [ArenaLayout.Region]) { watched.withLock { $0 = regions } }

    /// Sends a request and waits for the answer.
    func request(
        _ request: WorkerRequest, files: [FileDescriptor] = [], timeout: Duration
    ) -> Result<Answer, WorkerFailure> {
        channel.withLock { channel in
            let token = UInt64.random(in: 1...UInt64.max)
            let start = ContinuousClock.now
            do throws(MessageChannel.Failure) {
                try channel.send(Envelope(token: token, body: request), files: files)
                let (message, files) = try channel.receive(WorkerReply.self, deadline: start + timeout)
                let elapsed = ContinuousClock.now - start
                guard message.token == token else { throw .malformed("a stale or guessed token") }
                if case .refused(let failure) = message.body { return .failure(failure) }
                return .success(Answer(reply: message.body, files: files, elapsed: elapsed))
            } catch {
                return .failure(diagnose(error, timeout: timeout))
            }
        }
    }

    private func diagnose(_ failure: MessageChannel.Failure, timeout: Duration) -> WorkerFailure {
        switch failure {
        case .timedOut:
            process.kill()
            return .timedOut(seconds: timeout / .seconds(1))
        case .malformed(let text):
            process.kill()
            return .crashed(signal: 0, detail: "the worker's answer was \(text)")
        case .closed:
            return ending()
        }
    }

    /// Why a worker that hung up is gone.
    private func ending() -> WorkerFailure {
        let signal = process.endingSignal()
        process.kill()
        if let told = report.failure(watching: watched.withLock { $0 }) { return told }
        let log = process.logTail()
        if ["out of memory", "bad_alloc", "Cannot allocate memory"].contains(where: log.contains) {
            return .outOfMemory(log)
        }
        switch signal {
        // Nobody but the kernel's memory killer and this process sends it.
        case SIGKILL: return .outOfMemory("the worker was killed for want of memory")
        case SIGSYS: return .sandboxViolation(systemCall: nil)
        case SIGXCPU: return .timedOut(seconds: 0)
        default: return .crashed(signal: signal ?? 0, detail: log)
        }
    }
}
