import Devices
import KernelIR
import Rendering
import SIMT
import Scheduling

/// Takes the features of a product's schedule away one by one, checks each kernel in the emulator, and predicts how
/// long a GPU would take.
public struct AblationStudy: Sendable {
    /// Rows and columns where every element is looked at: the last block of rows is half full.
    public static let checkedExtent = 192

    private let device: SimulatedDevice

    /// - Parameter threadInstructions: what one prediction may run. What blocks share is estimated from the neighbours
    ///   that are run, and variants of different instructions would be compared by different numbers of them. By
    ///   default every variant with matrix instructions has as many as are sampled at most.
    public init(on device: SimulatedDevice, threadInstructions: UInt64 = 1 << 29) {
        var device = device
        device.profiling.threadInstructions = threadInstructions
        self.device = device
    }

    /// Studies every variant.
    ///
    /// - Parameters:
    ///   - extent: rows and columns of the matrices of predictions.
    ///   - begin: called before each variant.
    /// - Returns: a row each; what is wrong with a variant is in its row.
    public func run(extent: Int, begin: (AblationVariant) -> Void = { _ in }) -> AblationOutcome {
        let checked = AblationProduct(extent: Self.checkedExtent)
        let expected = checked.expected()
        let rows = AblationVariant.allCases.map { variant -> AblationOutcome.Row in
            begin(variant)
            var row = AblationOutcome.Row(variant)
            do {
                row.problem = try firstProblem(of: variant, checked, expected)
                if row.problem == nil {
                    row.prediction = try prediction(of: variant, AblationProduct(extent: extent))
                }
            } catch {
                row.problem = "\(error)"
            }
            return row
        }
        return AblationOutcome(
            device: device.id, extent: extent, checkedExtent: Self.checkedExtent, rows: rows)
    }

    /// The kernels of a variant.
    ///
    /// - Throws: what the macro, the verifier or the printer throws.
    func solution(of variant: AblationVariant, _ product: AblationProduct) throws -> Solution {
        let program = product.program
        let schedule = try variant.schedule(program, stage: AblationProduct.stage, target: device.profile)
        let loops = try ScheduleState(program, target: device.profile).applying(schedule).lowered()
        try loops.verify()
        return try Renderer.cuda(device.profile).render(loops, workload: "ablation", author: "ablation")
    }

    /// The first element that is not as expected; nil where there is none.
    private func firstProblem(
        of variant: AblationVariant, _ product: AblationProduct, _ expected: [Float]
    ) throws -> String? {
        let buffers = AblationBuffers(of: product, isFilled: true)
        try load(variant, product, buffers).run(count: 1, prepare: true)
        let output = buffers.output
        guard output.count == expected.count else { return "\(output.count) elements, not \(expected.count)" }
        let wrong = output.indices.first { output[$0] != expected[$0] }
        return wrong.map { "element \($0) is \(output[$0]), not \(expected[$0])" }
    }

    private func prediction(of variant: AblationVariant, _ product: AblationProduct) throws -> LaunchPrediction? {
        let buffers = AblationBuffers(of: product, isFilled: false)
        let prediction = try load(variant, product, buffers).predict(prepare: true)
        withExtendedLifetime(buffers) {}
        // One stage is one launch.
        return prediction?.launches.first
    }

    private func load(
        _ variant: AblationVariant, _ product: AblationProduct, _ buffers: AblationBuffers
    ) throws -> any LoadedSolution {
        let solution = try solution(of: variant, product)
        return try device.load(solution, try device.compile(solution).binary, buffers: buffers.memory)
    }
}
