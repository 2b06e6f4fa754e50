import FoundationEssentials
import Glibc

/// What tells one machine and its drivers from others, without opening a device: that would load a compiler.
public struct MachineIdentity: Sendable, Hashable, CustomStringConvertible {
    /// What the processor calls itself, and how many are online.
    public var processor: String
    public var processors: Int
    /// Every registered OpenCL driver: its library's path, size and time of change.
    public var drivers: [String]

    /// Looks at this machine: `/proc/cpuinfo` and the drivers registered in `vendors`.
    public static func read(vendors: String = "/etc/OpenCL/vendors") -> MachineIdentity {
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: vendors)) ?? []).sorted()
        return MachineIdentity(
            processor: CPUTopology.read().modelName, processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            drivers: files.filter { $0.hasSuffix(".icd") }.map { driver("\(vendors)/\($0)") })
    }

    public var description: String {
        ([processor, "\(processors) processors"] + drivers).joined(separator: "; ")
    }

    /// A registry file holds the path or the name of a library, which the linker looks for in its folders.
    private static func driver(_ file: String) -> String {
        let name = (SystemFile.text(file) ?? "").split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        let places = name.hasPrefix("/") ? [name] : libraryFolders.map { "\($0)/\(name)" }
        for place in places {
            var status = stat()
            guard stat(place, &status) == 0 else { continue }
            return "\(place) \(status.st_size) \(status.st_mtim.tv_sec)"
        }
        return name
    }

    private static let libraryFolders: [String] = {
        #if arch(x86_64)
            let triple = "x86_64-linux-gnu"
        #else
            let triple = "aarch64-linux-gnu"
        #endif
        return ["/usr/local/lib", "/usr/lib/\(triple)", "/lib/\(triple)", "/usr/lib64", "/usr/lib"]
    }()
}
