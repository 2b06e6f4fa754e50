import Devices
import Foundation
import KernelIR
import Rendering
import Scheduling
import Testing
import Workloads

/// Products by matrix instructions from the schedule to the emulator, with every sanitizer on.
@Suite(.enabled(if: Toolchain.isInstalled, Comment(rawValue: Toolchain.missing)))
struct MatrixEmulationTests {
    /// c[b, m, n] = max(0, Σ a[b, m, k]·w[b, n, k] + bias[n]), or w[b, k, n] where it is not transposed.
    private func program(
        _ b: Int, _ m: Int, _ n: Int, _ k: Int, _ type: DType, transposed: Bool
    ) -> TensorProgram {
        func factor(_ buffer: String, _ axes: [String]) -> Expr {
            let load = Expr.load(buffer, axes.map { .axis($0) })
            return type == .float32 ? load : .cast(.float32, load)
        }
        let product = factor("a", ["b", "m", "k"]) * factor("w", transposed ? ["b", "n", "k"] : ["b", "k", "n"])
        let sum = Expr.state(0) + .load("bias", [.axis("n")])
        return TensorProgram(
            name: "product",
            buffers: [
                Buffer("a", type, shape: [b, m, k], role: .input),
                Buffer("w", type, shape: transposed ? [b, n, k] : [b, k, n], role: .input),
                Buffer("bias", shape: [n], role: .input), Buffer("c", shape: [b, m, n], role: .output),
            ],
            stages: [
                .reduce(
                    "product", [Axis("b", b), Axis("m", m), Axis("n", n)], .sum(), over: [Axis("k", k)], [product],
                    finish: [.binary(.max, sum, .float(0))], into: ["c"])
            ])
    }

    /// The elements of a tensor as they lie in memory.
    private func bytes(_ values: [Double], _ type: DType) -> [UInt8] {
        values.flatMap { value -> [UInt8] in
            switch type {
            case .float16: withUnsafeBytes(of: HalfPrecision.float16(Float(value))) { Array($0) }
            case .bfloat16: withUnsafeBytes(of: HalfPrecision.bfloat16(Float(value))) { Array($0) }
            default: withUnsafeBytes(of: Float(value)) { Array($0) }
            }
        }
    }

    /// Schedules, renders, compiles and emulates a program.
    private func run(
        _ program: TensorProgram, _ macro: MatrixGPU, _ inputs: [String: [Double]]
    ) throws -> (values: [Float], source: String) {
        let device = try #require(try SimulatedDevice.named("sim:a6000", toolchain: Toolchain.installation))
        let schedule = try ProgramGPU(matrices: macro).schedule(program, target: device.profile)
        let loops = try ScheduleState(program, target: device.profile).applying(schedule).lowered()
        try loops.verify()
        let solution = try Renderer.cuda(device.profile).render(loops, workload: "", author: "test")
        var memories: [BufferName: UnsafeMutableRawBufferPointer] = [:]
        defer { memories.values.forEach { $0.deallocate() } }
        for buffer in program.buffers {
            let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: buffer.byteCount, alignment: 256)
            memory.initializeMemory(as: UInt8.self, repeating: 0xff)
            if let values = inputs[buffer.name] { memory.copyBytes(from: bytes(values, buffer.type)) }
            memories[buffer.role == .output ? .output(buffer.name) : .input(buffer.name)] = memory
        }
        let plan = try device.load(solution, try device.compile(solution).binary, buffers: memories)
        try plan.run(count: 1, prepare: true)
        let output = try #require(memories[.output("c")])
        return (Array(output.bindMemory(to: Float.self)), solution.sources[0].content)
    }

    /// Small whole numbers, which every format keeps.
    private func inputs(_ program: TensorProgram) -> [String: [Double]] {
        var state: UInt64 = 1
        var inputs: [String: [Double]] = [:]
        for buffer in program.buffers where buffer.role == .input {
            inputs[buffer.name] = (0..<buffer.count).map { _ in
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Double(Int(state >> 60) - 8)
            }
        }
        return inputs
    }

    @Test(arguments: MatrixFormat.allCases, [false, true])
    func wholeAndRagged(_ format: MatrixFormat, _ transposed: Bool) throws {
        var cases: [(DType, MatrixGPU)] = [(.float32, MatrixGPU(rounding: [format]))]
        if format != .tf32 {
            let small = MatrixGPU(rowWarps: 1, columnWarps: 2, rowTiles: 1, columnTiles: 1)
            cases.append((format.storage, small))
        }
        for (b, m, n, k) in [(1, 64, 32, 32), (2, 37, 26, 40), (1, 33, 17, 19)] {
            for (type, macro) in cases {
                let program = program(b, m, n, k, type, transposed: transposed)
                let inputs = inputs(program)
                let expected = try TensorProgramInterpreter.run(program, inputs: inputs)["c"]
                let found = try run(program, macro, inputs)
                #expect(found.source.contains("mma.sync.aligned"))
                #expect(found.values.map { Double($0) } == expected, "\(type) \(b) \(m) \(n) \(k)")
            }
        }
    }

    /// Operands in shared memory in every layout, with one copy and with copies in turn, whole and ragged.
    @Test(arguments: [StagedLayout.plain, .padded(8), .swizzled], [1, 2, 3])
    func staged(_ layout: StagedLayout, _ stages: Int) throws {
        let macro = MatrixGPU(
            rowTiles: 2, columnTiles: 2, staged: layout, pipelineStages: stages, rasterization: .hilbert)
        let cases = [(128, 64, 128, true), (128, 96, 96, false), (75, 50, 103, true), (75, 50, 103, false)]
        for (m, n, k, transposed) in cases {
            let program = program(1, m, n, k, .float16, transposed: transposed)
            let inputs = inputs(program)
            let expected = try TensorProgramInterpreter.run(program, inputs: inputs)["c"]
            let found = try run(program, macro, inputs)
            #expect(found.source.contains("unsigned short product_staged_a["))
            #expect(found.source.contains("kw_wait_copies_\(max(0, stages - 2))") == (stages > 1))
            #expect(found.values.map { Double($0) } == expected, "\(m) \(n) \(k) \(transposed)")
        }
    }

    /// Rounding on the device is the interpreter's.
    @Test(arguments: MatrixFormat.allCases) func rounding(_ format: MatrixFormat) throws {
        let program = program(1, 16, 8, 16, .float32, transposed: true)
        var inputs = inputs(program)
        // One product a result, so that no sum rounds.
        inputs["a"] = (0..<256).map { $0 / 16 == $0 % 16 ? 1 : 0 }
        inputs["w"] = (0..<128).map { Double(Float(1 + Double($0) * 0x1.234p-9)) }
        inputs["bias"] = [Double](repeating: 0, count: 8)
        let found = try run(program, MatrixGPU(rounding: [format]), inputs).values
        for (place, value) in found.enumerated() {
            let expected = format.rounded(inputs["w"]?[place % 8 * 16 + place / 8] ?? 0)
            #expect(Double(value) == expected, "\(place)")
        }
    }
}
