import FoundationEssentials
import Glibc
import KernelIR

/// The command line of bubblewrap: what a confined process finds in its own file system.
///
/// Always the system's libraries and the processor's description read-only, a private /tmp, nothing of any user, no
/// network, no other process, no capability.
struct Bubblewrap {
    /// A path outside and the place where it appears inside.
    struct Mount: Sendable, Hashable {
        var source: String
        var place: String
        var isWritable = false
    }

    /// Folders that it finds read-only in their own places, if they are there.
    var shown: [String]
    /// What it finds in other places.
    var mounts: [Mount]
    /// Bytes that /tmp holds.
    var temporaryBytes: Int
    /// Device files that it may open in their own places, if they are there.
    var deviceFiles: [String] = []
    /// The folder in which the program starts.
    var folder = "/tmp"

    /// Arguments up to the program's own.
    var arguments: [String] {
        let isolation = [
            "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL", "--hostname", "worker",
        ]
        let folders = ["--proc", "/proc", "--dev", "/dev", "--size", "\(temporaryBytes)", "--tmpfs", "/tmp"]
        let files = deviceFiles.flatMap { ["--dev-bind-try", $0, $0] }
        let places = mounts.flatMap { [$0.isWritable ? "--bind" : "--ro-bind", $0.source, $0.place] }
        return isolation + Self.system.flatMap(Self.show) + folders + files + shown.flatMap(Self.show) + places
            + ["--chdir", folder, "--remount-ro", "/", "--"]
    }

    /// Finds bubblewrap in some folders; throws `missingComponent` with the command that installs it.
    ///
    /// - Parameters:
    ///   - subject: what cannot be confined without it.
    ///   - otherwise: what may be done instead.
    static func path(
        in folders: [String] = programFolders, for subject: String, otherwise: String? = nil
    ) throws(KernelwrightError) -> String {
        guard let folder = folders.first(where: { access("\($0)/bwrap", X_OK) == 0 }) else {
            throw KernelwrightError(
                .missingComponent, "bubblewrap is not installed, so \(subject) cannot be confined",
                hint: "apt-get install bubblewrap" + (otherwise.map { ", or \($0)" } ?? ""))
        }
        return "\(folder)/bwrap"
    }

    /// Where bubblewrap is looked for.
    static let programFolders = ["/usr/bin", "/usr/local/bin", "/bin"]

    /// What every confined process finds, whatever else is shown.
    static let system = ["/usr", "/lib", "/lib64", "/bin", "/etc/ld.so.cache", "/sys/devices/system"]

    /// A symbolic link stays one, because libraries look for files relative to themselves.
    private static func show(_ path: String) -> [String] {
        if let target = try? FileManager.default.destinationOfSymbolicLink(atPath: path) {
            return ["--symlink", target, path]
        }
        return ["--ro-bind-try", path, path]
    }
}
