import FoundationEssentials
import KernelIR
import Rendering
import Testing

@testable import Devices

@Suite(.serialized) struct OpenCLDeviceTests {
    let device: OpenCLDevice

    init() throws { device = try OpenCLDevice.named("opencl:0") }

    @Test func theProfileDescribesAMachine() {
        let profile = device.profile
        #expect(profile.cores >= 1 && profile.vectorWidths == profile.vectorWidths.sorted())
        #expect(profile.l1Bytes <= profile.l2Bytes && profile.maxGroupSize >= 1 && profile.localBytes > 0)
        #expect(device.limits.maxBlock.count == 3)
    }

    @Test func anUnknownDeviceNamesThoseThere() {
        let error = #expect(throws: KernelwrightError.self) { _ = try OpenCLDevice.named("opencl:99") }
        #expect(error?.code == .badInput && error?.hint?.contains("opencl:0") == true)
    }

    /// The caller's own memory holds the result without any transfer.
    @Test func launchesWorkInPlace() throws {
        let solution = Self.solution("y[get_global_id(0)] = f * x[get_global_id(0)];")
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 8192, alignment: 4096)
        defer { memory.deallocate() }
        let floats = memory.bindMemory(to: Float.self)
        for index in 0..<2048 { floats[index] = Float(index) }
        let plan = try device.load(
            solution, try device.compile(solution).binary,
            buffers: [
                .input("x"): UnsafeMutableRawBufferPointer(rebasing: memory[..<4096]),
                .output("y"): UnsafeMutableRawBufferPointer(rebasing: memory[4096...]),
            ])
        try plan.run(count: 1, prepare: true)
        #expect(try plan.predict(prepare: true) == nil)
        #expect((0..<1024).allSatisfy { floats[1024 + $0] == 0.5 * Float($0) })
    }

    @Test func aRequiredWorkGroupSizeMustBeKept() {
        let solution = Self.solution("y[0] = f;", attribute: "__attribute__((reqd_work_group_size(8, 1, 1)))")
        let error = #expect(throws: DeviceFailure.self) { _ = try device.compile(solution) }
        guard case .invalidPlan(let text)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(text.contains("[8, 1, 1]") && text.contains("[4, 1, 1]"))
    }

    @Test func aBrokenSourceYieldsTheCompilersLog() {
        let error = #expect(throws: DeviceFailure.self) { _ = try device.compile(Self.solution("y[0] = undeclared;")) }
        guard case .compileError(let log)? = error else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(log.contains("undeclared"))
    }

    @Test func launchesOfAnOrdinaryProcessAreNotInert() throws {
        #expect(try !device.launchesAreInert())
    }

    static func solution(_ body: String, attribute: String = "") -> Solution {
        let source = """
            __kernel \(attribute) void k(__global const float *x, __global float *y, float f) { \(body) }
            """
        return Solution(
            name: "test", workload: "", target: .init(language: .opencl, profile: "any"),
            sources: [.init(path: "k.cl", content: source)],
            launches: [
                .init(
                    kernel: "k", grid: [256], block: [4],
                    arguments: [.input("x"), .output("y"), .scalar(.float32, 0.5)])
            ], author: "test")
    }
}

@Suite struct PlanCheckTests {
    let check = PlanCheck(
        limits: DeviceLimits(
            maxBlock: [64, 64, 64], maxGroupSize: 128, localBytes: 1024, maxBufferBytes: 4096, globalBytes: 1 << 20),
        scratchBytes: 6000)

    @Test func aSoundPlanPasses() {
        #expect(check.firstProblem(in: OpenCLDeviceTests.solution("")) == nil)
    }

    @Test(arguments: [
        ([256], [256], "exceeds"), ([0], [4], "extent"), ([1, 1], [4], "as many"), ([1], [], "as many"),
        ([], [], "one to three"), ([1, 1, 1, 1], [1, 1, 1, 1], "one to three"), ([1], [-4], "extent"),
    ])
    func illegalExtentsAreNamed(grid: [Int], block: [Int], word: String) {
        var solution = OpenCLDeviceTests.solution("")
        (solution.launches[0].grid, solution.launches[0].block) = (grid, block)
        #expect(check.firstProblem(in: solution)?.contains(word) == true)
    }

    @Test func tooManyWorkItemsAreNamed() {
        var solution = OpenCLDeviceTests.solution("")
        (solution.launches[0].grid, solution.launches[0].block) = ([1, 1], [64, 4])
        #expect(check.firstProblem(in: solution)?.contains("128") == true)
    }

    @Test func scratchIsBounded() {
        var solution = OpenCLDeviceTests.solution("")
        solution.scratch = [.init(name: "a", bytes: 4000), .init(name: "b", bytes: 4000)]
        #expect(check.firstProblem(in: solution)?.contains("6000") == true)
        solution.scratch = [.init(name: "a", bytes: 5000)]
        #expect(check.firstProblem(in: solution)?.contains("'a'") == true)
        solution.scratch = [.init(name: "a", bytes: 1), .init(name: "a", bytes: 1)]
        #expect(check.firstProblem(in: solution)?.contains("twice") == true)
    }

    @Test func undeclaredScratchIsNamed() {
        var solution = OpenCLDeviceTests.solution("")
        solution.launches[0].arguments[0] = .scratch("t")
        #expect(check.firstProblem(in: solution)?.contains("'t'") == true)
    }

    @Test func preparationSeesOnlyParameters() {
        var solution = OpenCLDeviceTests.solution("")
        solution.launches[0].phase = .prepare
        #expect(check.firstProblem(in: solution)?.contains("'x'") == true)
    }

    @Test(arguments: ["-I/etc", "-include x", "-DA=\"x\"", "-cl-std=CL9", "-Xclang", "-D1=2", "-D"])
    func otherOptionsAreRefused(option: String) {
        var solution = OpenCLDeviceTests.solution("")
        solution.options = ["-cl-mad-enable", option]
        #expect(check.firstProblem(in: solution)?.contains(option) == true)
    }

    @Test func plainDefinitionsAreAllowed() {
        #expect(CompilerOptions.firstIllegal(in: ["-DTILE=16", "-DFAST", "-cl-fast-relaxed-math"]) == nil)
    }
}

@Suite(.serialized) struct CeilingTests {
    @Test func ceilingsAreKeptByMachine() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ceilings-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let device = CountingDevice(id: "opencl:7")
        let store = CeilingStore(directory: folder, processor: "one")
        let first = try store.ceilings(of: device)
        #expect(try store.ceilings(of: device) == first)
        #expect(try CeilingStore(directory: folder, processor: "two").ceilings(of: device) != first)
        #expect(try store.ceilings(of: device, remeasure: true) != first)
    }

    @Test func aFolderThatCannotBeWrittenIsNoFailure() throws {
        let store = CeilingStore(directory: "/proc/nowhere", processor: "one")
        #expect(try store.ceilings(of: CountingDevice(id: "opencl:7")).launchSeconds == 1)
    }

    @Test func sizesWithUnitsAreRead() {
        #expect(CPUTopology.bytes("48K") == 48 << 10 && CPUTopology.bytes("2M") == 2 << 20)
        #expect(CPUTopology.bytes("512") == 512 && CPUTopology.bytes("") == nil)
    }
}
