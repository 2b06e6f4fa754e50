import Glibc
import Synchronization

/// A thread with a large stack: the compiler recurses as deep as a source nests, and threads of pools have 512 KiB.
enum CompilerThread {
    /// Reserved address space; only what is used becomes memory.
    private static let stackBytes = 512 << 20

    /// Runs a job on a thread of its own and waits for it.
    static func run<Value: Sendable>(_ job: @escaping @Sendable () -> Value) -> Value {
        let work = Work(job)
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        pthread_attr_init(attributes)
        defer {
            pthread_attr_destroy(attributes)
            attributes.deallocate()
        }
        pthread_attr_setstacksize(attributes, stackBytes)
        var thread = pthread_t()
        let argument = Unmanaged.passRetained(work as AnyWork).toOpaque()
        let main: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
            if let argument { Unmanaged<AnyWork>.fromOpaque(argument).takeRetainedValue().perform() }
            return nil
        }
        if pthread_create(&thread, attributes, main, argument) == 0 {
            pthread_join(thread, nil)
        } else {
            // No room for such a stack: the caller's must do.
            Unmanaged<AnyWork>.fromOpaque(argument).takeRetainedValue().perform()
        }
        guard let value = work.value.withLock({ $0 }) else { preconditionFailure("a job ended without a value") }
        return value
    }

    private class AnyWork {
        func perform() {}
    }

    private final class Work<Value: Sendable>: AnyWork {
        let value = Mutex<Value?>(nil)
        private let job: @Sendable () -> Value

        init(_ job: @escaping @Sendable () -> Value) { self.job = job }

        override func perform() {
            let result = job()
            value.withLock { $0 = result }
        }
    }
}
