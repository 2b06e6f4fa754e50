import CUDAToolchain
import Foundation
import KernelIR
import Rendering
import Testing

@testable import Devices

/// CUDA kernels on models of GPUs: compiled by NVRTC, run by the emulator, checked on the way.
@Suite(.enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct SimulatedDeviceTests {
    private static let count = 1000

    /// `y[i] = …` for each of `count` elements, with x of as many and 256 floats of scratch.
    private static func solution(_ body: String, kernel: String = "f", block: Int = 128) -> Solution {
        let source = """
            extern "C" __global__ void f(const float *x, float *y, float *t, float a, int n) {
                int i = blockIdx.x * blockDim.x + threadIdx.x;
                \(body)
            }
            """
        return Solution(
            name: "test", workload: "", target: .init(language: .cuda, profile: "any"),
            sources: [.init(path: "f.cu", content: source)], scratch: [.init(name: "t", bytes: 1024)],
            launches: [
                .init(
                    kernel: kernel, grid: [(count + block - 1) / block], block: [block],
                    arguments: [
                        .input("x"), .output("y"), .scratch("t"), .scalar(.float32, 0.5),
                        .scalar(.int32, Double(count)),
                    ])
            ], author: "test")
    }

    /// Runs a solution once on x = 0, 1, 2, … and returns y.
    private func run(_ solution: Solution, on id: String = "sim:a6000") throws -> [Float] {
        let device = try #require(try SimulatedDevice.named(id, toolchain: Toolchain.installation))
        let binary = try device.compile(solution).binary
        func memory(_ bytes: Int) -> UnsafeMutableRawBufferPointer {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes, alignment: 256)
            memory.initializeMemory(as: UInt8.self, repeating: 0)
            return memory
        }
        let (x, y, t) = (memory(4 * Self.count), memory(4 * Self.count), memory(1024))
        defer { [x, y, t].forEach { $0.deallocate() } }
        let inputs = x.bindMemory(to: Float.self)
        for index in inputs.indices { inputs[index] = Float(index) }
        let plan = try device.load(solution, binary, buffers: [.input("x"): x, .output("y"): y, .scratch("t"): t])
        try plan.run(count: 1, prepare: true)
        return Array(y.bindMemory(to: Float.self))
    }

    private func failure(_ solution: Solution) -> DeviceFailure? {
        #expect(throws: DeviceFailure.self) { _ = try run(solution) }
    }

    @Test(arguments: ["sim:a100", "sim:a6000", "sim:h100", "sim:rtx4090"])
    func kernelsComputeInPlace(_ id: String) throws {
        let y = try run(Self.solution("if (i < n) y[i] = a * x[i] + 1.0f;"), on: id)
        #expect(y.enumerated().allSatisfy { $0.element == 0.5 * Float($0.offset) + 1 })
    }

    @Test func sharedMemoryAndBarriersWork() throws {
        let y = try run(
            Self.solution(
                """
                __shared__ float s[128];
                s[threadIdx.x] = i < n ? x[i] : 0.0f;
                __syncthreads();
                if (i < n) y[i] = s[127 - threadIdx.x];
                """))
        #expect(y[0] == 127 && y[127] == 0 && y[128] == 255)
    }

    @Test func anAccessOutOfBoundsIsAFailureWithItsPlace() throws {
        guard case .fault(let fault)? = failure(Self.solution("y[i] = x[i];")), fault.kind == .outOfBounds else {
            Issue.record("no fault was found")
            return
        }
        #expect(fault.message.contains("outOfBounds") && fault.message.contains("source line 3"), "\(fault)")
    }

    @Test func aRaceIsFound() throws {
        let body = """
            __shared__ float s[128];
            s[threadIdx.x] = 0.0f;
            __syncthreads();
            s[threadIdx.x] = i < n ? x[i] : 0.0f;
            if (i < n) y[i] = s[(threadIdx.x + 32) % 128];
            """
        guard case .fault(let fault)? = failure(Self.solution(body)), fault.kind == .race else {
            Issue.record("no race was found")
            return
        }
        #expect(fault.message.contains("sharedRace"), "\(fault)")
    }

    @Test func whatNobodyWroteIsNotRead() throws {
        guard case .fault(let fault)? = failure(Self.solution("if (i < n) y[i] = t[i % 256];")), fault.kind == .other
        else {
            Issue.record("no uninitialized read was found")
            return
        }
        #expect(fault.message.contains("uninitializedRead"), "\(fault)")
    }

    @Test func inputsCannotBeWritten() throws {
        guard case .fault(let fault)? = failure(Self.solution("if (i < n) ((float *)x)[i] = 1.0f;")),
            fault.kind == .readOnly
        else {
            Issue.record("an input was written")
            return
        }
        #expect(fault.message.contains("readOnly"), "\(fault)")
    }

    @Test func errorsOfTheCompilerNameTheLine() throws {
        guard case .compileError(let log)? = failure(Self.solution("y[i] = nothing;")) else {
            Issue.record("no error was found")
            return
        }
        #expect(log.contains("f.cu(3)") && log.contains("nothing"), "\(log)")
    }

    @Test func wrongPlansAreRefused() throws {
        guard case .invalidPlan(let text)? = failure(Self.solution("y[i] = 0;", kernel: "g")) else {
            Issue.record("the kernel was found")
            return
        }
        #expect(text.contains("'g'") && text.contains("f"))
        var other = Self.solution("y[i] = 0;")
        other.target.language = .opencl
        guard case .invalidPlan? = failure(other) else {
            Issue.record("OpenCL was compiled as CUDA")
            return
        }
    }

    /// The options of a plan that mean something to NVRTC reach it; others are refused as on a GPU.
    @Test func definitionsReachTheCompiler() throws {
        var solution = Self.solution("if (i < n) y[i] = FACTOR * x[i];")
        solution.options = ["-DFACTOR=3"]
        #expect(try run(solution)[5] == 15)
        solution.options = ["-DFACTOR=4"]
        #expect(try run(solution)[5] == 20)
        solution.options = ["-cl-mad-enable"]
        guard case .invalidPlan(let text)? = failure(solution) else {
            Issue.record("an option of OpenCL was taken")
            return
        }
        #expect(text.contains("-cl-mad-enable") && text.contains("-DNAME=NUMBER"))
    }

    @Test func modelsAreNamed() throws {
        #expect(try SimulatedDevice.named("opencl:0", toolchain: Toolchain.installation) == nil)
        let error = #expect(throws: KernelwrightError.self) {
            _ = try SimulatedDevice.named("sim:tpu", toolchain: Toolchain.installation)
        }
        #expect(error?.code == .badInput && error?.hint?.contains("sim:a100") == true)
        let device = try #require(try SimulatedDevice.named("sim:h100", toolchain: Toolchain.installation))
        #expect(device.isPredicted && device.kind == .gpu && device.profile.cores == 132)
        #expect(device.limits.localBytes == 227 << 10)
    }
}
