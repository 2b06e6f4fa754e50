import Foundation
import KernelIR
import Reference
import Synchronization
import Testing
import Workloads

@testable import Evaluation

@Suite("Cache of expected outputs") struct ExpectedOutputCacheTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("expected-\(UUID())")
    /// Each look at this clock is a second later.
    private let time = MonotonicTime { [ticks = Ticks()] in ticks.next() }

    private final class Ticks: Sendable {
        private let count = Mutex(0)
        func next() -> Duration {
            count.withLock {
                $0 += 1; return .seconds($0)
            }
        }
    }

    private func cache(capacity: Int = 1 << 20, build: String = "1", worth: Double = 0.5) -> ExpectedOutputCache {
        ExpectedOutputCache(folder: folder, capacity: capacity, build: build, worthSeconds: worth, time: time)
    }

    private func key(_ seed: UInt64, _ distribution: InputDistribution = .normal) -> ExpectedOutputCache.Key {
        ExpectedOutputCache.Key(SmallWorkloads.relu, distribution, seed: Seed(seed))
    }

    private func outputs(_ first: Double, count: Int = 100) -> [ExpectedOutput] {
        let values = [first, .nan, .infinity, -0.0] + [Double](repeating: 2.5, count: count - 4)
        return [
            ExpectedOutput(
                name: "y", dtype: .float32, values: values, plain: .init(normwise: 1e-7, elementwise: .infinity),
                reductionLength: 9)
        ]
    }

    private func bits(_ outputs: [ExpectedOutput]) -> [[UInt64]] { outputs.map { $0.values.map(\.bitPattern) } }

    /// What the cache hands out, and whether it had to compute.
    private func look(_ cache: ExpectedOutputCache, _ key: ExpectedOutputCache.Key, _ fresh: [ExpectedOutput]) throws
        -> (outputs: [ExpectedOutput], computed: Bool)
    {
        var computed = false
        let found = try cache.outputs(for: key) {
            computed = true
            return fresh
        }
        return (found, computed)
    }

    @Test("What is computed faster than a disk writes is not kept")
    func quickOutputs() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        // Each takes a second by this clock; the second one has 120 MB.
        _ = try look(cache(capacity: 1 << 30), key(1), outputs(1))
        _ = try look(cache(capacity: 1 << 30), key(2), outputs(2, count: 15_000_000))
        #expect(try !look(cache(capacity: 1 << 30), key(1), outputs(3)).computed)
        #expect(try look(cache(capacity: 1 << 30), key(2), outputs(4)).computed)
    }

    @Test("Another precision is another entry, which keeps its bounds")
    func precisions() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let declared = ExpectedOutputCache.Key(SmallWorkloads.relu, .normal, seed: Seed(1))
        let half = ExpectedOutputCache.Key(SmallWorkloads.relu, .normal, seed: Seed(1), precision: .float16)
        let brain = ExpectedOutputCache.Key(SmallWorkloads.relu, .normal, seed: Seed(1), precision: .bfloat16)
        #expect(Set([declared, half, brain]).count == 3)
        let storage = StorageError(
            type: .float16, error: .init(normwise: 2e-4, elementwise: 9e-4), overflows: false)
        let fresh = [
            ExpectedOutput(
                name: "y", dtype: .float32, values: [1, 2], plain: .init(normwise: 0, elementwise: 0),
                reductionLength: 1, storage: storage)
        ]
        #expect(try look(cache(), half, fresh).computed)
        let again = try look(cache(), half, [])
        #expect(!again.computed)
        #expect(again.outputs.map(\.tolerance) == fresh.map(\.tolerance))
        #expect(again.outputs.map(\.storage) == [storage])
        #expect(try look(cache(), declared, outputs(1)).computed)
    }

    @Test("The second look finds the same bits and the same tolerance; only the owner may read them")
    func hit() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let fresh = outputs(1)
        #expect(try look(cache(), key(1), fresh).computed)
        let again = try look(cache(), key(1), outputs(2))
        #expect(!again.computed && bits(again.outputs) == bits(fresh))
        #expect(again.outputs[0].tolerance == fresh[0].tolerance && again.outputs[0].reductionLength == 9)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.count == 1)
        for path in [folder.path, folder.appendingPathComponent(names[0]).path] {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect((mode ?? 0o777) & 0o077 == 0)
        }
    }

    @Test("Other seeds, distributions, programs and quick computations find nothing")
    func misses() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try look(cache(), key(1), outputs(1))
        #expect(try look(cache(), key(2), outputs(2)).computed)
        #expect(try look(cache(), key(1, .uniform), outputs(3)).computed)
        #expect(try look(cache(build: "2"), key(1), outputs(4)).computed)
        _ = try look(cache(worth: 5), key(9), outputs(5))
        #expect(try look(cache(), key(9), outputs(5)).computed)
    }

    @Test("A damaged entry is computed again and replaced", arguments: [0, 8, 40, 300, -1])
    func corruption(offset: Int) throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try look(cache(), key(1), outputs(1))
        let name = try #require(try FileManager.default.contentsOfDirectory(atPath: folder.path).first)
        let file = folder.appendingPathComponent(name)
        var data = try Data(contentsOf: file)
        data[offset < 0 ? data.count + offset : offset] ^= 1
        try data.write(to: file)
        #expect(try look(cache(), key(1), outputs(1)).computed)
        #expect(try !look(cache(), key(1), outputs(2)).computed)
        for length in [0, 7, 8, data.count / 2] {
            try data.prefix(length).write(to: file)
            #expect(try look(cache(), key(1), outputs(1)).computed)
        }
    }

    @Test("The least recently used entries make room; one too large is not kept")
    func capacity() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        // An entry of 100 values takes about 1100 bytes, of which three fit here.
        let small = cache(capacity: 3600)
        for seed in 1...3 as ClosedRange<UInt64> {
            _ = try look(small, key(seed), outputs(1))
            let file = folder.appendingPathComponent(key(seed).digest)
            let used = Date(timeIntervalSince1970: Double(1_000_000 + seed))
            try FileManager.default.setAttributes([.modificationDate: used], ofItemAtPath: file.path)
        }
        #expect(try !look(small, key(1), outputs(1)).computed)
        _ = try look(small, key(4), outputs(1))
        let kept = Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
        #expect(kept == Set([key(1), key(3), key(4)].map(\.digest)))
        _ = try look(small, key(5), outputs(1, count: 1000))
        #expect(try look(small, key(5), outputs(1, count: 1000)).computed)
    }

    @Test("Inputs drawn with a cache expect what they expect without one")
    func inputs() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let plain = try await ReferenceInputs(SmallWorkloads.product, seed: Seed(1)).draw(.timed)
        for _ in 0..<2 {
            let cached = try await ReferenceInputs(SmallWorkloads.product, seed: Seed(1), cache: cache()).draw(.timed)
            #expect(bits(cached.expected) == bits(plain.expected))
            #expect(cached.expected[0].tolerance == plain.expected[0].tolerance)
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
}
