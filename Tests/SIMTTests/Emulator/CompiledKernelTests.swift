import Foundation
import Testing

@testable import SIMT

/// Kernels that NVIDIA's compiler made from CUDA sources, against what those sources mean.
@Suite struct CompiledKernelTests {
    private func program(_ name: String) throws -> SIMTProgram {
        let url = try #require(Bundle.module.url(forResource: "Resources/\(name)", withExtension: "ptx"))
        return SIMTProgram(try PTXModule(parsing: try String(contentsOf: url, encoding: .utf8)))
    }

    private func matrix(_ count: Int, _ seed: UInt64) -> [Float] {
        var source = Operands(seed)
        return (0..<count).map { _ in Float(Int(source.next() >> 33 & 15) - 7) / 4 }
    }

    private func product(_ a: [Float], _ b: [Float], m: Int, n: Int, k: Int) -> [Float] {
        var c = [Float](repeating: 0, count: m * n)
        for i in 0..<m { for p in 0..<k { for j in 0..<n { c[i * n + j] += a[i * k + p] * b[p * n + j] } } }
        return c
    }

    @Test(arguments: ["sgemm-86", "sgemm-100"])
    func matrixProducts(_ name: String) throws {
        let program = try program(name)
        // Extents that no tile divides, for the kernel that checks them.
        let (m, n, k) = (33, 45, 27)
        let (a, b, c) = (matrix(m * k, 1), matrix(k * n, 2), matrix(m * n, 3))
        let memory = GlobalMemory()
        let pa = memory.allocate(copying: a, name: "a")
        let pb = memory.allocate(copying: b, name: "b")
        let pc = memory.allocate(copying: c, name: "c")
        var options = SIMTOptions()
        options.sanitizers = .all
        let naive = try program.run(
            SIMTLaunch(
                kernel: "sgemmNaive", grid: SIMTExtent(3, 3), block: SIMTExtent(16, 16),
                arguments: [
                    .int32(Int32(m)), .int32(Int32(n)), .int32(Int32(k)), .float(2), .pointer(pa), .pointer(pb),
                    .float(0.5), .pointer(pc),
                ]), memory: memory, options: options)
        #expect(naive.faults.isEmpty, "\(naive.faults)")
        let expected = zip(product(a, b, m: m, n: n, k: k), c).map { 2 * $0 + 0.5 * $1 }
        // All numbers are small multiples of 1/16, so every order of summing gives the same.
        #expect(memory.read(pc, as: Float.self) == expected)

        let side = 64
        let (x, y) = (matrix(side * side, 4), matrix(side * side, 5))
        let px = memory.allocate(copying: x, name: "x")
        let py = memory.allocate(copying: y, name: "y")
        let pz = memory.allocate(byteCount: side * side * 4, name: "z", isScratch: true)
        let launch = SIMTLaunch(
            kernel: "sgemmShared", grid: SIMTExtent(4, 4), block: SIMTExtent(16, 16),
            arguments: [.int32(Int32(side)), .pointer(px), .pointer(py), .pointer(pz)])
        let shared = try program.run(launch, memory: memory, options: options)
        #expect(shared.faults.isEmpty, "\(shared.faults)")
        #expect(memory.read(pz, as: Float.self) == product(x, y, m: side, n: side, k: side))
        // Both runs issue the same instructions, with and without sanitizers, on one core and on several.
        options.sanitizers = []
        options.threads = 4
        let again = try program.run(launch, memory: memory, options: options)
        #expect(again.warpInstructions == shared.warpInstructions)
        #expect(again.threadInstructions == shared.threadInstructions)
    }

