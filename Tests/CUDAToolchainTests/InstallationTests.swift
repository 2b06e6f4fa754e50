import CUDAToolchain
import Foundation
import KernelIR
import Testing

@Suite("Finding the toolchain")
struct InstallationTests {
    @Test("an empty place lacks everything and names the command")
    func empty() {
        let installation = CUDAInstallation(environment: URL(fileURLWithPath: "/nowhere"))
        #expect(installation.missing.count == CUDAInstallation.Component.allCases.count - 1)
        let error = #expect(throws: KernelwrightError.self) { try installation.check() }
        #expect(error?.code == .missingComponent)
        #expect(error?.hint == "./kw setup cuda")
        #expect(error?.message.contains("nvidia-cuda-nvrtc") == true)
        #expect(throws: KernelwrightError.self) { try NVRTC(installation) }
        #expect(throws: KernelwrightError.self) {
            try CUDADisassembler(installation, temporaryFolder: FileManager.default.temporaryDirectory)
        }
    }

    @Test("one missing wheel is named alone")
    func partial() throws {
        let place = FileManager.default.temporaryDirectory.appendingPathComponent("kernelwright-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: place) }
        let root = place.appendingPathComponent("lib/python3.11/site-packages/nvidia/cu13")
        let names = [
            "lib/libnvrtc.so.13", "lib/libnvrtc-builtins.so.13.5", "include/cuda_runtime.h", "include/crt/mma.h",
            "include/cccl/cuda/std/array", "bin/nvdisasm",
        ]
        for name in names {
            let file = root.appendingPathComponent(name)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data().write(to: file)
            if name.hasPrefix("bin") {
                try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
            }
        }
        let installation = CUDAInstallation(environment: place)
        #expect(installation.missing == [.cuobjdump])
        #expect(installation.includeFolders.map(\.lastPathComponent) == ["include", "cccl"])
        #expect(try installation.path(of: .nvrtc).lastPathComponent == "libnvrtc.so.13")
        let error = #expect(throws: KernelwrightError.self) { try installation.path(of: .cuobjdump) }
        #expect(error?.message.contains("nvidia-cuda-cuobjdump") == true)
        // It is a file, and no library.
        let broken = #expect(throws: KernelwrightError.self) { try NVRTC(installation) }
        #expect(broken?.code == .missingComponent)
    }

    @Test("names of architectures", arguments: ["sm_75", "sm_86", "compute_90a", "sm_100f"])
    func architectures(name: String) throws {
        #expect(try CUDAArchitecture(name).description == name)
    }

    @Test(
        "names that are none",
        arguments: ["", "sm", "sm_", "sm_8", "sm_86x", "ptx_86", "sm_86_1", "sm_８６", "sm_9999", "SM_86"])
    func noArchitectures(name: String) {
        let error = #expect(throws: KernelwrightError.self) { try CUDAArchitecture(name) }
        #expect(error?.code == .badInput)
    }

    @Test("architectures are ordered by their number")
    func order() throws {
        let names = ["sm_100", "sm_75", "sm_90a", "sm_90"]
        let sorted = try names.map { try CUDAArchitecture($0) }.sorted().map(\.description)
        #expect(sorted == ["sm_75", "sm_90", "sm_90a", "sm_100"])
    }
}
