/// Lets one task at a time through, in the order of arrival: two candidates measured at once would disturb each other.
actor SerialGate {
    private var busy = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// Runs `work` alone.
    nonisolated func alone<Output: Sendable>(_ work: @Sendable () async throws -> Output) async rethrows -> Output {
        await enter()
        do {
            let output = try await work()
            await leave()
            return output
        } catch {
            await leave()
            throw error
        }
    }

    private func enter() async {
        guard busy else {
            busy = true
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func leave() {
        if waiting.isEmpty { busy = false } else { waiting.removeFirst().resume() }
    }
}
