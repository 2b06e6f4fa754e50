import Foundation
import Testing

@testable import Evaluation

/// What one process holds that a judge could leak.
struct Holdings: Equatable {
    var descriptors: Int
    var children: Int
    var temporaryFiles: Int
    var residentBytes: Int

    /// Counts what this process has open, its running and unburied children, and this project's files in /tmp.
    static func now() -> Holdings {
        let files = FileManager.default
        func count(_ folder: String, _ isCounted: (String) -> Bool = { _ in true }) -> Int {
            ((try? files.contentsOfDirectory(atPath: folder)) ?? []).count(where: isCounted)
        }
        let tasks = (try? files.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        let children = tasks.map { task in
            (try? String(contentsOfFile: "/proc/self/task/\(task)/children", encoding: .utf8))?
                .split(separator: " ").count ?? 0
        }.reduce(0, +)
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return Holdings(
            descriptors: count("/proc/self/fd"), children: children,
            temporaryFiles: count("/tmp") { $0.hasPrefix("kernelwright-") },
            residentBytes: (pages.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0) * 4096)
    }

    /// Waits, without a clock, until what is being torn down is gone.
    static func settled(children: Int) -> Holdings {
        var holdings = now()
        for _ in 0..<200_000 where holdings.children > children {
            sched_yield()
            holdings = now()
        }
        return holdings
    }
}

/// How many candidates are asked for.
enum LeakCandidates {
    /// As `Benchmarks/leak-check` says; 0 where nobody asks.
    static var count: Int {
        ProcessInfo.processInfo.environment["KERNELWRIGHT_LEAK_CANDIDATES"].flatMap { Int($0) } ?? 0
    }
}

/// Good, wrong, crashing and refused kernels in turn, as a long search meets them.
///
/// Other tests of this process hold memory and processes too, so this one runs alone: `Benchmarks/leak-check`.
@Suite(
    "Leaks", .serialized, .enabled(if: OpenCLHost.isAvailable, "no OpenCL device or bubblewrap"),
    .enabled(if: LeakCandidates.count > 0, "Benchmarks/leak-check runs it"))
struct LeakTests {
    private static let kernels = OpenCLJudgingTests()
    private static let bodies = [
        "y[i] = fmax(x[i], 0.0f);", "y[i] = x[i];", "y[i] = fmax(x[i], 0.0f); if (i == 999) y[1000] = 1;",
        "y[i] = fmax(x[i], 0.0f) +;", "__builtin_trap();",
    ]

    @Test("candidates in a row leave no descriptor, process, file or growing memory behind")
    func nothingStays() async throws {
        let session = try await Self.kernels.session()
        // What is made once, such as the compile worker and thread pools, is made by the first ones.
        try await judge(10, session)
        let before = Holdings.settled(children: 2)
        try await judge(LeakCandidates.count, session)
        let after = Holdings.settled(children: before.children)
        #expect(after.children <= before.children)
        // A connection that is being set up for the next candidate holds some.
        #expect(after.descriptors <= before.descriptors + 8)
        #expect(after.temporaryFiles <= before.temporaryFiles)
        let growth = after.residentBytes - before.residentBytes
        print(
            "leaks: after \(LeakCandidates.count) candidates \(after.descriptors - before.descriptors) descriptors, "
                + "\(after.children - before.children) processes, \(after.temporaryFiles - before.temporaryFiles) files and "
                + "\(growth >> 10) KiB more")
        #expect(
            growth <= (16 << 20) + (LeakCandidates.count << 16),
            "\(growth) bytes more after \(LeakCandidates.count) candidates")
    }

    private func judge(_ count: Int, _ session: JudgingSession) async throws {
        for index in 0..<count {
            let solution = Self.kernels.solution(Self.bodies[index % Self.bodies.count])
            let verdict = try await session.judge(solution, effort: .quick)
            #expect(verdict.isCorrect == (index % Self.bodies.count == 0), "\(index): \(verdict.message ?? "")")
        }
    }
}
