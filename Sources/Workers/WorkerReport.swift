import CSandbox
import Glibc

/// The page in which a worker's signal handler leaves how it died; untrusted, since candidates can write it too.
final class WorkerReport: Sendable {
    static let fileBytes = 4096

    let file: FileDescriptor
    private let mapping: SharedMapping

    init() throws(SystemError) {
        file = try FileDescriptor(sandbox_shared_file("report"))
        try SystemError.check(ftruncate(file.raw, Self.fileBytes))
        mapping = try SharedMapping(file, bytes: Self.fileBytes, writable: true)
    }

    /// The failure that the report tells, given the regions the worker was watching in its order.
    func failure(watching regions: [ArenaLayout.Region]) -> WorkerFailure? {
        let report = mapping.base.load(as: sandbox_report.self)
        switch report.signal {
        case SIGSYS:
            return .sandboxViolation(systemCall: callName(report.system_call))
        case SIGSEGV, SIGBUS:
            guard regions.indices.contains(Int(report.region)) else { return nil }
            let region = regions[Int(report.region)]
            let isWritten = report.inside != 0 && (region.role == .input || region.role == .parameter)
            return isWritten ? .inputModified(buffer: region.name) : .outOfBounds(buffer: region.name)
        default:
            return nil
        }
    }

    private func callName(_ number: Int32) -> String {
        sandbox_call_name(number).map { String(cString: $0) } ?? "number \(number)"
    }
}
