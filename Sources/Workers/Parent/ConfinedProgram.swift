import Foundation
import KernelIR

/// A program that is not trusted, in bubblewrap: it sees the system's libraries and what it is shown, writes to a
/// private `/tmp` and to what it is given for that, and has no network and no other process.
///
/// It answers each line it reads with one line, like every `LineProcess`, and dies with this process.
public struct ConfinedProgram: Sendable {
    /// A file or folder outside, and where the program finds it.
    public struct Share: Sendable, Hashable {
        public var source: URL
        public var place: String
        public var isWritable: Bool

        public init(_ source: URL, at place: String, isWritable: Bool = false) {
            (self.source, self.place, self.isWritable) = (source, place, isWritable)
        }
    }

    /// The program's path inside.
    public var program: String
    public var arguments: [String]
    /// The whole environment.
    public var environment: [String: String]
    /// Folders that the program finds read-only in their own places.
    public var readable: [URL]
    /// What it finds in other places. A writable file can be written, and neither replaced nor removed.
    public var shares: [Share]
    /// The folder inside in which it starts.
    public var folder: String
    /// Bytes that its private `/tmp` holds.
    public var temporaryBytes = 1 << 30

    public init(
        program: String, arguments: [String], environment: [String: String] = [:], readable: [URL] = [],
        shares: [Share] = [], folder: String = "/tmp"
    ) {
        self.program = program
        self.arguments = arguments
        self.environment = environment
        self.readable = readable
        self.shares = shares
        self.folder = folder
    }

    /// Starts the program.
    ///
    /// - Parameter subject: what an error says cannot be confined, e.g. `Python files`.
    /// - Throws: `missingComponent` without bubblewrap.
    public func start(_ subject: String) throws(KernelwrightError) -> LineProcess {
        let bubblewrap = try Bubblewrap.path(for: subject)
        let inside = Bubblewrap(
            shown: readable.map(\.path),
            mounts: shares.map {
                Bubblewrap.Mount(source: $0.source.path, place: $0.place, isWritable: $0.isWritable)
            },
            temporaryBytes: temporaryBytes, folder: folder)
        let arguments = inside.arguments + [program] + arguments
        let environment = environment
        let thread = SpawnThread()
        let started = thread.run { () -> Result<LineProcess, KernelwrightError> in
            do throws(KernelwrightError) {
                return .success(
                    try LineProcess(
                        program: URL(fileURLWithPath: bubblewrap), arguments: arguments, environment: environment,
                        directory: URL(fileURLWithPath: "/"), keeping: thread))
            } catch {
                return .failure(error)
            }
        }
        return try started.get()
    }
}
