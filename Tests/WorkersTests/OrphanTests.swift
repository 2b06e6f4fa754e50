import Foundation
import Glibc
import Testing

@testable import Workers

@Suite("Orphans") struct OrphanTests {
    /// Everything that the confined program started holds the pipe's writing end, so its end is the end of all of them.
    @Test("a confined program and its children die when their parent is killed", .timeLimit(.minutes(1)))
    func dieWithParent() throws {
        let bubblewrap = try Bubblewrap.path(for: "a test")
        let inside = Bubblewrap(shown: [], mounts: [], temporaryBytes: 1 << 20)
        let hanging = "sleep 1000 & trap '' TERM INT HUP; echo ready; wait; sleep 1000"
        let pipe = Pipe()
        let parent = Process()
        parent.executableURL = URL(fileURLWithPath: "/bin/sh")
        // A command behind it keeps the shell from making way for the program.
        parent.arguments =
            ["-c", "\"$@\"; true", "sh", bubblewrap] + inside.arguments + ["/bin/sh", "-c", hanging]
        parent.standardOutput = pipe
        try parent.run()
        try pipe.fileHandleForWriting.close()
        let ready = try pipe.fileHandleForReading.read(upToCount: 6)
        #expect(ready == Data("ready\n".utf8))
        #expect(kill(parent.processIdentifier, SIGKILL) == 0)
        parent.waitUntilExit()
        var query = pollfd(fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&query, 1, 30_000) == 1)
        #expect(query.revents & Int16(POLLHUP) != 0)
    }
}
