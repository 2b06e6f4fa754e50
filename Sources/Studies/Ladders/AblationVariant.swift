import KernelIR
import Scheduling

/// A schedule of the ablation's product: with every feature, or with one less.
public enum AblationVariant: String, Sendable, Hashable, Codable, CaseIterable {
    /// Matrix instructions on operands staged in swizzled rows, three copies in turn, groups along a Hilbert curve.
    case everything
    /// Tiles of scalar sums in place of matrix instructions.
    case noTensorCores = "no tensor cores"
    /// One copy, which everybody waits for.
    case noTurns = "no copies in turn"
    /// Rows of staged operands one behind the other.
    case noSwizzle = "no swizzle"
    /// Groups row by row.
    case noOrder = "no Hilbert order"
    /// Operands from device memory; nothing takes turns then.
    case noStaging = "no staging"

    /// The actions for a stage of an unscheduled program.
    ///
    /// - Throws: what the macro throws where it is illegal.
    func schedule(
        _ program: TensorProgram, stage: String, target: TargetProfile
    ) throws(ScheduleError) -> Schedule {
        var builder = ScheduleBuilder(ScheduleState(program, target: target))
        if self == .noTensorCores {
            try TileGPU(staged: .swizzled, pipelineStages: Self.stages, rasterization: .hilbert)
                .apply(to: &builder, stage: stage)
        } else {
            try matrix.apply(to: &builder, stage: stage)
        }
        return builder.schedule
    }

    private static let stages = 3

    private var matrix: MatrixGPU {
        // Blocks of 128 × 128: smaller ones wait for L2, whatever else they do.
        var macro = MatrixGPU(
            columnTiles: 8, staged: .swizzled, pipelineStages: Self.stages, rasterization: .hilbert)
        switch self {
        case .everything, .noTensorCores: break
        case .noTurns: macro.pipelineStages = 1
        case .noSwizzle: macro.staged = .plain
        case .noOrder: macro.rasterization = nil
        case .noStaging: macro.staged = nil
        }
        return macro
    }
}
