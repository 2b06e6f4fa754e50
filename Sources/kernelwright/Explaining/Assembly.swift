import Devices
import Foundation
import KernelIR
import Rendering
import Workers

/// The machine code of a solution, disassembled by objdump from what the driver compiled in the sandbox; of CUDA C++ the
/// PTX, then the machine code of the simulated GPU.
struct Assembly {
    let device: any Device
    let host: WorkerHost

    /// The instructions of every kernel; throws `missingComponent` where the binary or objdump is not to be had.
    func text(of solution: Solution) async throws -> String {
        let compiled: CompiledSolution
        switch try await host.compile(solution, deadline: .seconds(60)) {
        case .success(let value): compiled = value
        case .failure(let failure): return "none: \(failure.status): \(failure.message)"
        }
        if DeviceCatalog.isSimulated(device.id) { return try Self.text(ofSimulated: compiled.binary) }
        let images = NativeImages(in: compiled.binary.bytes).images
        guard !images.isEmpty else {
            return "not to be had: the binary of \(device.driver) holds no machine code that objdump reads"
        }
        var texts: [String] = []
        for image in images { texts.append(try Self.disassemble(image)) }
        return texts.joined(separator: "\n")
    }

    private static func text(ofSimulated binary: ProgramBinary) throws -> String {
        let code = try SimulatedDevice.code(of: binary)
        let machine = code.machineCode ?? "not to be had: the disassembler could not be run"
        return "// PTX\n\(code.ptx)\n// machine code\n\(machine)"
    }

    private static func disassemble(_ image: Data) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("kernelwright-\(UUID().uuidString).so")
        try image.write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["objdump", "-d", "--no-show-raw-insn", "-M", "intel", file.path]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw KernelwrightError(
                .missingComponent, "objdump cannot disassemble the kernel", hint: "apt-get install binutils")
        }
        // The first lines name the temporary file.
        return text.split(separator: "\n").filter { !$0.contains("file format") }.joined(separator: "\n")
    }
}
