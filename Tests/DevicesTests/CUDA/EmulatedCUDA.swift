import CUDAToolchain
import Foundation
import KernelIR
import Rendering
import Testing

@testable import Devices

/// The emulator as a driver's library, and solutions for it.
///
/// `cuda:2` and `cuda:3` belong to the tests that make kernels fail: a failed kernel ends a device for the process.
enum EmulatedCUDA {
    /// The library is built beside whoever runs the tests.
    static let library: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        return URL(fileURLWithPath: own).deletingLastPathComponent().appendingPathComponent("libEmulatedCUDADriver.so")
            .path
    }()

    static let toolchain = CUDAInstallation(
        environment: ProcessInfo.processInfo.environment["KERNELWRIGHT_CUDA"].map(URL.init(fileURLWithPath:))
            ?? URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent(".kernelwright/cuda"))

    static var hasCompiler: Bool { (try? toolchain.check()) != nil }
    static let missing: Comment = "the CUDA toolchain is not installed: run ./kw setup cuda"

    static func device(_ id: String = "cuda:1") throws -> CUDADevice {
        try #require(try CUDADevice.named(id, toolchain: toolchain, library: library))
    }

    static func context(_ ordinal: Int32 = 1) throws -> CUDAContext {
        try CUDAContext(CUDADriver(library: library), device: ordinal)
    }

    static func solution(
        _ source: String, scratch: [Solution.Scratch] = [], options: [String] = [], _ launches: [Solution.Launch]
    ) -> Solution {
        Solution(
            name: "test", workload: "", target: .init(language: .cuda, profile: "any"),
            sources: [.init(path: "test.cu", content: source)], options: options, scratch: scratch, launches: launches,
            author: "test")
    }

    /// `y[i] = a * x[i] + 1` for 1000 elements.
    static func map(block: [Int] = [128], sharedBytes: Int = 0, arguments: [Solution.Argument]? = nil) -> Solution {
        let source = """
            extern "C" __global__ void map(const float *x, float *y, float a, int n) {
                int i = blockIdx.x * blockDim.x + threadIdx.x;
                if (i < n) y[i] = a * x[i] + 1.0f;
            }
            """
        let usual: [Solution.Argument] = [.input("x"), .output("y"), .scalar(.float32, 0.5), .scalar(.int32, 1000)]
        return solution(
            source,
            [.init(kernel: "map", grid: [8], block: block, sharedBytes: sharedBytes, arguments: arguments ?? usual)])
    }
}

/// Memory of the host for a test, until `free`.
final class HostMemory {
    private var regions: [UnsafeMutableRawBufferPointer] = []

    func floats(_ values: [Float]) -> UnsafeMutableRawBufferPointer {
        let region = UnsafeMutableRawBufferPointer.allocate(
            byteCount: values.count * MemoryLayout<Float>.stride, alignment: 256)
        region.copyBytes(from: values.withUnsafeBytes { Array($0) })
        regions.append(region)
        return region
    }

    func free() {
        for region in regions { region.deallocate() }
        regions = []
    }
}

extension UnsafeMutableRawBufferPointer {
    /// The bytes as numbers.
    var floats: [Float] {
        (0..<count / 4).map { loadUnaligned(fromByteOffset: 4 * $0, as: Float.self) }
    }

    /// Sets every number.
    func set(_ value: (Int) -> Float) {
        for index in 0..<count / 4 { storeBytes(of: value(index), toByteOffset: 4 * index, as: Float.self) }
    }
}
