import Foundation
import KernelIR

/// NVIDIA's compiler and binary tools in a Python environment: the wheels of PyPI, no GPU and no CUDA installation.
///
/// The folder is passed in (`./kw setup cuda` makes `.kernelwright/cuda`); nothing is looked for elsewhere.
public struct CUDAInstallation: Sendable, Hashable {
    /// A part of the toolchain and the wheel that brings it.
    public enum Component: String, Sendable, Hashable, CaseIterable {
        case nvrtc = "libnvrtc"
        case builtins = "libnvrtc-builtins"
        case headers = "cuda_runtime.h"
        case mathHeaders = "crt/mma.h"
        case libraryHeaders = "cccl"
        case nvdisasm
        case cuobjdump
        /// Not installed by `./kw`: NVRTC holds the same assembler.
        case ptxas

        /// The name on PyPI.
        public var package: String {
            switch self {
            case .nvrtc, .builtins: "nvidia-cuda-nvrtc"
            case .headers: "nvidia-cuda-runtime"
            case .mathHeaders: "nvidia-cuda-crt"
            case .libraryHeaders: "nvidia-cuda-cccl"
            case .nvdisasm: "nvidia-cuda-nvdisasm"
            case .cuobjdump: "nvidia-cuda-cuobjdump"
            case .ptxas: "nvidia-cuda-nvcc"
            }
        }

        /// Whether compiling and examining kernels needs it.
        public var isRequired: Bool { self != .ptxas }
    }

    /// The command that installs it, for hints of errors.
    public static let installation = "./kw setup cuda"

    /// The virtual environment.
    public let environment: URL
    private let paths: [Component: URL]

    /// Looks through a virtual environment; what is not there is missing, nothing is thrown.
    public init(environment: URL) {
        self.environment = environment
        var paths: [Component: URL] = [:]
        for root in Self.roots(in: environment) {
            for component in Component.allCases where paths[component] == nil {
                paths[component] = Self.find(component, in: root)
            }
        }
        self.paths = paths
    }

    /// What compiling and examining kernels needs and is not there.
    public var missing: [Component] { Component.allCases.filter { $0.isRequired && paths[$0] == nil } }

    /// Throws unless everything needed is there.
    ///
    /// - Throws: `missingComponent`, which names the packages and `./kw setup cuda`.
    public func check() throws(KernelwrightError) {
        if !missing.isEmpty { throw Self.absent(missing, in: environment) }
    }

    /// Where a component is: a library, a program, or the folder in which its headers are found.
    ///
    /// - Throws: `missingComponent`, which names the package and `./kw setup cuda`.
    public func path(of component: Component) throws(KernelwrightError) -> URL {
        guard let path = paths[component] else { throw Self.absent([component], in: environment) }
        return path
    }

    /// The folders that a kernel's `#include <…>` are looked for in, in order; those that are there.
    public var includeFolders: [URL] {
        var folders: [URL] = []
        for component in [Component.headers, .mathHeaders, .libraryHeaders] {
            if let folder = paths[component], !folders.contains(folder) { folders.append(folder) }
        }
        return folders
    }

    private static func absent(_ components: [Component], in environment: URL) -> KernelwrightError {
        let names = components.map { $0.rawValue == $0.package ? $0.package : "\($0.rawValue) (\($0.package))" }
        var line = installation
        if let extra = components.first(where: { !$0.isRequired }) {
            line = "\(environment.path)/bin/pip install --no-deps \(extra.package)"
        }
        return KernelwrightError(
            .missingComponent, "the CUDA toolchain in \(environment.path) lacks \(names.joined(separator: ", "))",
            hint: line)
    }

    /// The folders that wheels unpack to: `nvidia/cu13` together; those of CUDA 12 `nvidia/cuda_nvrtc` and so on.
    private static func roots(in environment: URL) -> [URL] {
        let libraries = environment.appendingPathComponent("lib")
        return entries(of: libraries).filter { $0.lastPathComponent.hasPrefix("python") }
            .flatMap { entries(of: $0.appendingPathComponent("site-packages/nvidia")) }
    }

    private static func find(_ component: Component, in root: URL) -> URL? {
        let include = root.appendingPathComponent("include")
        switch component {
        case .nvrtc, .builtins:
            let prefix = "\(component.rawValue).so."
            return entries(of: root.appendingPathComponent("lib")).last { $0.lastPathComponent.hasPrefix(prefix) }
        case .headers, .mathHeaders:
            return exists(include.appendingPathComponent(component.rawValue)) ? include : nil
        case .libraryHeaders:
            let places = [include.appendingPathComponent("cccl"), include]
            return places.first { exists($0.appendingPathComponent("cuda/std")) }
        case .nvdisasm, .cuobjdump, .ptxas:
            let program = root.appendingPathComponent("bin/\(component.rawValue)")
            return FileManager.default.isExecutableFile(atPath: program.path) ? program : nil
        }
    }

    private static func exists(_ url: URL) -> Bool { FileManager.default.fileExists(atPath: url.path) }

    /// A folder's entries by name, so that the newest of several versions is the last; none where there is no folder.
    private static func entries(of folder: URL) -> [URL] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { folder.appendingPathComponent($0) }
    }
}
