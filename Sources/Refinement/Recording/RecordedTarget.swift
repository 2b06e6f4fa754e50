import Devices
import KernelIR
import Rendering

/// What an author is shown of a device: with it a run repeats where there is no such device.
public struct RecordedTarget: Sendable, Hashable, Codable {
    /// What kernels are written in.
    public var language: Solution.Target.Language
    public var profile: TargetProfile
    /// The device's best rates, which language models are shown.
    public var ceilings: Ceilings
    /// Whether these, and times, come from a model of the device.
    public var isPredicted: Bool

    public init(
        language: Solution.Target.Language, profile: TargetProfile, ceilings: Ceilings, isPredicted: Bool = false
    ) {
        self.language = language
        self.profile = profile
        self.ceilings = ceilings
        self.isPredicted = isPredicted
    }

    /// What writes kernels for it.
    public var renderer: Renderer {
        switch language {
        case .opencl: .openCL(profile)
        case .cuda: .cuda(profile)
        }
    }
}
