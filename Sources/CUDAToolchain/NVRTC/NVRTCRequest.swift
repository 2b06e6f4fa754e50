import CNVRTC
import Glibc
import KernelIR

/// One compilation, from strings to a result.
struct NVRTCRequest: Sendable {
    var source: CUDASource
    var architecture: CUDAArchitecture
    var names: [String]
    var options: [String]

    /// What is wrong before the compiler sees anything: C strings end at a zero character, silently.
    var refusal: CUDACompilation? {
        if let line = source.text.lineOfZero {
            return refused("the source holds a zero character", file: source.name, line: line)
        }
        for header in source.headers {
            if let line = header.text.lineOfZero {
                return refused("the header holds a zero character", file: header.name, line: line)
            }
        }
        let others = [source.name] + source.headers.map(\.name) + names + options
        guard others.contains(where: { $0.lineOfZero != nil }) else { return nil }
        return refused("a name or an option holds a zero character", file: nil, line: nil)
    }

    /// Runs the compiler on this thread.
    ///
    /// - Throws: `missingComponent` where the library cannot work at all.
    func run(_ library: NVRTCLibrary, _ time: Duration) throws(KernelwrightError) -> CUDACompilation {
        let result = try attempt(library, time)
        guard result.status == .compilation, result.errors.allSatisfy({ $0.origin == .driver }) else { return result }
        // Asked for its report, the assembler keeps some errors to itself, e.g. about too much shared memory.
        var plain = self
        plain.options.removeAll { $0 == CUDACompilerOptions.report }
        return try plain.attempt(library, time)
    }

    private func attempt(_ library: NVRTCLibrary, _ time: Duration) throws(KernelwrightError) -> CUDACompilation {
        var program: OpaquePointer?
        let texts = source.headers.map(\.text)
        let made = CStrings.withConstants(texts) { texts in
            CStrings.withConstants(source.headers.map(\.name)) { names in
                cnvrtc_create(
                    library.raw, &program, source.text, source.name, Int32(source.headers.count), texts, names)
            }
        }
        guard made == 0, let program else { return try failed(NVRTCStatus(rawValue: made), log: "") }
        defer { _ = cnvrtc_destroy(library.raw, program) }
        for name in names {
            let status = NVRTCStatus(rawValue: cnvrtc_add_name(library.raw, program, name))
            if status != .success { return try failed(status, log: "'\(name)' is no name expression") }
        }
        let status = compile(library, program, time)
        let log = NVRTCOutput(library.raw, program, cnvrtc_log_size, cnvrtc_log).text
        let ptx = NVRTCOutput(library.raw, program, cnvrtc_ptx_size, cnvrtc_ptx).text
        guard status == .success else { return try failed(status, log: log, ptx: ptx) }
        let cubin = NVRTCOutput(library.raw, program, cnvrtc_cubin_size, cnvrtc_cubin).bytes
        let code = CUDACode(ptx: ptx, cubin: cubin, symbols: symbols(library, program))
        return CUDACompilation(
            architecture: architecture, status: status, code: code,
            diagnostics: CompilerLog(log, source: source, ptx: ptx).diagnostics, report: AssemblerReport(log: log),
            log: log)
    }

    private func compile(_ library: NVRTCLibrary, _ program: OpaquePointer, _ time: Duration) -> NVRTCStatus {
        var now = timespec()
        clock_gettime(CLOCK_MONOTONIC, &now)
        let (seconds, attoseconds) = time.components
        let end = (Int64(now.tv_sec) + min(max(seconds, 0), 1 << 32)) * 1_000_000_000 + Int64(now.tv_nsec)
        var deadline = cnvrtc_deadline(nanoseconds: end + attoseconds / 1_000_000_000)
        let code = withUnsafePointer(to: &deadline) { deadline in
            _ = cnvrtc_watch(library.raw, program, deadline)
            return CStrings.withConstants(options) {
                cnvrtc_compile(library.raw, program, Int32(options.count), $0)
            }
        }
        return NVRTCStatus(rawValue: code)
    }

    private func symbols(_ library: NVRTCLibrary, _ program: OpaquePointer) -> [String: String] {
        var symbols: [String: String] = [:]
        for name in names {
            var lowered: UnsafePointer<CChar>?
            guard cnvrtc_lowered_name(library.raw, program, name, &lowered) == 0, let lowered else { continue }
            symbols[name] = String(cString: lowered)
        }
        return symbols
    }

    private func failed(
        _ status: NVRTCStatus, log: String, ptx: String = ""
    ) throws(KernelwrightError) -> CUDACompilation {
        if status == .builtinOperationFailure {
            throw KernelwrightError(
                .missingComponent, "NVRTC cannot compile (\(status))", hint: CUDAInstallation.installation,
                cause: log.isEmpty ? nil : log)
        }
        var diagnostics = CompilerLog(log, source: source, ptx: ptx).diagnostics
        if !diagnostics.contains(where: { $0.severity == .error }) {
            let first = log.split(whereSeparator: \.isNewline).first.map(String.init)
            var text = first ?? "NVRTC refused the source (\(status))"
            if status == .cancelled { text = "the compiler was not done in the time it had" }
            diagnostics.append(CUDADiagnostic(severity: .error, origin: .driver, message: text))
        }
        return CUDACompilation(
            architecture: architecture, status: status, code: nil, diagnostics: diagnostics, report: AssemblerReport(),
            log: log)
    }

    private func refused(_ message: String, file: String?, line: Int?) -> CUDACompilation {
        let diagnostic = CUDADiagnostic(
            severity: .error, origin: .driver, message: message, file: file, line: line)
        return CUDACompilation(
            architecture: architecture, status: .invalidInput, code: nil, diagnostics: [diagnostic],
            report: AssemblerReport(), log: "")
    }
}

extension String {
    /// The line of the first zero character, counted from 1; nil without one.
    fileprivate var lineOfZero: Int? {
        guard let position = utf8.firstIndex(of: 0) else { return nil }
        return utf8[..<position].count { $0 == UInt8(ascii: "\n") } + 1
    }
}
