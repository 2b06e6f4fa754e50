import Foundation
import KernelIR

/// Which workloads a bench began, session after session: one that ends the process each time, as for want of memory, must
/// not keep the others from their turn.
struct BenchAttempts {
    private let file: URL
    private var begun: [String]

    /// How often a workload is begun.
    static let most = 2

    /// Reads what earlier sessions noted, one workload a line; nothing where there is no such file.
    init(file: URL) {
        self.file = file
        let text = (try? String(contentsOf: file, encoding: .utf8)) ?? ""
        begun = text.split(separator: "\n").map(String.init)
    }

    /// Why a workload is not begun again; nil where it may be.
    func refusal(of workload: String) -> String? {
        let count = begun.count { $0 == workload }
        guard count >= Self.most else { return nil }
        return "the process ended \(count) times in the midst of it, as it does where memory runs out"
    }

    /// Notes that a workload begins now; throws `badInput` where the file cannot be written.
    mutating func begin(_ workload: String, in folder: RunFolder) throws(KernelwrightError) {
        begun.append(workload)
        try folder.write(Data((begun.joined(separator: "\n") + "\n").utf8), to: file)
    }
}
