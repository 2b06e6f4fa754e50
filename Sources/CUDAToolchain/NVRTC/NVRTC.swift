import CNVRTC
import Foundation
import KernelIR
import Synchronization

/// NVIDIA's run-time compiler: CUDA C++ in memory to PTX and machine code, without a GPU or a driver.
///
/// The library is loaded when a value is made and unloaded with its last copy. A compilation blocks the calling thread;
/// several may run at once. What the compiler refuses is data in the result, not an error. Source:
/// https://docs.nvidia.com/cuda/nvrtc/.
public struct NVRTC: Sendable {
    /// E.g. 13.5.
    public struct Version: Sendable, Hashable, CustomStringConvertible {
        /// Of CUDA.
        public var major: Int
        /// Of CUDA.
        public var minor: Int
        /// `13.5`.
        public var description: String { "\(major).\(minor)" }
    }

    /// The release of CUDA that the compiler is from.
    public let version: Version
    /// What it makes machine code for, in ascending order, without the variants for one chip (`sm_90a`).
    public let architectures: [CUDAArchitecture]

    private let library: NVRTCLibrary
    private let includeFolders: [URL]

    /// Loads the compiler of an installation.
    ///
    /// - Throws: `missingComponent`, with the command that installs what is missing.
    public init(_ installation: CUDAInstallation) throws(KernelwrightError) {
        let path = try installation.path(of: .nvrtc)
        // Without its twin the library loads and then fails to compile with a bare code.
        let builtins = try installation.path(of: .builtins)
        library = try NVRTCLibrary(path: path.path, builtins: builtins.path)
        includeFolders = installation.includeFolders
        var (major, minor, count): (Int32, Int32, Int32) = (0, 0, 0)
        _ = cnvrtc_version(library.raw, &major, &minor)
        version = Version(major: Int(major), minor: Int(minor))
        _ = cnvrtc_architecture_count(library.raw, &count)
        var numbers = [Int32](repeating: 0, count: max(Int(count), 0))
        _ = cnvrtc_architectures(library.raw, &numbers)
        architectures = numbers.map { .sm(Int($0)) }
    }

    /// Compiles a source for one architecture: PTX, and machine code where the architecture is a real one.
    ///
    /// - Parameters:
    ///   - names: expressions that name kernels, e.g. `scale<float>`; the result maps each to its symbol.
    ///   - deadline: the compiler stops at the end of the phase in which this time is over.
    /// - Throws: `missingComponent` where the installation itself does not work. What is wrong with the source, the
    ///   options or the names is in the result.
    public func compile(
        _ source: CUDASource, for architecture: CUDAArchitecture, options: CUDACompilerOptions = CUDACompilerOptions(),
        names: [String] = [], deadline: Duration = .seconds(120)
    ) throws(KernelwrightError) -> CUDACompilation {
        let request = NVRTCRequest(
            source: source, architecture: architecture, names: names,
            options: options.arguments(for: architecture, includeFolders: includeFolders))
        if let refusal = request.refusal { return refusal }
        let library = library
        let result = CompilerThread.run { () -> Result<CUDACompilation, KernelwrightError> in
            do throws(KernelwrightError) {
                return .success(try request.run(library, deadline))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Compiles a source for several architectures at once, on as many threads as there are cores.
    ///
    /// - Returns: one result for each architecture, in their order.
    /// - Throws: as for one.
    public func compile(
        _ source: CUDASource, for architectures: [CUDAArchitecture],
        options: CUDACompilerOptions = CUDACompilerOptions(), names: [String] = [], deadline: Duration = .seconds(120)
    ) throws(KernelwrightError) -> [CUDACompilation] {
        let results = Mutex<[Int: Result<CUDACompilation, KernelwrightError>]>([:])
        DispatchQueue.concurrentPerform(iterations: architectures.count) { index in
            var result: Result<CUDACompilation, KernelwrightError>
            do throws(KernelwrightError) {
                result = .success(
                    try compile(
                        source, for: architectures[index], options: options, names: names, deadline: deadline))
            } catch {
                result = .failure(error)
            }
            results.withLock { $0[index] = result }
        }
        let all = results.withLock { $0 }
        var compilations: [CUDACompilation] = []
        for index in architectures.indices {
            guard let result = all[index] else { preconditionFailure("an iteration ended without a result") }
            compilations.append(try result.get())
        }
        return compilations
    }
}
