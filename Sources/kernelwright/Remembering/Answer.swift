import Evaluation
import Foundation
import KernelIR
import Library
import Refinement
import Rendering
import Workloads

/// What the library says to a question: no device was opened and nothing was searched or measured.
struct Answer {
    let record: LibraryRecord
    let certificate: VerdictRecord
    /// The library's file.
    let library: String

    init(record: LibraryRecord, certificate: VerdictRecord, library: String) {
        (self.record, self.certificate, self.library) = (record, certificate, library)
    }

    /// The best record of the question, where there is one.
    init?(
        _ question: Question, searched extent: SearchExtent, in library: Library
    ) throws(KernelwrightError) {
        guard let found = try library.answer(to: question, searched: extent) else { return nil }
        self.init(record: found.record, certificate: found.certificate, library: library.path)
    }

    /// Writes what a search leaves of its winner: `solution.json`, its sources, `certificate.json` and `reproduce.py`.
    ///
    /// - Parameter workload: the one that the certificate is about; without it nobody can repeat it by `reproduce.py`.
    func write(to folder: RunFolder, of workload: Workload?, _ console: Console) throws {
        try folder.write(certificate.file, to: folder.certificate)
        guard let workload, workload.contentHash == certificate.conditions.workloadHash else {
            console.say("note: no reproduce.py: \(record.workload) is another workload than the one that was judged")
            return try folder.write(certificate.solution)
        }
        let threads = ProcessInfo.processInfo.activeProcessorCount
        try folder.write(Reproduction(certificate, of: workload, threads: threads), console)
    }

    /// How a reader tells it from a measurement of today.
    var origin: String {
        "from record \(record.id ?? 0) of \(record.recorded) (\(record.turns) turns of \(record.policy)), "
            + "certificate \(record.certificate.prefix(12)); kw optimize --again searches anew"
    }
}
