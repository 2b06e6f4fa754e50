import KernelIR
import Policies
import Rendering
import Testing
import Workloads

@Suite struct AnnotatedKernelTests {
    private let workload: Workload = {
        let x = TensorSpec(name: "x", dtype: .float32, shape: [8])
        let w = TensorSpec(name: "w", dtype: .float32, shape: [8])
        let node = Node(name: "y", op: "aten.mul.Tensor", arguments: [.value("x"), .value("w")], outputs: [x.type])
        return Workload(name: "scale", inputs: [x], parameters: [w], nodes: [node], outputs: ["y"])
    }()

    private func read(_ source: String, from path: String = "k.cl") throws -> Solution {
        try AnnotatedKernel(source: source, path: path).solution(for: workload, profile: .genericAVX512)
    }

    @Test func readsLaunchesAndScratch() throws {
        let solution = try read(
            """
            // kw: scratch tmp 64
            // kw: launch pack grid=2 block=4,1 args=w,tmp phase=prepare
            // kw: launch scale grid=8,2,1 args=x,tmp,y,int32:8
            __kernel void pack() {}
            """)
        #expect(solution.scratch == [.init(name: "tmp", bytes: 64)])
        #expect(
            solution.launches == [
                .init(
                    kernel: "pack", phase: .prepare, grid: [2], block: [4, 1],
                    arguments: [.parameter("w"), .scratch("tmp")]),
                .init(
                    kernel: "scale", grid: [8, 2, 1], block: [1],
                    arguments: [.input("x"), .scratch("tmp"), .output("y"), .scalar(.int32, 8)]),
            ])
        #expect(solution.workload == workload.contentHash)
        #expect(solution.author == "user")
    }

    @Test func passesAllTensorsByDefault() throws {
        let solution = try read("// kw: launch scale grid=8\n")
        #expect(solution.launches[0].arguments == [.input("x"), .parameter("w"), .output("y")])
        #expect(solution.launches[0].block == [1])
    }

    @Test func theSuffixTellsTheLanguage() throws {
        let line = "// kw: launch scale grid=8 block=32 shared=128 args=x,y,int32:8\n"
        let cuda = try read(line, from: "folder/k.cu")
        #expect(cuda.target.language == .cuda)
        #expect(cuda.sources == [.init(path: "kernel.cu", content: line)])
        #expect(
            cuda.launches == [
                .init(
                    kernel: "scale", grid: [8], block: [32], sharedBytes: 128,
                    arguments: [.input("x"), .output("y"), .scalar(.int32, 8)])
            ])
        let openCL = try read(line)
        #expect(openCL.target.language == .opencl)
        #expect(openCL.sources.map(\.path) == ["kernel.cl"])
        #expect(openCL.launches == cuda.launches)
        let error = #expect(throws: KernelwrightError.self) { try read(line, from: "k.c") }
        #expect(error?.hint?.contains(".cu") == true)
    }

    @Test(arguments: [
        ("__kernel void k() {}", "k.cl: no launch is given"),
        ("// kw: launch", "k.cl:1: launch takes a kernel's name"),
        ("\n// kw: launch k grid=0", "k.cl:2: '0' is not one to three positive sizes"),
        ("// kw: launch k grid=-4", "k.cl:1: '-4' is not one to three positive sizes"),
        ("// kw: launch k grid=1,1,1,1", "k.cl:1: '1,1,1,1' is not one to three positive sizes"),
        ("// kw: launch k args=z", "k.cl:1: unknown argument 'z'"),
        ("// kw: launch k phase=later", "k.cl:1: phase is prepare or run"),
        ("// kw: launch k grids=1", "k.cl:1: unknown key 'grids'"),
        ("// kw: launch k shared=-1", "k.cl:1: shared takes a number of bytes"),
        ("// kw: launch k shared=4kB", "k.cl:1: shared takes a number of bytes"),
        ("// kw: scratch tmp -1", "k.cl:1: scratch takes a name and a number of bytes"),
        ("// kw: lunch k", "k.cl:1: unknown word 'lunch'"),
    ])
    func namesThePlaceOfAMistake(source: String, message: String) {
        let error = #expect(throws: KernelwrightError.self) { try read(source) }
        #expect(error?.message == message)
        #expect(error?.code == .badInput)
        #expect(error?.hint != nil)
    }
}
