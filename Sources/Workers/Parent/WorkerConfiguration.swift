import Devices
import FoundationEssentials
import Glibc
import KernelIR

/// How workers are confined.
public enum Confinement: Sendable, Hashable {
    /// Namespaces of their own through bubblewrap, resource limits and a system call filter.
    case bubblewrap
    /// Resource limits and the system call filter only: for code of one's own, and marked in every record.
    case unsandboxed
}

/// What a host of sandboxed workers needs to know; every limit is per worker.
public struct WorkerConfiguration: Sendable {
    /// The device workers open, e.g. `opencl:0`.
    public var device: String
    public var confinement: Confinement
    /// The worker executable.
    public var executable: String
    /// Where bubblewrap is looked for.
    public var programFolders = Bubblewrap.programFolders
    /// Folders beside the system's own that workers may read: run-time libraries and drivers.
    public var readableFolders: [String]
    /// The folder of NVIDIA's compiler, which workers of simulated devices find in its place; nil where none is needed.
    public var toolchain: String?
    /// Device files that workers may open, e.g. `/dev/nvidia0`; those that are not there are passed over.
    public var deviceFiles: [String] = []
    /// What interprets kernels in place of the system's drivers; nil for those.
    public var interpreter: InterpretingDriver?
    /// Bytes of address space of a run worker.
    public var runBytes: Int
    /// Bytes of address space of a compile worker.
    public var compileBytes: Int
    /// Seconds of processor time over a worker's life.
    public var cpuSeconds: Int
    /// Bytes that a worker may write to its private files.
    public var fileBytes: Int
    /// Bytes of scratch that one solution may declare.
    public var scratchBytes: Int
    /// Compile workers, which only `prepare` uses at the same time.
    public var compilers: Int
    /// Compilations after which the compile worker is replaced, which bounds what compilers leak.
    public var compilationsPerWorker: Int

    /// Limits that fit a machine of any size: run workers get half of its memory.
    public init(device: String, confinement: Confinement = .bubblewrap, executable: String) {
        self.device = device
        self.confinement = confinement
        self.executable = executable
        let memory = sysconf(Int32(_SC_PHYS_PAGES)) * sysconf(Int32(_SC_PAGESIZE))
        readableFolders = RuntimeFolders.ofThisProcess()
        runBytes = max(4 << 30, memory / 2)
        compileBytes = 4 << 30
        cpuSeconds = 3600
        fileBytes = 256 << 20
        scratchBytes = min(2 << 30, memory / 8)
        compilationsPerWorker = 500
        compilers = min(2, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }

    /// The worker executable beside the running one.
    public static func executableBesideThis() -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return (own.split(separator: "/").dropLast().map { "/" + $0 } + ["/kernelwright-worker"]).joined()
    }

    /// What of the machine's files workers find beside the system's libraries and their own executable.
    var shownFolders: [String] { ["/etc/OpenCL"] + readableFolders + [toolchain].compactMap { $0 } }

    /// Whether none of the kernels' code runs on the host: a run worker interprets them or hands them to a GPU.
    var interprets: Bool { interpreter != nil || DeviceCatalog.takesCUDA(device) }

    /// Whether a folder and all it holds are out of a worker's sight, whatever links lead there; never without bubblewrap.
    public func hides(_ folder: String) -> Bool {
        guard confinement == .bubblewrap else { return false }
        let place = Self.resolved(folder)
        return (Bubblewrap.system + shownFolders).map(Self.resolved).allSatisfy { visible in
            !place.hasPrefix(visible) && !visible.hasPrefix(place)
        }
    }

    /// The path without links as far as it exists, with a slash at its end.
    private static func resolved(_ path: String) -> String {
        var existing = path
        var rest = ""
        while existing.count > 1 {
            if let real = realpath(existing, nil) {
                defer { free(real) }
                return String(cString: real) + rest + "/"
            }
            let cut = existing.lastIndex(of: "/") ?? existing.startIndex
            rest = existing[cut...] + rest
            existing = String(existing[..<cut])
        }
        return rest + "/"
    }

    /// Checks that the executable and bubblewrap are there.
    ///
    /// - Returns: the path of `bwrap`, nil when unsandboxed.
    func checked() throws(KernelwrightError) -> String? {
        guard access(executable, X_OK) == 0 else {
            throw KernelwrightError(
                .missingComponent, "the worker executable is not at \(executable)",
                hint: "swift build --product kernelwright-worker")
        }
        guard confinement == .bubblewrap else { return nil }
        return try Bubblewrap.path(
            in: programFolders, for: "candidates", otherwise: "--unsandboxed for kernels of the built-in author")
    }
}

/// Folders of libraries that a process like this one loads from outside the system's own folders.
enum RuntimeFolders {
    static func ofThisProcess() -> [String] {
        guard let maps = SystemFile.text("/proc/self/maps") else { return [] }
        let libraries = maps.split(separator: "\n").compactMap { line -> String? in
            guard let begin = line.firstIndex(of: "/"), line.contains(".so") else { return nil }
            return String(line[begin...])
        }
        let folders = (libraries + drivers()).compactMap(folder).filter { !isSystem($0) }
        return Array(Set(folders)).sorted()
    }

    /// OpenCL drivers that are registered by absolute path.
    private static func drivers() -> [String] {
        let registry = "/etc/OpenCL/vendors"
        let files = (try? FileManager.default.contentsOfDirectory(atPath: registry)) ?? []
        return files.compactMap { file in
            guard let data = FileManager.default.contents(atPath: "\(registry)/\(file)") else { return nil }
            let path = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isWhitespace).first
            return path.flatMap { $0.hasPrefix("/") ? String($0) : nil }
        }
    }

    private static func folder(_ path: String) -> String? {
        path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    private static func isSystem(_ folder: String) -> Bool {
        ["/usr/", "/lib/", "/lib64/"].contains { "\(folder)/".hasPrefix($0) } || folder.isEmpty
    }
}
