@testable import Evaluation

extension Attack {
    /// Symbols of the C library and the driver defined anew, to forge time and synchronization.
    static let forgedClock = Attack(
        "forged clock", on: .relu, source: "patched timers, KernelGuard TIMER_MONKEYPATCH",
        aim: "symbols of the C library and the driver defined anew, to forge time and synchronization",
        .gainsNothing,
        before: """
            int clock_gettime(int clock, void *time) { return 0; }
            int gettimeofday(void *time, void *zone) { return 0; }
            int clFinish(void *queue) { return 0; }
            int pthread_cond_wait(void *condition, void *mutex) { return 0; }
            void *memcpy(void *to, const void *from, size_t count) { return to; }
            """)
}
