import KernelIR
import Testing

@testable import Rendering

/// CUDA's grids and groups have limits that OpenCL's have not.
@Suite struct LaunchLimitTests {
    private func fitted(grid: [Axis], local: [Axis] = [], _ place: Index = Index(0)) throws -> Kernel {
        try LaunchLimits.cuda.fitted(Kernel(name: "f", grid: grid, local: local, body: [.set("y", [place], .float(1))]))
    }

    @Test func whatFitsStays() throws {
        let (grid, local) = ([Axis("a", 65_535), Axis("b", 1 << 14)], [Axis("s", 16), Axis("t", 64)])
        let kernel = try fitted(grid: grid, local: local)
        #expect(kernel.grid == grid && kernel.local == local)
        #expect(try fitted(grid: [Axis("a", Int(Int32.max))]).grid == [Axis("a", Int(Int32.max))])
    }

    @Test func longAxesAreFused() throws {
        let kernel = try fitted(grid: [Axis("a", 65_536), Axis("b", 3)], .axis("a") * 4 + .axis("b"))
        #expect(kernel.grid == [Axis("a.b.groups", 65_536 * 3)])
        guard case .store(let stores) = kernel.body[0] else {
            throw KernelwrightError(.internalInconsistency, "no store")
        }
        for (a, b) in [(0, 0), (0, 2), (1, 0), (65_535, 2)] {
            #expect(stores[0].indices[0].evaluate(["a.b.groups": a * 3 + b]) == a * 4 + b)
        }
        let deep = try fitted(grid: [], local: [Axis("r", 128), Axis("s", 2), Axis("t", 2)], .axis("r"))
        #expect(deep.local == [Axis("r.s.t.items", 512)])
    }

    @Test func whatNoLaunchHoldsIsAnError() {
        let error = #expect(throws: KernelwrightError.self) {
            try fitted(grid: [], local: [Axis("s", 64), Axis("t", 32)])
        }
        #expect(error?.message == "kernel f has groups of 2048 work-items")
        #expect(throws: KernelwrightError.self) { try fitted(grid: [Axis("a", 1 << 20), Axis("b", 1 << 12)]) }
    }

    @Test func profiles() {
        #expect(TargetProfile.gpus.map(\.name) == ["gpu-sm75", "gpu-sm80", "gpu-sm86", "gpu-sm89", "gpu-sm90"])
        #expect(TargetProfile.gpus.allSatisfy { $0.maxGroupSize == LaunchLimits.cuda.groupSize })
        #expect(TargetProfile.gpus.allSatisfy { !$0.prefersExplicitLanes && $0.vectorWidths == [2, 4] })
        #expect(TargetProfile.sm80.cores == 108 && TargetProfile.sm80.l3Bytes == 40 << 20)
    }
}
