import Evaluation
import KernelIR
import Reference
import Workers
import Workloads

/// Many input sets of one workload: what decides whether a fault changes values, and KernelBench's trials.
struct Battery {
    /// One draw of a distribution with what is expected.
    struct Draw {
        let distribution: InputDistribution
        let set: InputSet
    }

    /// One trial of KernelBench with the outputs of the same program in float32.
    struct Trial {
        let set: InputSet
        let expected: [Tensor<Float>]
    }

    let workload: Workload
    let draws: [Draw]
    let trials: [Trial]

    /// Draws `seeds` sets from every distribution, and the trials; all independent of the judge's, whose seed is another.
    init(_ workload: Workload, seed: Seed, seeds: Int = 3) throws(KernelwrightError) {
        self.workload = workload
        let inputs = ReferenceInputs(workload, seed: seed)
        var draws: [Draw] = []
        for number in 0..<seeds {
            for distribution in InputDistribution.allCases {
                let name = "\(distribution.rawValue), battery \(number)"
                let set = try inputs.draw(distribution, seed: seed.derived(for: name), name: name)
                draws.append(Draw(distribution: distribution, set: set))
            }
        }
        self.draws = draws
        let plain = try ReferenceExecutor<Float>(workload)
        var trials: [Trial] = []
        for number in 0..<KernelBenchRule.present.trials {
            let name = "trial \(number)"
            let set = try inputs.draw(KernelBenchRule.distribution, seed: seed.derived(for: name), name: name)
            var arguments: [String: Tensor<Float>] = [:]
            for spec in workload.inputs + workload.parameters {
                arguments[spec.name] = Self.tensor(spec.type, spec.name, in: set)
            }
            trials.append(Trial(set: set, expected: try plain.run(arguments)))
        }
        self.trials = trials
    }

    /// The outputs as they lie in a set's memory.
    func outputs(in set: InputSet) -> [Tensor<Float>] {
        zip(workload.outputs, workload.outputTypes).map { Self.tensor($1, $0, in: set) }
    }

    private static func tensor(_ type: TensorType, _ name: String, in set: InputSet) -> Tensor<Float> {
        Tensor(type: type, bytes: UnsafeRawBufferPointer(set.buffers.bytes(of: name) ?? .init(start: nil, count: 0)))
    }
}
