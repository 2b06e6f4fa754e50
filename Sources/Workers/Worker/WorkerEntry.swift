import Glibc

/// The worker processes' own main functions, called by the worker executable.
public enum WorkerEntry {
    /// Compiles solutions until the parent hangs up; never runs a candidate's code.
    ///
    /// - Parameter makeInert: keeps libraries under a folder from being loaded in this process from then on.
    /// - Returns: the process's exit status.
    public static func compile(arguments: [String], makeInert: (String) -> Void) -> Int32 {
        started { try CompileWorker(WorkerOptions(arguments: arguments), makeInert: makeInert).serve() }
    }

    /// Loads one candidate and runs it as asked until the parent hangs up.
    ///
    /// - Parameter interpreting: whether the driver interprets kernels, so that none of their code runs natively.
    /// - Returns: the process's exit status.
    public static func run(arguments: [String], interpreting: Bool = false) -> Int32 {
        started { try RunWorker(WorkerOptions(arguments: arguments), interprets: interpreting).serve() }
    }

    private static func started(_ body: () throws -> Int32) -> Int32 {
        do {
            return try body()
        } catch {
            let text = Array("worker: \(error)\n".utf8)
            _ = write(STDERR_FILENO, text, text.count)
            return 1
        }
    }
}
