/// What lies in the processor's caches when a timed call begins.
public enum CacheState: String, Sendable, Hashable, Codable, CaseIterable {
    /// What the call before it left there, as in a loop over one layer.
    case warm
    /// Nothing of this workload: every sample is one call after the caches were filled with other data.
    case cold

    /// The least length of a batch in seconds.
    var batchSeconds: Double { self == .warm ? TimingPlan.batchSeconds : 0 }
}
