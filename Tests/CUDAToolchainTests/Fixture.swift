import Foundation

/// What NVIDIA's tools, release 13.5, printed of kernels that were written for this.
enum Fixture {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

    /// The text of a file without its `.txt`.
    static func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appending(path: "\(name).txt"), encoding: .utf8)
    }
}
