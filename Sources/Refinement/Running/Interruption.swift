import Synchronization

/// Thrown in place of `CancellationError` where an operation was cancelled because its time had passed.
struct TimeIsUp: Error {}

/// A request to stop early, made from anywhere, e.g. by a signal handler; the run keeps the best so far.
public final class Interruption: Sendable {
    private struct State {
        var isRequested = false
        /// What a request cancels, by number.
        var running: [Int: @Sendable () -> Void] = [:]
        var lastNumber = 0
    }

    private let state = Mutex(State())

    public init() {}

    /// Whether somebody asked to stop.
    public var isRequested: Bool { state.withLock { $0.isRequested } }

    /// Asks to stop after the turn under way; an author that is thinking is cancelled.
    public func request() {
        let cancellations = state.withLock { state -> [@Sendable () -> Void] in
            state.isRequested = true
            return Array(state.running.values)
        }
        for cancel in cancellations { cancel() }
    }

    /// Runs an operation whose task is cancelled by a request, after some time, or with the task that waits for it.
    ///
    /// - Throws: what the operation throws: `CancellationError` where that is its answer to being cancelled, and
    ///   `TimeIsUp` in its place where the time had passed.
    func cancelling<Value: Sendable>(
        after seconds: Double = .infinity, _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await operation() }
        let number = add { task.cancel() }
        let timer = Self.timer(seconds) { task.cancel() }
        defer {
            timer?.cancel()
            state.withLock { $0.running[number] = nil }
        }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch is CancellationError {
            timer?.cancel()
            if await timer?.value == true { throw TimeIsUp() }
            throw CancellationError()
        }
    }

    /// A task that acts after some seconds and tells whether it did; nil where they never pass.
    private static func timer(_ seconds: Double, _ act: @escaping @Sendable () -> Void) -> Task<Bool, Never>? {
        guard seconds < 1e9 else { return nil }
        return Task {
            guard (try? await Task.sleep(for: .seconds(max(0, seconds)))) != nil else { return false }
            act()
            return true
        }
    }

    /// Notes what a request cancels, or cancels it where somebody asked already.
    private func add(_ cancel: @escaping @Sendable () -> Void) -> Int {
        let (number, isLate) = state.withLock { state -> (Int, Bool) in
            state.lastNumber += 1
            state.running[state.lastNumber] = cancel
            return (state.lastNumber, state.isRequested)
        }
        if isLate { cancel() }
        return number
    }
}
