import CSandbox
import Devices
import Dispatch
import FoundationEssentials
import Glibc
import KernelIR
import Synchronization

/// One worker process and, around it, bubblewrap and the first process of its namespace.
final class WorkerProcess: Sendable {
    private struct State {
        /// The child of this process: bubblewrap, or the worker itself.
        var child: pid_t
        /// The worker in this process's numbering, once known.
        var worker: pid_t?
        /// How the child ended.
        var status: Int32?

        /// Whether the signals that end it were sent; a second time they might meet another process.
        var isEnding = false

        /// Sends the signals that end the child and all others of its namespace.
        mutating func terminate() {
            guard status == nil, !isEnding else { return }
            isEnding = true
            guard let worker else {
                Glibc.kill(child, SIGKILL)
                return
            }
            let first = WorkerProcess.parent(of: worker)
            Glibc.kill(worker, SIGKILL)
            // The end of a namespace's first process is the end of all others in it.
            if let first, first != child, first != getpid() { Glibc.kill(first, SIGKILL) }
        }
    }

    /// What the worker and its libraries print.
    private let log: FileDescriptor
    private let state: Mutex<State>
    // The worker dies with the thread that started it.
    private let thread: SpawnThread

    /// Starts a worker with the given socket and report file as its descriptors 0 and 3.
    init(
        _ command: WorkerCommand, socket: FileDescriptor, report: FileDescriptor, thread: SpawnThread
    ) throws(KernelwrightError) {
        self.thread = thread
        do { log = try FileDescriptor(sandbox_shared_file("log")) } catch {
            throw KernelwrightError(.missingComponent, "no memory for a worker's log", cause: "\(error)")
        }
        let descriptors = [socket.raw, log.raw, log.raw, report.raw]
        let (error, child) = thread.run { Self.spawn(command, descriptors) }
        guard error == 0 else {
            throw KernelwrightError(
                .missingComponent, "\(command.path) cannot be started", cause: String(cString: strerror(error)))
        }
        state = Mutex(State(child: child))
    }

    deinit { kill() }

    /// Notes the worker's process id, as the kernel reported it with its first message.
    func identify(_ worker: pid_t) { state.withLock { $0.worker = worker } }

    /// Stops every thread of the worker and waits until they stand.
    func pause() {
        guard let worker = signal(SIGSTOP) else { return }
        let deadline = ContinuousClock.now + .seconds(1)
        while !Self.stands(worker), ContinuousClock.now < deadline { sched_yield() }
    }

    func resume() { _ = signal(SIGCONT) }

    /// Kills whatever is left of the worker and its namespace, and leaves it to another thread to see the end of it,
    /// which takes as long as the kernel needs to take its memory back.
    func discard() {
        state.withLock { $0.terminate() }
        DispatchQueue.global().async { self.kill() }
    }

    /// Kills whatever is left of the worker and its namespace; returns when nothing is.
    func kill() {
        state.withLock { state in
            guard state.status == nil else { return }
            state.terminate()
            state.status = Self.wait(state.child, milliseconds: 5000) ?? Self.force(state.child)
        }
    }

    /// The signal that ended the worker by itself, 0 for an ordinary exit; nil when it had to be killed.
    func endingSignal() -> Int32? {
        let status = state.withLock { state in
            if state.status == nil { state.status = Self.wait(state.child, milliseconds: 2000) }
            return state.status
        }
        guard let status else {
            kill()
            return nil
        }
        // Bubblewrap and the worker's own handler turn signals into exit statuses, as shells do.
        let ending = status & 0x7f
        let code = (status >> 8) & 0xff
        return ending != 0 ? ending : max(0, code - 128)
    }

    /// What the worker printed, up to 4 MiB.
    func logText() -> String { String(decoding: (try? log.contents(limit: 4 << 20)) ?? [], as: UTF8.self) }

    /// The end of what the worker printed.
    func logTail() -> String {
        let bytes = (try? log.contents(limit: 1 << 20)) ?? []
        return String(decoding: bytes.suffix(2000), as: UTF8.self)
    }

    private func signal(_ number: Int32) -> pid_t? {
        state.withLock { state in
            guard state.status == nil, let worker = state.worker else { return nil }
            Glibc.kill(worker, number)
            return worker
        }
    }

    private static func spawn(_ command: WorkerCommand, _ descriptors: [Int32]) -> (Int32, pid_t) {
        var child: pid_t = 0
        let arguments = command.arguments.map { strdup($0) }
        let environment = command.environment.map { strdup($0) }
        defer { for text in arguments + environment { free(text) } }
        let error = sandbox_spawn(
            &child, command.path, arguments + [nil], environment + [nil], descriptors, Int32(descriptors.count))
        return (error, child)
    }

    private static func wait(_ child: pid_t, milliseconds: Int32) -> Int32? {
        var status: Int32 = 0
        return sandbox_wait(child, milliseconds, &status) == 1 ? status : nil
    }

    private static func force(_ child: pid_t) -> Int32 {
        Glibc.kill(child, SIGKILL)
        var status: Int32 = 0
        waitpid(child, &status, 0)
        return status
    }

    fileprivate static func parent(of process: pid_t) -> pid_t? {
        fields(of: "/proc/\(process)/stat").dropFirst().first.flatMap { pid_t($0) }
    }

    /// Whether every thread of a process is stopped or gone.
    private static func stands(_ process: pid_t) -> Bool {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
        return tasks.allSatisfy { task in
            guard let state = fields(of: "/proc/\(process)/task/\(task)/stat").first else { return true }
            return ["T", "t", "Z", "X"].contains(state)
        }
    }

    /// The fields of a `stat` file after the name, which may contain anything.
    private static func fields(of path: String) -> [Substring] {
        guard let text = SystemFile.text(path), let end = text.lastIndex(of: ")") else { return [] }
        return text[text.index(after: end)...].split(separator: " ")
    }
}
