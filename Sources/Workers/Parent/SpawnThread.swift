import Dispatch
import Glibc
import Synchronization

/// A thread that starts processes.
///
/// A process that asks to die with its parent dies with the *thread* that started it (`prctl(2)`, `PR_SET_PDEATHSIG`),
/// so workers may not be started from threads that come and go with a pool.
final class SpawnThread: Sendable {
    private let jobs = Jobs()

    init() {
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(jobs).toOpaque()
        let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
            if let argument { Unmanaged<Jobs>.fromOpaque(argument).takeRetainedValue().work() }
            return nil
        }
        precondition(pthread_create(&thread, nil, main, argument) == 0, "the system has no thread left")
        pthread_detach(thread)
    }

    deinit { jobs.submit(nil) }

    /// Runs a job on the thread and waits for it.
    func run<Value: Sendable>(_ job: @escaping @Sendable () -> Value) -> Value {
        let done = DispatchSemaphore(value: 0)
        let box = Box<Value>()
        jobs.submit {
            box.value.withLock { $0 = job() }
            done.signal()
        }
        done.wait()
        guard let value = box.value.withLock({ $0 }) else { preconditionFailure("a job ended without a value") }
        return value
    }

    private final class Box<Value: Sendable>: Sendable {
        let value = Mutex<Value?>(nil)
    }

    private final class Jobs: Sendable {
        private let queue = Mutex<[(@Sendable () -> Void)?]>([])
        private let count = DispatchSemaphore(value: 0)

        /// Adds a job; nil ends the thread.
        func submit(_ job: (@Sendable () -> Void)?) {
            queue.withLock { $0.append(job) }
            count.signal()
        }

        func work() {
            while true {
                count.wait()
                guard let job = queue.withLock({ $0.removeFirst() }) else { return }
                job()
            }
        }
    }
}
