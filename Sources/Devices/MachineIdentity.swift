import CUDAToolchain
import FoundationEssentials
import Glibc
import SIMT

/// What tells one machine and its drivers from others, without opening a device: that would load a compiler.
public struct MachineIdentity: Sendable, Hashable, CustomStringConvertible {
    /// What the processor calls itself, and how many are online.
    public var processor: String
    public var processors: Int
    /// Every registered OpenCL driver: its library's path, size and time of change.
    public var drivers: [String]
    /// What else makes the device's code and times: GPUs and their driver, or the model of times; and NVIDIA's compiler.
    public var parts: [String] = []

    /// Looks at this machine: `/proc/cpuinfo`, the drivers registered in `vendors`, and what a device of that id rests on.
    ///
    /// - Parameters:
    ///   - toolchain: where NVIDIA's compiler is, for devices that need it.
    ///   - nvidia: the folder in which NVIDIA's kernel module describes itself and its GPUs.
    public static func read(
        device: String, toolchain: CUDAInstallation? = nil, vendors: String = "/etc/OpenCL/vendors",
        nvidia: String = "/proc/driver/nvidia"
    ) -> MachineIdentity {
        let files = entries(of: vendors).filter { $0.hasSuffix(".icd") }
        var identity = MachineIdentity(
            processor: CPUTopology.read().modelName, processors: max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))),
            drivers: files.map { driver("\(vendors)/\($0)") })
        guard DeviceCatalog.takesCUDA(device) else { return identity }
        identity.parts =
            DeviceCatalog.isSimulated(device) ? ["timing model \(TimingModel.version)"] : graphics(nvidia)
        if let compiler = try? toolchain?.path(of: .nvrtc) {
            identity.parts.append(library(compiler.path) ?? compiler.path)
        }
        return identity
    }

    public var description: String {
        ([processor, "\(processors) processors"] + drivers + parts).joined(separator: "; ")
    }

    /// The module's version and the names of all GPUs: CUDA numbers them in an order of its own.
    private static func graphics(_ folder: String) -> [String] {
        let version = SystemFile.text("\(folder)/version")?.split(separator: "\n").first.map(String.init)
        let names = entries(of: "\(folder)/gpus").compactMap { bus in
            SystemFile.text("\(folder)/gpus/\(bus)/information")?.split(separator: "\n")
                .first { $0.hasPrefix("Model:") }.map { line in
                    line.dropFirst("Model:".count).split(whereSeparator: \.isWhitespace).joined(separator: " ")
                }
        }
        return (version.map { [$0] } ?? []) + names
    }

    private static func entries(of folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// A registry file holds the path or the name of a library, which the linker looks for in its folders.
    private static func driver(_ file: String) -> String {
        let name = (SystemFile.text(file) ?? "").split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
        let places = name.hasPrefix("/") ? [name] : libraryFolders.map { "\($0)/\(name)" }
        return places.lazy.compactMap(library).first ?? name
    }

    /// A library's path, size and time of change; nil where there is none.
    private static func library(_ path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return "\(path) \(status.st_size) \(status.st_mtim.tv_sec)"
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
