import Foundation

/// How long this process has been running, with the launcher, whose place it took.
enum ProcessAge {
    /// Seconds by the kernel's figures, rounded up to a tick of a hundredth; 0 where it tells nothing.
    static func seconds() -> Double {
        func text(_ path: String) -> String { (try? String(contentsOfFile: path, encoding: .utf8)) ?? "" }
        return seconds(
            stat: text("/proc/self/stat"), uptime: text("/proc/uptime"),
            ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))))
    }

    /// - Parameters:
    ///   - stat: `/proc/PID/stat`, whose 22nd field is the start in ticks since the machine's own (proc(5)).
    ///   - uptime: `/proc/uptime`, which begins with the seconds since then.
    static func seconds(stat: String, uptime: String, ticksPerSecond: Double) -> Double {
        // A program's name may hold blanks and parentheses.
        guard let end = stat.lastIndex(of: ")"), ticksPerSecond > 0 else { return 0 }
        let fields = stat[stat.index(after: end)...].split(separator: " ")
        guard fields.count > 19, let start = Double(fields[19]), let now = uptime.split(separator: " ").first,
            let seconds = Double(now)
        else { return 0 }
        // Both figures are rounded down.
        return max(0, seconds - start / ticksPerSecond + 1 / ticksPerSecond)
    }
}
