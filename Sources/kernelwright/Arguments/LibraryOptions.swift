import ArgumentParser
import Foundation
import KernelIR
import Library

/// Where certified kernels are remembered.
struct LibraryOptions: ParsableArguments {
    @Option(
        help: """
            The library of certified kernels: a file, or none (default: KERNELWRIGHT_LIBRARY, else \
            .kernelwright/library.sqlite).
            """)
    var library: String?

    /// The file; nil where nothing is remembered.
    func path(
        in installation: Installation, environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> String? {
        let named = library ?? environment["KERNELWRIGHT_LIBRARY"] ?? ""
        if named == "none" { return nil }
        return named.isEmpty ? installation.state.appendingPathComponent("library.sqlite").path : named
    }

    /// The library, where there is one; none is made. Throws `badInput` where the file is something else.
    func opened(in installation: Installation) throws(KernelwrightError) -> Library? {
        guard let path = path(in: installation) else { return nil }
        return try Library.existing(at: path)
    }
}