    @Test func costsOfTheSharedProduct() throws {
        let program = try program("sgemm-86")
        let side = 32
        let memory = GlobalMemory()
        let px = memory.allocate(copying: matrix(side * side, 4), name: "x")
        let py = memory.allocate(copying: matrix(side * side, 5), name: "y")
        let pz = memory.allocate(byteCount: side * side * 4, name: "z")
        var options = SIMTOptions()
        options.countsInstructions = true
        let report = try program.run(
            SIMTLaunch(
                kernel: "sgemmShared", grid: SIMTExtent(2, 2), block: SIMTExtent(16, 16),
                arguments: [.int32(Int32(side)), .pointer(px), .pointer(py), .pointer(pz)]),
            memory: memory, options: options)
        let units = try #require(report.counters).byUnit
        let warps = 4 * 8
        // Per warp: 2 tiles, each with 2 global loads, 2 shared stores, 32 shared loads, 16 fused products, 2 barriers.
        #expect(units[.globalLoad]?.warps == UInt64(warps * 4))
        #expect(units[.sharedStore]?.warps == UInt64(warps * 4))
        #expect(units[.sharedLoad]?.warps == UInt64(warps * 64))
        #expect(units[.synchronization]?.warps == UInt64(warps * 4))
        #expect(units[.single]?.threads == UInt64(warps * 32 * (32 + 2)))
        // A warp loads two rows of 64 bytes: 4 sectors each time; neither tile has bank conflicts.
        #expect(units[.globalLoad]?.sectors == UInt64(warps * 4 * 4))
        #expect(units[.sharedLoad]?.wavefronts == UInt64(warps * 64))
        #expect(units[.sharedStore]?.wavefronts == UInt64(warps * 4))
        #expect(units[.globalStore]?.sectors == UInt64(warps * 4))
        #expect(report.counters?.total.warps == report.warpInstructions)
        #expect(report.counters?.total.threads == report.threadInstructions)
        // The inner product stands in line 16 of the source.
        #expect(report.counters?.bySourceLine[16] != nil)
    }

    @Test func sumsAndSoftmax() throws {
        let program = try program("reduce-80-fast")
        let memory = GlobalMemory()
        let count = 5000
        let x = matrix(count, 6)
        let px = memory.allocate(copying: x, name: "x")
        let total = memory.allocate(byteCount: 4, name: "total")
        let arrived = memory.allocate(byteCount: 4, name: "arrived")
        var options = SIMTOptions()
        options.sanitizers = .all
        let report = try program.run(
            SIMTLaunch(
                kernel: "sum", grid: SIMTExtent(4), block: SIMTExtent(256), dynamicSharedBytes: 1024,
                arguments: [.pointer(px), .pointer(total), .pointer(arrived), .int32(Int32(count))]),
            memory: memory, options: options)
        #expect(report.faults.isEmpty, "\(report.faults)")
        // The terms are multiples of 1/4 and the sum is small: no order rounds.
        #expect(memory.read(total, as: Float.self)[0] == x.reduce(0, +))
        #expect(memory.read(arrived, as: UInt32.self)[0] == 4)

        let (rows, columns) = (3, 200)
        let logits = matrix(rows * columns, 7)
        let pl = memory.allocate(copying: logits, name: "logits")
        let py = memory.allocate(byteCount: rows * columns * 4, name: "y", isScratch: true)
        let softmax = try program.run(
            SIMTLaunch(
                kernel: "softmax", grid: SIMTExtent(rows), block: SIMTExtent(32),
                arguments: [.pointer(pl), .pointer(py), .int32(Int32(columns))]), memory: memory, options: options)
        #expect(softmax.faults.isEmpty, "\(softmax.faults)")
        let made = memory.read(py, as: Float.self)
        for row in 0..<rows {
            let line = logits[row * columns..<(row + 1) * columns].map(Double.init)
            // The kernel takes the exponential of one element of four to base 2.
            let powers = line.enumerated().map { index, value in
                let d = value - line.max()!
                return index % 4 == 2 ? exp2(d) : exp(d)
            }
            for (index, power) in powers.enumerated() {
                let wanted = power / powers.reduce(0, +)
                #expect((Double(made[row * columns + index]) - wanted).magnitude < 1e-6)
            }
        }
    }

