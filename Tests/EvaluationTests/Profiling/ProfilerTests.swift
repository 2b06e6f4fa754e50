import KernelIR
import Rendering
import Testing
import Workers

@testable import Evaluation

@Suite("Profiling") struct ProfilerTests {
    private let ceilings = JudgingSessionTests.ceilings

    private func profile(
        read: Double, written: Double, flops: Double, seconds: Double, launches: Int = 1, floor: Double? = nil,
        launchSeconds: [Double]? = nil
    ) -> Profile {
        Profiler(footprint: Footprint(readBytes: read, writtenBytes: written, flops: flops), ceilings: ceilings)
            .profile(
                seconds: seconds, launches: (0..<launches).map { "k\($0)" }, floorSeconds: floor,
                launchSeconds: launchSeconds)
    }

    @Test("a copy is bound by memory at the copy rate, a sum at the read rate")
    func memory() {
        let copy = profile(read: 5e7, written: 5e7, flops: 0, seconds: 0.02)
        #expect(copy.bottleneck == .memory)
        #expect(abs(copy.bandwidthFraction - 0.5) < 1e-12)
        #expect(copy.minimumBytes == 1e8)
        let sum = profile(read: 1e8, written: 0, flops: 0, seconds: 0.01)
        #expect(abs(sum.bandwidthFraction - 0.5) < 1e-12)
        let fill = profile(read: 0, written: 1e8, flops: 0, seconds: 0.01)
        #expect(abs(fill.rooflineFraction - 1) < 1e-12)
    }

    @Test("a large product is bound by arithmetic, a tiny call by launching")
    func others() {
        let product = profile(read: 8e6, written: 4e6, flops: 2e9, seconds: 0.04)
        #expect(product.bottleneck == .compute)
        #expect(abs(product.computeFraction - 0.5) < 1e-12)
        let tiny = profile(read: 4e3, written: 4e3, flops: 0, seconds: 1e-4, launches: 3)
        #expect(tiny.bottleneck == .launch)
        #expect(abs(tiny.launchFraction - 0.3) < 1e-12)
        #expect(tiny.lever.contains("3 launches"))
    }

    @Test("the lever changes with the distance from the bound, and the measured floor counts before the ceiling")
    func levers() {
        let far = profile(read: 5e7, written: 5e7, flops: 0, seconds: 0.125)
        let near = profile(read: 5e7, written: 5e7, flops: 0, seconds: 0.125, floor: 0.109375)
        #expect(far.lever != near.lever)
        #expect(near.floorFraction == 0.875 && near.lever.contains("floor"))
        for bottleneck in Profile.Bottleneck.allCases {
            for fraction in [0.1, 0.6, 0.95] {
                for launches in [1, 2] {
                    let lever = Lever(bottleneck: bottleneck, fraction: fraction, launches: launches).sentence
                    #expect(lever.hasSuffix(".") && !lever.contains("\n"))
                }
            }
        }
    }

    @Test("a launch that takes most of the time is named; launches of one length are not")
    func slowestLaunch() {
        let uneven = profile(
            read: 5e7, written: 5e7, flops: 0, seconds: 0.125, launches: 3, launchSeconds: [0.01, 0.09, 0.02])
        #expect(uneven.lever.hasPrefix("k1 takes 75 % of the time."))
        #expect(uneven.launchSeconds == [0.01, 0.09, 0.02])
        let even = profile(
            read: 5e7, written: 5e7, flops: 0, seconds: 0.125, launches: 3, launchSeconds: [0.04, 0.04, 0.04])
        #expect(!even.lever.contains("k0") && !even.lever.contains("k1"))
        let one = profile(read: 5e7, written: 5e7, flops: 0, seconds: 0.125, launchSeconds: [0.1])
        #expect(!one.lever.contains("k0"))
    }

    @Test("the floor kernel names every tensor of the footprint once and no scratch")
    func floorArguments() {
        let specs = [
            BufferSpec(name: "x", role: .input, dtype: .float32, shape: [1000, 7]),
            BufferSpec(name: "w", role: .parameter, dtype: .float16, shape: [3]),
            BufferSpec(name: "y", role: .output, dtype: .int64, shape: [5]),
            BufferSpec(name: "t", role: .scratch, dtype: .int8, shape: [64]),
        ]
        let floor = FloorKernel(buffers: specs, cores: 2).solution(workload: "w", profile: "cpu", store: .cached)
        #expect(floor.launches.count == 1)
        let names = FloorKernel.Store.allCases.map {
            FloorKernel(buffers: specs, cores: 2).solution(workload: "w", profile: "cpu", store: $0).name
        }
        #expect(Set(names).count == 2)
        #expect(floor.sources[0].content.contains("for (ulong i = 0UL + group * 437UL / groups"))
        #expect(floor.sources[0].content.contains("if (group == 0) for (ulong i = 27968UL; i < 28000UL; i++)"))
        #expect(floor.launches[0].arguments == [.input("x"), .parameter("w"), .output("y")])
        #expect(floor.launches[0].grid == [2, 1, 1])
        let large = FloorKernel(
            buffers: [BufferSpec(name: "y", role: .output, dtype: .float32, shape: [1 << 24])], cores: 2)
        #expect(large.solution(workload: "w", profile: "cpu", store: .cached).launches[0].grid[0] == 512)
    }
}
