import CUDAToolchain
import Rendering

extension CUDACompilerOptions {
    /// The defaults with the options of a solution.
    ///
    /// - Throws: `invalidPlan` for what means nothing to NVRTC: of a plan's options only definitions do.
    init(of solution: Solution) throws(DeviceFailure) {
        if let other = solution.options.first(where: { !$0.hasPrefix("-D") }) {
            throw .invalidPlan("'\(other)' is no option of CUDA C++; legal is -DNAME=NUMBER")
        }
        self.init()
        further = solution.options
    }
}
