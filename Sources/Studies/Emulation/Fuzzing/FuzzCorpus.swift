import Foundation
import KernelIR

/// The PTX texts that a fuzz study starts from.
public struct FuzzCorpus: Sendable, Hashable {
    public let texts: [String]

    /// Texts written for the study, one for each part of the language, and further ones.
    public init(further texts: [String] = []) {
        self.texts = FuzzKernels.all + texts
    }

    /// The texts that `write` left in a folder.
    ///
    /// - Throws: `badInput` where there are none.
    public init(folder: URL) throws(KernelwrightError) {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
            texts = try names.filter { $0.hasSuffix(".ptx") }.map { name in
                try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
            }
        } catch {
            throw Self.unreadable(folder, (error as NSError).localizedDescription)
        }
        if texts.isEmpty { throw Self.unreadable(folder, "no file is called ….ptx") }
    }

    /// Writes every text to a file of its own in an empty folder.
    ///
    /// - Throws: `badInput` where that is not possible.
    public func write(to folder: URL) throws(KernelwrightError) {
        do {
            try? FileManager.default.removeItem(at: folder)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            for (number, text) in texts.enumerated() {
                let name = String(format: "%03d.ptx", number)
                try Data(text.utf8).write(to: folder.appendingPathComponent(name))
            }
        } catch {
            throw KernelwrightError(
                .badInput, "cannot write the corpus to \(folder.path)", hint: "choose another folder with --out",
                cause: (error as NSError).localizedDescription)
        }
    }

    private static func unreadable(_ folder: URL, _ cause: String) -> KernelwrightError {
        KernelwrightError(
            .badInput, "no corpus in \(folder.path)", hint: "a folder that kw study fuzz made", cause: cause)
    }
}