    @Test(arguments: ["half-75", "half-90"])
    func halfPrecision(_ name: String) throws {
        let program = try program(name)
        let memory = GlobalMemory()
        let side = 32
        let (a, b) = (matrix(side * side, 8), matrix(side * side, 9))
        func halves(_ values: [Float]) -> [UInt16] { values.map { UInt16(RoundedFormat.half.bits(Double($0))) } }
        var transposed = b
        for i in 0..<side { for j in 0..<side { transposed[j * side + i] = b[i * side + j] } }
        let pa = memory.allocate(copying: halves(a), name: "a")
        let pb = memory.allocate(copying: halves(transposed), name: "b")
        let expected = product(a, b, m: side, n: side, k: side)
        var options = SIMTOptions()
        options.sanitizers = .all
        for (kernel, grid) in [("wmmaGemm", SIMTExtent(2, 2)), ("mmaGemm", SIMTExtent(4, 2))]
        where program.kernels.contains(kernel) {
            let pc = memory.allocate(byteCount: side * side * 4, name: "c", isScratch: true)
            let report = try program.run(
                SIMTLaunch(
                    kernel: kernel, grid: grid, block: SIMTExtent(32),
                    arguments: [.pointer(pa), .pointer(pb), .pointer(pc), .int32(Int32(side))]),
                memory: memory, options: options)
            #expect(report.faults.isEmpty, "\(report.faults)")
            #expect(memory.read(pc, as: Float.self) == expected, "\(kernel)")
        }
        let count = 100
        let (x, y) = (matrix(2 * count, 10), matrix(2 * count, 11))
        let px = memory.allocate(copying: halves(x), name: "x")
        let py = memory.allocate(copying: halves(y), name: "y")
        let z = matrix(count, 12)
        let pz = memory.allocate(copying: z.map { UInt16(RoundedFormat.bfloat.bits(Double($0))) }, name: "z")
        let alpha: Float = -0.5
        let report = try program.run(
            SIMTLaunch(
                kernel: "axpyHalf", grid: SIMTExtent(2), block: SIMTExtent(64),
                arguments: [
                    .int32(Int32(count)), .bytes([0x00, 0xb8]), .pointer(px), .pointer(py), .pointer(pz),
                ]), memory: memory, options: options)
        #expect(report.faults.isEmpty, "\(report.faults)")
        let made = memory.read(py, as: UInt16.self)
        let wide = memory.read(pz, as: UInt16.self)
        for i in 0..<count {
            var pair = (0..<2).map { Swift.max(Double(alpha * x[2 * i + $0] + y[2 * i + $0]), 0) }
            if pair[0] > Double(alpha) { pair = pair.map { exp($0) } }
            for part in 0..<2 {
                let got = RoundedFormat.half.value(UInt32(made[2 * i + part]))
                #expect((got - pair[part]).magnitude <= pair[part] * 0x1p-9, "\(i): \(got), not \(pair[part])")
            }
            let (low, high) = (
                RoundedFormat.half.value(UInt32(made[2 * i])), RoundedFormat.half.value(UInt32(made[2 * i + 1]))
            )
            func bfloat(_ value: Double, _ direction: RoundedFormat.Direction = .nearest) -> Double {
                RoundedFormat.bfloat.value(RoundedFormat.bfloat.bits(value, direction))
            }
            let wanted = bfloat(bfloat(low) + bfloat(Double(z[i]) * bfloat(high, .zero)))
            #expect(RoundedFormat.bfloat.value(UInt32(wide[i])) == wanted)
        }
    }

    @Test(arguments: ["calls-89", "calls-100"])
    func callsTablesAndAssertions(_ name: String) throws {
        let program = try program(name)
        for which in [0, 1, 2, 3, 4, 5, 6, 7, -1] {
            let memory = GlobalMemory()
            var out = (0..<32).map { Int32($0 + 2) }
            let po = memory.allocate(copying: out, name: "out")
            let bytes: [UInt8] = (0..<32).map { UInt8($0 * 5) }
            let pb = memory.allocate(copying: bytes, name: "bytes")
            var pair = withUnsafeBytes(of: 2.25.bitPattern) { Array($0) }
            for value in [Int16(3), 4, 5, 0] { pair += withUnsafeBytes(of: value) { Array($0) } }
            let report = try program.run(
                SIMTLaunch(
                    kernel: "calls", grid: SIMTExtent(1), block: SIMTExtent(1),
                    arguments: [.bytes(pair), .pointer(po), .int32(Int32(which)), .pointer(pb)]), memory: memory)
            if which < 0 {
                #expect(report.faults.first?.kind == .assertion)
                #expect(report.faults.first?.detail.contains("which >= 0") == true)
                continue
            }
            #expect(report.faults.isEmpty, "\(report.faults)")
            // The source, line by line.
            let n = Int(out[which & 7]) * which
            var second = [3, 4, 5]
            second[n % 3] = n
            let first = 2.25 + Double(n)
            func factorial(_ n: Int) -> Int { n < 2 ? 1 : Int(Int32(truncatingIfNeeded: n) &* Int32(factorial(n - 1))) }
            var value = (which & 1 == 0 ? factorial(second[0]) : second[0] / 2) + 7
            switch which {
            case 0: value += 3
            case 1: value *= 5
            case 2: value ^= 7
            case 3: value = factorial(value)
            case 4: value %= 11
            case 5: value = Int(out[9]) / value
            case 6: value = Int(bytes[3])
            default: value = -1
            }
            let weights: [Float] = [0.5, -1, 2, 1e-3]
            out[0] =
                Int32(truncatingIfNeeded: value) &+ Int32(weights[which & 3] * sinf(Float(first)))
                &+ Int32(first.squareRoot())
            #expect(memory.read(po, as: Int32.self)[0] == out[0], "which \(which)")
            #expect(memory.read(pb, as: UInt8.self)[0] == UInt8(truncatingIfNeeded: value))
        }
    }
}
