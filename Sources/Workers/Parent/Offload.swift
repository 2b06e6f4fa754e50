import Dispatch
import KernelIR

/// Runs blocking work on a thread where it keeps no task waiting.
func offload<Value: Sendable>(
    _ body: @escaping @Sendable () throws(KernelwrightError) -> Value
) async throws(KernelwrightError) -> Value {
    let result: Result<Value, KernelwrightError> = await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            do throws(KernelwrightError) {
                continuation.resume(returning: .success(try body()))
            } catch {
                continuation.resume(returning: .failure(error))
            }
        }
    }
    return try result.get()
}
