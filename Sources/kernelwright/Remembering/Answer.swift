import Evaluation
import Foundation
import KernelIR
import Library
import Refinement
import Rendering

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

    /// Writes `solution.json`, its sources and `certificate.json`.
    func write(to folder: RunFolder) throws {
        let solution = certificate.solution
        try folder.write(JSONText.data(solution), to: folder.url.appendingPathComponent("solution.json"))
        for source in solution.sources {
            try folder.write(Data(source.content.utf8), to: folder.url.appendingPathComponent(source.path))
        }
        try folder.write(certificate.file, to: folder.certificate)
    }

    /// How a reader tells it from a measurement of today.
    var origin: String {
        "from record \(record.id ?? 0) of \(record.recorded) (\(record.turns) turns of \(record.policy)), "
            + "certificate \(record.certificate.prefix(12)); kw optimize --again searches anew"
    }
}
