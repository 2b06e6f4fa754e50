import Foundation
import SIMT

/// How long one launch is predicted to take on a GPU, and what bounds it; never a measurement.
public struct LaunchPrediction: Sendable, Hashable, Codable {
    /// A figure that the prediction rests on.
    public struct Counter: Sendable, Hashable, Codable {
        /// What is counted, in lower camel case: `sharedConflictWavefronts`.
        public var name: String
        public var value: Double
        /// `warp instructions`, `bytes`; empty for a ratio.
        public var unit: String

        public init(name: String, value: Double, unit: String) {
            (self.name, self.value, self.unit) = (name, value, unit)
        }

        /// For people, to three digits: `dramReadBytes = 1.34e+08 bytes`.
        public var text: String {
            "\(name) = " + String(format: "%.3g", value) + (unit.isEmpty ? "" : " \(unit)")
        }

        init(_ counter: TimingCounter) { self.init(name: counter.name, value: counter.value, unit: counter.unit) }
    }

    /// A part of the kernel.
    public struct Region: Sendable, Hashable, Codable {
        /// A line of the source, e.g. `kernel.cu:23`, or without lines a loop.
        public var name: String
        /// Its part of the time of the limit that binds, 0…1.
        public var share: Double
        /// What the launch does there, as far as it says something; nil in records from before it was kept.
        public var counters: [Counter]?

        public init(name: String, share: Double, counters: [Counter]? = nil) {
            (self.name, self.share, self.counters) = (name, share, counters)
        }
    }

    /// The kernel's name.
    public var kernel: String
    /// Seconds of the launch, its overhead included; lengthened where the blocks behind the counters turned out to do less
    /// than they stand for.
    public var predictedSeconds: Double
    /// What bounds it: the raw value of a `TimingLimit`, e.g. `dram`.
    public var limit: String
    /// The counters behind the limit, the most telling first.
    public var evidence: [Counter]
    /// The counters behind all limits, each once; nil in records from before they were kept.
    public var counters: [Counter]?
    /// Resident warps over the warps that a multiprocessor could hold, 0…1.
    public var occupancy: Double
    /// What keeps one more block off a multiprocessor: the raw value of an `Occupancy.Limiter`, e.g. `registers`.
    public var limiter: String
    /// 32-bit registers of a thread; 0 where the compiler does not say.
    public var registers: Int
    /// Bytes that spilled registers store and load back, as written; nil where it is not known.
    public var spillBytes: Int?
    /// Blocks of the grid over the blocks that the whole GPU holds at once.
    public var waves: Double
    /// The part of the blocks that was run to get the counters, 0…1.
    public var coverage: Double
    /// Where the instruction counts come from: `sass` (machine code) or `ptx`.
    public var source: String
    /// The regions with the largest parts of the limit's time, the largest first.
    public var regions: [Region]

    /// Regions that are kept.
    private static let regionCount = 12

    /// Puts a prediction together.
    public init(
        kernel: String, predictedSeconds: Double, limit: String, evidence: [Counter],
        counters: [Counter]? = nil, occupancy: Double, limiter: String, registers: Int, spillBytes: Int?,
        waves: Double, coverage: Double, source: String, regions: [Region]
    ) {
        self.kernel = kernel
        self.predictedSeconds = predictedSeconds
        self.limit = limit
        self.evidence = evidence
        self.counters = counters
        self.occupancy = occupancy
        self.limiter = limiter
        self.registers = registers
        self.spillBytes = spillBytes
        self.waves = waves
        self.coverage = coverage
        self.source = source
        self.regions = regions
    }

    init(_ prediction: TimingPrediction, _ profile: KernelProfile, shares: [RegionShare], spillBytes: Int?) {
        self.init(
            kernel: profile.name, predictedSeconds: prediction.predictedSeconds, limit: prediction.binding.rawValue,
            evidence: prediction.evidence.map { Counter($0) }, counters: prediction.counters.map { Counter($0) },
            occupancy: prediction.occupancy.fraction, limiter: prediction.occupancy.limiters.first?.rawValue ?? "",
            registers: profile.resources.registersPerThread, spillBytes: spillBytes, waves: prediction.waves,
            coverage: prediction.coverage, source: prediction.source.rawValue,
            regions: shares.prefix(Self.regionCount).map { part in
                Region(
                    name: part.region, share: part.share,
                    counters: profile.counters(ofRegion: part.region).map { Counter($0) })
            })
    }
}
