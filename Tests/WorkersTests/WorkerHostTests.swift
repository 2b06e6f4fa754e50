import Devices
import FoundationEssentials
import Glibc
import KernelIR
import Rendering
import Testing

@testable import Workers

extension WorkerSuites {
    /// Hosts refuse bad plans before any work, say what is missing, and leave nothing behind.
    @Suite(.serialized) struct WorkerHostTests {
        @Test func nothingIsLeftBehind() async throws {
            let before = try Self.sharedMemory()
            var workers: [pid_t] = []
            do {
                let fixture = try Fixture { $0.cpuSeconds = Self.mark }
                let failure = try await fixture.failure(
                    of: Fixture.solution("volatile int on = 1; while (on) {}"), deadline: .milliseconds(200))
                #expect(failure?.status == "timedOut")
                workers = Self.children()
                #expect(!workers.isEmpty)
            }
            #expect(workers.allSatisfy { kill($0, 0) != 0 })
            let after = try Self.sharedMemory()
            #expect(after == before)
        }

        @Test func aMissingKernelIsAnInvalidPlan() async throws {
            var solution = Fixture.solution("y[i] = x[i];")
            solution.launches[0].kernel = "other"
            let result = try await Fixture().host.compile(solution, deadline: .seconds(60))
            guard case .failure(.invalidPlan(let text)) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(text.contains("other") && text.contains("k"))
        }

        @Test func aWrongArgumentIsAnInvalidPlan() async throws {
            var solution = Fixture.solution("y[i] = x[i];")
            solution.launches[0].arguments[1] = .scalar(.int32, 1)
            let result = try await Fixture().host.compile(solution, deadline: .seconds(60))
            guard case .failure(.invalidPlan(let text)) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(text.contains("'w'"))
        }

        @Test func launchesAreTimedOneByOne() async throws {
            let fixture = try Fixture()
            var solution = Fixture.solution("for (int round = 0; round < 20000; round++) y[i] = x[i] + y[i];")
            solution.launches.append(solution.launches[0])
            let compiled = try await fixture.host.compile(solution, deadline: .seconds(60)).get()
            let running = try await fixture.host.start(compiled, buffers: fixture.buffers, deadline: .seconds(60)).get()
            defer { running.stop() }
            let timed = await running.timeLaunches(prepare: true, deadline: .seconds(60))
            let seconds = try #require(timed).get()
            #expect(seconds.count == 2 && seconds.allSatisfy { $0 > 0 })
        }

        @Test func anUnknownBufferIsAnInvalidPlan() async throws {
            let fixture = try Fixture()
            var solution = Fixture.solution("y[i] = x[i];")
            solution.launches[0].arguments[0] = .input("z")
            let compiled = try await fixture.host.compile(solution, deadline: .seconds(60)).get()
            let result = try await fixture.host.start(compiled, buffers: fixture.buffers, deadline: .seconds(60))
            guard case .failure(.invalidPlan(let text)) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(text.contains("z"))
        }

        @Test func aCompileErrorCarriesTheLogWithItsPlace() async throws {
            let result = try await Fixture().host.compile(Fixture.solution("y[i] = nothing;"), deadline: .seconds(60))
            guard case .failure(.compileError(let log)) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(log.contains("k.cl") && log.contains("nothing"))
        }

        @Test func filesOfTheMachineAreOutOfTheCompilersReach() async throws {
            let result = try await Fixture().host.compile(
                Fixture.solution("y[i] = x[i];", before: "#include \"/etc/passwd\""), deadline: .seconds(60))
            guard case .failure(.compileError(let log)) = result else {
                Issue.record("\(result)")
                return
            }
            #expect(log.contains("not found") && !log.contains("root:"))
        }

        @Test func aCompilerThatTakesTooLongIsReplaced() async throws {
            let fixture = try Fixture()
            let endless = Fixture.solution("y[i] = x[i];", before: Self.endlessMacros)
            let result = try await fixture.host.compile(endless, deadline: .seconds(3))
            #expect(throws: WorkerFailure.self) { try result.get() }
            _ = try await fixture.host.compile(Fixture.solution("y[i] = x[i];"), deadline: .seconds(60)).get()
        }

