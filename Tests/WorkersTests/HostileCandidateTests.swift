import Devices
import KernelIR
import Rendering
import Testing

@testable import Workers

extension WorkerSuites {
    /// Every candidate here misbehaves in its own way and must end as a failure of the right kind.
    @Suite(.serialized) struct HostileCandidateTests {
        let fixture: Fixture

        init() throws { fixture = try Fixture() }

        @Test func aWriteJustBehindTheOutputIsFound() async throws {
            let failure = try await fixture.failure(of: Fixture.solution("y[i + 1] = x[i];"))
            #expect(failure == .outOfBounds(buffer: "y"))
        }

        @Test func aWriteJustBeforeTheOutputIsFound() async throws {
            let failure = try await fixture.failure(of: Fixture.solution("y[(long)i - 1] = x[i];"))
            #expect(failure == .outOfBounds(buffer: "y"))
        }

        @Test func aFarWriteHitsTheGap() async throws {
            let failure = try await fixture.failure(of: Fixture.solution("y[i + 50000] = x[i];"))
            #expect(failure == .outOfBounds(buffer: "y"))
        }

        @Test func aWildWriteCrashes() async throws {
            let failure = try await fixture.failure(of: Fixture.solution("*(__global float *)(i + 8) = x[i];"))
            guard case .crashed(let signal, _) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(signal == 11)
        }

        @Test func anInputCannotBeWritten() async throws {
            let failure = try await fixture.failure(of: Fixture.solution("x[i] = 0; y[i] = 0;"))
            #expect(failure == .inputModified(buffer: "x"))
            #expect(Fixture.floats(fixture.buffers, "x")[7] == 7)
        }

        @Test func aParameterCannotBeWritten() async throws {
            let failure = try await fixture.failure(of: Fixture.solution("((__global float *)w)[0] = 1; y[i] = 0;"))
            #expect(failure == .inputModified(buffer: "w"))
        }

        @Test func scratchIsGuardedToo() async throws {
            let failure = try await fixture.failure(
                of: Fixture.solution("t[i] = x[i]; y[i] = t[i];", scratch: [.init(name: "t", bytes: 4000)]))
            #expect(failure == .outOfBounds(buffer: "t"))
        }

        @Test func anEndlessLoopMeetsItsDeadline() async throws {
            let solution = Fixture.solution("volatile int on = 1; while (on) {} y[i] = x[i];")
            let failure = try await fixture.failure(of: solution, deadline: .milliseconds(300))
            #expect(failure == .timedOut(seconds: 0.3))
        }

        @Test func aSystemCallFromAKernelEndsIt() async throws {
            #if arch(x86_64)
                let calls = [
                    (39, "getpid"), (2, "open"), (41, "socket"), (57, "fork"), (59, "execve"), (62, "kill"),
                    (1, "write"), (202, "futex"), (101, "ptrace"), (9, "mmap"), (13, "rt_sigaction"), (317, "seccomp"),
                ]
                for (number, name) in calls {
                    let failure = try await fixture.failure(of: Fixture.solution(Self.call(number)))
                    #expect(failure == .sandboxViolation(systemCall: name))
                }
            #endif
        }

        @Test func a32BitSystemCallEndsIt() async throws {
            #if arch(x86_64)
                let body = "int r; __asm__ volatile(\"int $0x80\" : \"=a\"(r) : \"a\"(20)); y[i] = r;"
                let failure = try await fixture.failure(of: Fixture.solution(body))
                #expect(failure == .sandboxViolation(systemCall: nil))
            #endif
        }

        @Test func codeThatRunsAtLoadingTimeIsConfinedToo() async throws {
            #if arch(x86_64)
                // The kernel mentions the function so that the driver keeps it.
                let before = """
                    __attribute__((constructor, noinline)) void evil(void) {
                        long r = 39; __asm__ volatile("syscall" : "+a"(r) : : "rcx", "r11", "memory");
                    }
                    """
                let failure = try await fixture.failure(
                    of: Fixture.solution("y[i] = x[i]; if (x[1] < 0) evil();", before: before))
                #expect(failure == .sandboxViolation(systemCall: "getpid"))
            #endif
        }

        @Test func allocationWithoutEndEnds() async throws {
            #if arch(x86_64)
                let body = """
                    for (;;) {
                        long r = 9;
                        __asm__ volatile("mov $0x22, %%r10; mov $-1, %%r8; xor %%r9, %%r9; syscall" : "+a"(r)
                            : "D"(0L), "S"(1L << 30), "d"(3L) : "rcx", "r8", "r9", "r10", "r11", "memory");
                        *(volatile char *)r = 1;
                    }
                    """
                let failure = try await fixture.failure(of: Fixture.solution(body, groups: 1))
                #expect(failure == .sandboxViolation(systemCall: "mmap"))
            #endif
        }

        @Test func aHugePrivateArrayIsAFailure() async throws {
            let body = "volatile char big[1L << 33]; big[i * 4096] = 1; y[i] = big[i * 4096 + 1];"
            let compiled = try await fixture.host.compile(Fixture.solution(body), deadline: .seconds(60))
            guard case .success(let solution) = compiled else { return }
            let candidate = try await fixture.host.start(solution, buffers: fixture.buffers, deadline: .seconds(60))
                .get()
            defer { candidate.stop() }
            let result = await candidate.run(count: 1, prepare: true, deadline: .seconds(20))
            #expect(throws: WorkerFailure.self) { try result.get() }
        }

        @Test func aTrapCrashes() async throws {
            let failure = try await fixture.failure(of: Fixture.solution("__builtin_trap();"))
            #expect(failure?.status == "crashed")
        }

        @Test func theHostGoesOnAfterAFailure() async throws {
            _ = try await fixture.failure(of: Fixture.solution("*(__global float *)8 = 1;"))
            let candidate = try await fixture.start(Fixture.solution("y[i] = 2 * x[i];"))
            defer { candidate.stop() }
            _ = try await candidate.run(count: 1, prepare: true, deadline: .seconds(60)).get()
            candidate.pause()
            #expect(candidate.inspect() == nil)
            #expect(Fixture.floats(fixture.buffers, "y")[21] == 42)
        }

        /// A kernel body that issues a system call without arguments to speak of.
        private static func call(_ number: Int) -> String {
            """
            long r = \(number);
            __asm__ volatile("syscall" : "+a"(r) : "D"(0), "S"(0), "d"(0) : "rcx", "r11", "memory");
            y[i] = r;
            """
        }
    }
}
