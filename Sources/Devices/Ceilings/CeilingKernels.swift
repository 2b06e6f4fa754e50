import KernelIR
import Rendering

/// The kernels that ceilings are measured with.
struct CeilingKernels {
    /// Independent accumulators of the arithmetic kernel: enough to hide a latency of four to six cycles with two
    /// units, few enough for sixteen registers.
    static let chains = 12
    /// Steps of every accumulator in one launch.
    static let steps = 1 << 21

    let profile: TargetProfile
    /// Bytes of each of the two arrays.
    let bytes: Int

    /// Sizes the arrays to at least four times the last-level cache together with each other.
    init(profile: TargetProfile, limits: DeviceLimits) {
        self.profile = profile
        let wanted = max(4 * profile.l3Bytes, 64 << 20)
        let chunk = Self.groups(profile) * 64
        bytes = min(wanted, limits.maxBufferBytes, limits.globalBytes / 4, 1 << 30) / chunk * chunk
    }

    /// Work-groups of the memory kernels.
    static func groups(_ profile: TargetProfile) -> Int { profile.cores * 4 }

    /// Lanes of the arithmetic kernel.
    var lanes: Int { profile.vectorWidths.last ?? 4 }

    /// float32 operations of one launch of `arithmetic`.
    var flops: Double { Double(profile.cores * Self.chains * lanes * 2) * Double(Self.steps) }

    var copy: Solution {
        memory(
            "copy", body: "for (size_t i = begin; i < begin + count; i++) out[i] = in[i];",
            arguments: [.input("in"), .output("out")])
    }

    var read: Solution {
        memory(
            "read",
            body: """
                float16 a = 0, b = 0, c = 0, d = 0;
                for (size_t i = begin; i + 3 < begin + count; i += 4) {
                    a += in[i]; b += in[i + 1]; c += in[i + 2]; d += in[i + 3];
                }
                out[get_group_id(0)] = a + b + c + d;
                """, arguments: [.input("in"), .output("out")])
    }

    var arithmetic: Solution {
        let names = (0..<Self.chains).map { "v\($0)" }
        let type = "float\(lanes)"
        let source = """
            __kernel __attribute__((reqd_work_group_size(1, 1, 1)))
            void arithmetic(__global \(type) *out, float factor, float term) {
                \(type) f = factor, t = term;
                \(names.enumerated().map { "\(type) \($1) = (float)(get_group_id(0) + \($0));" }.joined(separator: " "))
                for (int i = 0; i < \(Self.steps); i++) {
                    \(names.map { "\($0) = fma(\($0), f, t);" }.joined(separator: " "))
                }
                out[get_group_id(0)] = \(names.joined(separator: " + "));
            }
            """
        return solution(
            "arithmetic", source, grid: profile.cores,
            arguments: [.output("out"), .scalar(.float32, 0.999), .scalar(.float32, 0.001)])
    }

    var empty: Solution {
        let source = """
            __kernel __attribute__((reqd_work_group_size(1, 1, 1))) void empty(__global float16 *out) {}
            """
        return solution("empty", source, grid: profile.cores, arguments: [.output("out")])
    }

    private func memory(_ name: String, body: String, arguments: [Solution.Argument]) -> Solution {
        let groups = Self.groups(profile)
        let source = """
            __kernel __attribute__((reqd_work_group_size(1, 1, 1)))
            void \(name)(__global const float16 *restrict in, __global float16 *restrict out) {
                const size_t count = \(bytes / 64 / groups), begin = get_group_id(0) * count;
                \(body)
            }
            """
        return solution(name, source, grid: groups, arguments: arguments)
    }

    private func solution(
        _ name: String, _ source: String, grid: Int, arguments: [Solution.Argument]
    ) -> Solution {
        Solution(
            name: name, workload: "", target: .init(language: .opencl, profile: profile.name),
            sources: [.init(path: "\(name).cl", content: source)],
            launches: [.init(kernel: name, grid: [grid], block: [1], arguments: arguments)], author: "ceilings")
    }
}
