import Synchronization

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

    /// Runs an operation whose task is cancelled by a request, or with the task that waits for it.
    ///
    /// - Throws: what the operation throws; `CancellationError` where that is its answer to being cancelled.
    func cancelling<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value
    ) async throws -> Value {
        let task = Task { try await operation() }
        let number = add { task.cancel() }
        defer { state.withLock { $0.running[number] = nil } }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
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
