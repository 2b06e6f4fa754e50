import CSandbox
import Foundation
import Glibc
import KernelIR

/// A child process that answers every line it reads with one line.
///
/// Requests are served one at a time, in the order they are made; each waits on a thread of its own, never on one of
/// the concurrency pool's. When this process dies, the child reads the end of its input, or is woken and hung up on by
/// the kernel if it was paused.
public final class LineProcess: @unchecked Sendable {
    // Unchecked: `unread` and `chunk` are touched on `queue` alone; everything else never changes or is a system call.

    /// Why there is no answer; the child is gone after either.
    public enum Failure: Error, Sendable, Hashable {
        /// The deadline passed; the child was killed.
        case timedOut(seconds: Double)
        /// The child ended: its signal, or 0 where it exited, and what it last wrote to its standard error.
        case ended(signal: Int32, log: String)
    }

    /// An answer and the time from before the request's first byte to the answer's last, on the monotonic clock.
    public struct Answer: Sendable {
        public var line: Data
        public var elapsed: Duration
    }

    private let process: Process
    /// A child that asks to die with its parent dies with the thread that started it.
    private let thread: SpawnThread?
    private let pid: pid_t
    private let socket: Int32
    private let log: Int32
    private let queue = DispatchQueue(label: "kernelwright.line-process")
    private var unread = Data()
    private var chunk = [UInt8](repeating: 0, count: 1 << 16)

    /// Starts a program with exactly the given environment.
    ///
    /// - Throws: `missingComponent` when the program cannot be started.
    public convenience init(
        program: URL, arguments: [String], environment: [String: String], directory: URL
    ) throws(KernelwrightError) {
        try self.init(
            program: program, arguments: arguments, environment: environment, directory: directory, keeping: nil)
    }

    /// - Parameter thread: the running thread, to be kept as long as the child.
    init(
        program: URL, arguments: [String], environment: [String: String], directory: URL, keeping thread: SpawnThread?
    ) throws(KernelwrightError) {
        self.thread = thread
        var ends: [Int32] = [-1, -1]
        let log = sandbox_shared_file("kernelwright-log")
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard log >= 0, socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            if log >= 0 { close(log) }
            throw Self.failed(program, String(cString: strerror(errno)))
        }
        (socket, self.log) = (ends[0], log)
        process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.environment = environment
        process.currentDirectoryURL = directory
        let childEnd = FileHandle(fileDescriptor: ends[1], closeOnDealloc: false)
        process.standardInput = childEnd
        process.standardOutput = childEnd
        process.standardError = FileHandle(fileDescriptor: log, closeOnDealloc: false)
        defer { close(ends[1]) }
        do {
            try process.run()
        } catch {
            close(ends[0])
            close(log)
            throw Self.failed(program, "\(error)")
        }
        pid = process.processIdentifier
    }

    deinit {
        stop()
        close(socket)
        close(log)
    }

    /// Sends one line (without its end) and waits for the answer.
    public func request(_ line: Data, deadline: Duration) async -> Result<Answer, Failure> {
        await withCheckedContinuation { continuation in
            queue.async { continuation.resume(returning: self.exchange(line, deadline)) }
        }
    }

    /// Stops every thread of the child; returns when it stands still.
    public func pause() {
        guard process.isRunning, kill(pid, SIGSTOP) == 0 else { return }
        var info = siginfo_t()
        waitid(P_PID, id_t(pid), &info, WSTOPPED | WEXITED | WNOWAIT)
    }

    /// Lets a paused child go on.
    public func resume() {
        if process.isRunning { kill(pid, SIGCONT) }
    }

    /// Ends the child at once, paused or not.
    public func stop() {
        if process.isRunning { kill(pid, SIGKILL) }
    }

    /// How many bytes of memory the child shares with no file, or 0 when it is gone (proc_pid_statm(5)).
    public var privateBytes: Int {
        guard process.isRunning, let text = try? String(contentsOfFile: "/proc/\(pid)/statm", encoding: .utf8) else {
            return 0
        }
        let pages = text.split(separator: " ").compactMap { Int($0) }
        return pages.count > 2 ? (pages[1] - pages[2]) * sysconf(Int32(_SC_PAGESIZE)) : 0
    }

    private func exchange(_ line: Data, _ deadline: Duration) -> Result<Answer, Failure> {
        let start = ContinuousClock.now
        var rest = (line + [UInt8(ascii: "\n")])[...]
        do throws(Failure) {
            while true {
                if rest.isEmpty, let answer = takeLine() {
                    return .success(Answer(line: answer, elapsed: ContinuousClock.now - start))
                }
                // Reading while writing: a child that answers before it has read everything blocks neither side.
                let ready = try wait(for: rest.isEmpty ? POLLIN : POLLIN | POLLOUT, from: start, deadline)
                if ready & POLLOUT != 0 { send(&rest) }
                if ready & ~POLLOUT != 0 { try receive() }
            }
        } catch {
            return .failure(error)
        }
    }

    /// Removes the first whole line from what was read.
    private func takeLine() -> Data? {
        guard let newline = unread.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { unread = Data(unread[(newline + 1)...]) }
        return Data(unread[..<newline])
    }

    /// Sends what the socket takes; no signal reaches this process where the child is gone. What such a child said before
    /// it ended is its answer still, and the end of its output tells the rest.
    private func send(_ rest: inout Data.SubSequence) {
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        let count = rest.withUnsafeBytes { Glibc.send(socket, $0.baseAddress, $0.count, flags) }
        if count > 0 { rest = rest.dropFirst(count) } else if !Self.isTransient(errno) { rest = rest.suffix(0) }
    }

    /// Reads what has arrived.
    private func receive() throws(Failure) {
        let count = recv(socket, &chunk, chunk.count, Int32(MSG_DONTWAIT))
        if count > 0 { unread += chunk[..<count] } else if count == 0 || !Self.isTransient(errno) { throw ended() }
    }

    /// Waits until the socket is ready and says for what; kills the child when the deadline passes.
    private func wait(
        for events: Int32, from start: ContinuousClock.Instant, _ deadline: Duration
    ) throws(Failure) -> Int32 {
        var entry = pollfd(fd: socket, events: Int16(events), revents: 0)
        while true {
            let left = start + deadline - ContinuousClock.now
            guard left > .zero else {
                stop()
                throw .timedOut(seconds: deadline / .seconds(1))
            }
            let milliseconds = min(left / .milliseconds(1) + 1, Double(Int32.max))
            if poll(&entry, 1, Int32(milliseconds)) > 0 { return Int32(entry.revents) }
        }
    }

    private func ended() -> Failure {
        stop()
        var info = siginfo_t()
        waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT)
        process.waitUntilExit()
        let signal = process.terminationReason == .uncaughtSignal ? process.terminationStatus : 0
        return .ended(signal: signal, log: lastLog())
    }

    /// The end of what the child wrote to its standard error.
    private func lastLog() -> String {
        let size = lseek(log, 0, SEEK_END)
        var bytes = [UInt8](repeating: 0, count: min(max(Int(size), 0), 4096))
        let count = pread(log, &bytes, bytes.count, size - off_t(bytes.count))
        return String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func isTransient(_ code: Int32) -> Bool { [EAGAIN, EWOULDBLOCK, EINTR].contains(code) }

    private static func failed(_ program: URL, _ cause: String) -> KernelwrightError {
        KernelwrightError(.missingComponent, "cannot start \(program.path)", hint: "./kw setup", cause: cause)
    }
}
