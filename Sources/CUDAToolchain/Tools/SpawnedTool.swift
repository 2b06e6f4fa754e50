import Foundation
import Glibc
import KernelIR

/// A running program whose two outputs are read here; it leads a process group, so that its children end with it.
struct SpawnedTool {
    private let pid: pid_t
    /// The reading ends of standard output and standard error; -1 after their end.
    private var ends: [Int32]
    private var status: Int32?

    init(_ program: URL, _ arguments: [String], _ environment: [String: String]) throws(KernelwrightError) {
        var pairs: [[Int32]] = []
        // Not pipes: sockets are made close-on-exec in one step, so no other child of this process can inherit them.
        let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        for _ in 0..<2 {
            var pair: [Int32] = [-1, -1]
            guard socketpair(AF_UNIX, type, 0, &pair) == 0 else {
                let code = errno
                for end in pairs.joined() { close(end) }
                throw Self.failed(program, code)
            }
            pairs.append(pair)
        }
        defer { for pair in pairs { close(pair[1]) } }
        var pid: pid_t = 0
        let code = Self.spawn(&pid, program, arguments, environment, outputs: pairs.map { $0[1] })
        guard code == 0 else {
            for pair in pairs { close(pair[0]) }
            throw Self.failed(program, code)
        }
        self.pid = pid
        ends = pairs.map { $0[0] }
    }

    /// Whether the program, or a child of it, may still write.
    var isTalking: Bool { ends.contains { $0 >= 0 } }

    /// Waits for output and says which streams have some, or have ended.
    func waitForOutput(atMost time: Duration) -> [Int] {
        var entries = ends.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let milliseconds = min(time / .milliseconds(1) + 1, 60_000)
        guard poll(&entries, nfds_t(entries.count), Int32(milliseconds)) > 0 else { return [] }
        return entries.indices.filter { entries[$0].revents != 0 }
    }

    /// Reads what is there; 0 bytes, and the stream is over.
    mutating func read(_ index: Int, into chunk: inout [UInt8]) -> Int {
        let count = Glibc.read(ends[index], &chunk, chunk.count)
        if count > 0 { return count }
        if count < 0, errno == EINTR { return 0 }
        close(ends[index])
        ends[index] = -1
        return 0
    }

    /// The exit code, -1 for a signal, nil while the program runs.
    mutating func exitCode() -> Int32? {
        var state: Int32 = 0
        if status == nil, waitpid(pid, &state, WNOHANG) == pid { status = state }
        // Swift does not see the macros of wait(2): the low seven bits are the signal, the next byte the exit code.
        return status.map { $0 & 0x7f == 0 ? ($0 >> 8) & 0xff : -1 }
    }

    /// Ends the program and what it started, and gives everything back.
    mutating func end() {
        for end in ends where end >= 0 { close(end) }
        ends = [-1, -1]
        guard status == nil else { return }
        kill(-pid, SIGKILL)
        var state: Int32 = 0
        while waitpid(pid, &state, 0) < 0, errno == EINTR {}
        status = state
    }

    private static func spawn(
        _ pid: inout pid_t, _ program: URL, _ arguments: [String], _ environment: [String: String], outputs: [Int32]
    ) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        var attributes = posix_spawnattr_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawnattr_init(&attributes)
        defer {
            posix_spawn_file_actions_destroy(&actions)
            posix_spawnattr_destroy(&attributes)
        }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, outputs[0], 1)
        posix_spawn_file_actions_adddup2(&actions, outputs[1], 2)
        // Threads of a pool block signals; a program is to start with none blocked.
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP) | Int16(POSIX_SPAWN_SETSIGMASK))
        let variables = environment.map { "\($0.key)=\($0.value)" }.sorted()
        return CStrings.with([program.path] + arguments) { arguments in
            CStrings.with(variables) { variables in
                posix_spawn(&pid, program.path, &actions, &attributes, arguments, variables)
            }
        }
    }

    private static func failed(_ program: URL, _ code: Int32) -> KernelwrightError {
        KernelwrightError(
            .missingComponent, "\(program.path) cannot be started", hint: CUDAInstallation.installation,
            cause: String(cString: strerror(code)))
    }
}
