import Devices
import Foundation
import KernelIR

/// What a model is told of the device: what it is made of, and the best rates that simple kernels reach.
struct TargetTable: Sendable {
    let profile: TargetProfile
    let ceilings: Ceilings?
    /// Whether the rates come from a model of the device.
    let isPredicted: Bool

    /// A table in Markdown.
    var text: String {
        let word = isPredicted ? "predicted" : "measured"
        var rows = [
            ("device", profile.name), ("cores (compute units)", "\(profile.cores)"),
            ("float32 lanes of a vector", profile.vectorWidths.map(String.init).joined(separator: ", ")),
            ("vector registers", "\(profile.vectorRegisters)"),
            ("first cache of a core", Self.kibibytes(profile.l1Bytes)),
            ("second cache of a core", Self.kibibytes(profile.l2Bytes)),
            ("last-level cache", Self.kibibytes(profile.l3Bytes)),
            ("local (shared) memory of a group", Self.kibibytes(profile.localBytes)),
            ("largest group", "\(profile.maxGroupSize)"),
            (
                "best style",
                profile.prefersExplicitLanes
                    ? "few work-items with explicit vectors, about one group for each core at a time"
                    : "many work-items, neighbours reading neighbouring addresses"
            ),
        ]
        if let ceilings {
            rows += [
                ("copying, \(word)", "\(Self.figure(ceilings.copyBytesPerSecond / 1e9)) GB/s read plus written"),
                ("reading, \(word)", "\(Self.figure(ceilings.readBytesPerSecond / 1e9)) GB/s"),
                ("float32 arithmetic, \(word)", "\(Self.figure(ceilings.flopsPerSecond / 1e9)) GFLOP/s"),
                ("one launch, \(word)", "\(Self.figure(ceilings.launchSeconds * 1e6)) µs"),
            ]
        }
        return (["| what | value |", "| --- | --- |"] + rows.map { "| \($0.0) | \($0.1) |" }).joined(separator: "\n")
    }

    private static func kibibytes(_ bytes: Int) -> String { "\(bytes >> 10) KiB" }

    /// Three significant digits.
    static func figure(_ value: Double) -> String { String(format: "%.3g", value) }
}
