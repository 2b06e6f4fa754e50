import FoundationEssentials

/// The command line and environment that start a worker.
struct WorkerCommand {
    enum Kind: String, Sendable { case compile, run }

    var path: String
    var arguments: [String]
    var environment: [String]

    /// - Parameter bubblewrap: the path of `bwrap`, nil to start the worker by itself.
    /// - Parameter privateFolder: an existing folder for the driver's files, used only without bubblewrap.
    init(_ kind: Kind, _ configuration: WorkerConfiguration, bubblewrap: String?, privateFolder: String) {
        let bytes = kind == .compile ? configuration.compileBytes : configuration.runBytes
        let options = WorkerOptions(
            device: configuration.device, addressSpace: UInt64(bytes), cpuSeconds: UInt64(configuration.cpuSeconds),
            fileBytes: UInt64(configuration.fileBytes), toolchain: configuration.toolchain)
        let interprets = kind == .run && configuration.interprets
        let worker = [interprets ? "interpret" : kind.rawValue] + options.arguments
        let folder = bubblewrap == nil ? privateFolder : "/tmp"
        environment = [
            "PATH=/usr/bin:/bin", "HOME=\(folder)", "TMPDIR=\(folder)", "LC_ALL=C",
            "POCL_CACHE_DIR=\(folder)/cache", "XDG_CACHE_HOME=\(folder)",
        ]
        if let interpreter = configuration.interpreter {
            // The loader takes a library in place of its list of drivers.
            environment.append("OCL_ICD_VENDORS=\(interpreter.library)")
            environment += interpreter.environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        }
        // An empty list would mean the working folder.
        if !configuration.readableFolders.isEmpty {
            environment.append("LD_LIBRARY_PATH=\(configuration.readableFolders.joined(separator: ":"))")
        }
        guard let bubblewrap else {
            path = configuration.executable
            arguments = [path] + worker
            return
        }
        path = bubblewrap
        let inside = Bubblewrap(
            shown: configuration.shownFolders,
            mounts: [Bubblewrap.Mount(source: configuration.executable, place: Self.place)],
            temporaryBytes: configuration.fileBytes * 4, deviceFiles: configuration.deviceFiles)
        arguments = [bubblewrap] + inside.arguments + [Self.place] + worker
    }

    /// Where the executable appears inside.
    private static let place = "/kernelwright-worker"
}
