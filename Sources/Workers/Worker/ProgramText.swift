import CSandbox
import Devices

/// The code from which a worker's own system calls come: the C library, the dynamic linker and the kernel's own page.
///
/// A filter that admits only these refuses every system call that a candidate's own instructions make.
enum ProgramText {
    /// The executable ranges of this process that may make system calls, none crossing a 4 GiB boundary.
    static func own() -> [sandbox_text] {
        guard let maps = SystemFile.text("/proc/self/maps") else { return [] }
        return maps.split(separator: "\n").compactMap(range).flatMap(split)
    }

    private static func range(_ line: Substring) -> sandbox_text? {
        let fields = line.split(separator: " ")
        guard fields.count >= 6, fields[1].contains("x"), isCaller(fields[5]) else { return nil }
        let bounds = fields[0].split(separator: "-").compactMap { UInt($0, radix: 16) }
        guard bounds.count == 2 else { return nil }
        return sandbox_text(low: bounds[0], high: bounds[1])
    }

    private static func isCaller(_ path: Substring) -> Bool {
        if path == "[vdso]" { return true }
        guard let name = path.split(separator: "/").last else { return false }
        return ["libc.so", "libc-2", "ld-linux", "ld-2", "libpthread"].contains { name.hasPrefix($0) }
    }

    private static func split(_ text: sandbox_text) -> [sandbox_text] {
        let boundary = ((text.high - 1) >> 32) << 32
        if boundary <= text.low { return [text] }
        return [sandbox_text(low: text.low, high: boundary), sandbox_text(low: boundary, high: text.high)]
    }
}