        @Test func anotherSetOfBuffersCanBeBound() async throws {
            let fixture = try Fixture()
            let candidate = try await fixture.start(Fixture.solution("y[i] = x[i] + w[0];"))
            defer { candidate.stop() }
            _ = try await candidate.run(count: 1, prepare: true, deadline: .seconds(60)).get()
            let others = try Fixture.makeBuffers(scale: -1)
            #expect(await candidate.bind(others, deadline: .seconds(60)) == nil)
            _ = try await candidate.run(count: 1, prepare: true, deadline: .seconds(60)).get()
            candidate.pause()
            #expect(candidate.inspect() == nil)
            #expect(Fixture.floats(others, "y")[10] == -7)
            #expect(Fixture.floats(fixture.buffers, "y")[10] == 13)
        }

        @Test func aPausedWorkerDoesNotAnswer() async throws {
            let fixture = try Fixture()
            let candidate = try await fixture.start(Fixture.solution("y[i] = x[i];"))
            _ = try await candidate.run(count: 1, prepare: true, deadline: .seconds(60)).get()
            candidate.pause()
            candidate.resume()
            _ = try await candidate.run(count: 1, prepare: true, deadline: .seconds(60)).get()
            candidate.pause()
            let result = await candidate.run(count: 1, prepare: true, deadline: .milliseconds(100))
            #expect(throws: WorkerFailure.timedOut(seconds: 0.1)) { try result.get() }
        }

        @Test func poisonReachesOutputsAndScratch() async throws {
            let fixture = try Fixture()
            let candidate = try await fixture.start(
                Fixture.solution("y[i] = t[i];", scratch: [.init(name: "t", bytes: 4 * Fixture.count)]))
            defer { candidate.stop() }
            candidate.pause()
            candidate.poison(.ones)
            candidate.resume()
            _ = try await candidate.run(count: 1, prepare: true, deadline: .seconds(60)).get()
            candidate.pause()
            let values = Array(Fixture.floats(fixture.buffers, "y"))
            #expect(values.allSatisfy { $0.isNaN })
        }

        @Test func anUnsandboxedHostSaysSoAndStillFiltersCalls() async throws {
            let fixture = try Fixture(confinement: .unsandboxed)
            #expect(!fixture.host.isSandboxed)
            let failure = try await fixture.failure(of: Fixture.solution("*(__global float *)8 = 1; y[i] = x[i];"))
            #expect(failure?.status == "crashed")
        }

        @Test func withoutBubblewrapNothingStarts() throws {
            let error = #expect(throws: KernelwrightError.self) { _ = try Fixture { $0.programFolders = [] } }
            #expect(error?.code == .missingComponent && error?.hint?.contains("apt-get install bubblewrap") == true)
        }

        @Test func aMissingExecutableIsNamed() throws {
            let error = #expect(throws: KernelwrightError.self) {
                _ = try Fixture { $0.executable = "/nowhere/worker" }
            }
            #expect(error?.code == .missingComponent && error?.message.contains("/nowhere/worker") == true)
        }

        /// Macros that expand into more text than a compiler can hold.
        private static let endlessMacros: String = {
            let levels = (1...40).map { "#define A\($0) A\($0 - 1) A\($0 - 1)" }.joined(separator: "\n")
            return "#define A0 +1\n\(levels)\n__constant int big = 0 A40;"
        }()

        private static func sharedMemory() throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/dev/shm").sorted()
        }

        /// A limit that no other suite sets, by which processes of this one are told: suites run at once.
        private static let mark = 3571

        /// The processes that bear the mark and still live.
        private static func children() -> [pid_t] {
            let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
            return tasks.flatMap { task in
                (SystemFile.text("/proc/self/task/\(task)/children") ?? "").split(separator: " ").compactMap {
                    pid_t($0)
                }
            }.filter { SystemFile.text("/proc/\($0)/cmdline")?.contains("\(mark)") == true }
        }
    }
}
