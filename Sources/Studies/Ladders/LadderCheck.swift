import Devices
import KernelIR

/// Runs kernels of a ladder in the emulator with every sanitizer, and looks at every element of the output.
struct LadderCheck {
    private let ladder: any KernelLadder
    private let device: SimulatedDevice
    private let extent: Int
    private let expected: [Float]

    /// - Throws: `badInput` for an extent that tiles do not divide.
    init(_ ladder: any KernelLadder, on device: SimulatedDevice, extent: Int) throws(KernelwrightError) {
        try ladder.check(extent)
        (self.ladder, self.device, self.extent) = (ladder, device, extent)
        expected = ladder.expected(extent: extent)
    }

    /// The first thing that is wrong with a kernel; nil for one that is right and clean.
    ///
    /// - Throws: `missingComponent` where its file is not there.
    func firstProblem(of kernel: LadderKernel) throws(KernelwrightError) -> String? {
        let solution = try ladder.solution(of: kernel, extent: extent)
        let buffers = LadderBuffers(of: solution, in: ladder, extent: extent, isFilled: true)
        do throws(DeviceFailure) {
            let binary = try device.compile(solution).binary
            try device.load(solution, binary, buffers: buffers.memory).run(count: 1, prepare: true)
        } catch {
            return "\(error)"
        }
        return firstWrong(buffers.elements(of: .output(ladder.output)))
    }

    private func firstWrong(_ output: [Float]) -> String? {
        for (index, (made, wanted)) in zip(output, expected).enumerated() {
            let difference = (Double(made) - Double(wanted)).magnitude
            // What is no number is not right either.
            if !(difference <= ladder.tolerance * Double(wanted.magnitude)) {
                return "element \(index) is \(made), not \(wanted)"
            }
        }
        return output.count == expected.count ? nil : "\(output.count) elements, not \(expected.count)"
    }
}
