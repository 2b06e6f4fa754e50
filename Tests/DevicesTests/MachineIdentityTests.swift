import CUDAToolchain
import Foundation
import SIMT
import Testing

@testable import Devices

/// What a machine is told apart by, in folders that stand for those of the system.
@Suite struct MachineIdentityTests {
    /// An empty folder, removed when its value goes.
    private final class Folder {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("identity-\(UUID().uuidString)")

        init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
        deinit { try? FileManager.default.removeItem(at: url) }

        func write(_ text: String, to path: String) throws {
            let file = url.appendingPathComponent(path)
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
    }

    @Test func aGPUIsPartOfIt() throws {
        let folder = try Folder()
        func identity(_ device: String) -> MachineIdentity {
            .read(device: device, vendors: folder.url.path + "/none", nvidia: folder.url.path)
        }
        #expect(identity("cuda:0").parts.isEmpty)
        try folder.write("NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65\nGCC version: 13\n", to: "version")
        try folder.write("Model: \t\t NVIDIA RTX A6000\nIRQ:   \t\t 93\n", to: "gpus/0000:01:00.0/information")
        let older = identity("cuda:0")
        #expect(older.parts == ["NVRM version: NVIDIA UNIX x86_64 Kernel Module  580.65", "NVIDIA RTX A6000"])
        try folder.write("NVRM version: NVIDIA UNIX x86_64 Kernel Module  590.10\n", to: "version")
        #expect(identity("cuda:0").description != older.description)
        #expect(identity("opencl:0").parts.isEmpty)
    }

    @Test func theModelOfTimesIsPartOfASimulatedDevice() throws {
        let folder = try Folder()
        let identity = MachineIdentity.read(device: "sim:a6000", nvidia: folder.url.path)
        #expect(identity.parts == ["timing model \(TimingModel.version)"])
    }

    @Test func soIsTheCompiler() throws {
        let folder = try Folder()
        let library = "lib/python3.12/site-packages/nvidia/cu13/lib/libnvrtc.so.13"
        try folder.write("compiler", to: library)
        let installation = CUDAInstallation(environment: folder.url)
        func last(_ device: String) -> String? {
            MachineIdentity.read(device: device, toolchain: installation, nvidia: folder.url.path).parts.last
        }
        let first = last("sim:a6000")
        #expect(first?.contains("libnvrtc.so.13 8 ") == true && last("cuda:0") == first && last("opencl:0") == nil)
        try folder.write("another compiler", to: library)
        #expect(last("sim:a6000") != first)
    }
}
