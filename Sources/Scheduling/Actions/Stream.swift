/// Writes a stage's results past the caches, for outputs larger than these that nobody reads soon.
///
/// Legal for a stage that is not attached. Saves reading each line before it is overwritten.
/// ```
/// C[i] = A[i] + 1        →        C[i] =(streaming) A[i] + 1
/// ```
public struct Stream: ScheduleAction {
    public static let name = "stream"
    public var stage: String

    public init(stage: String) { self.stage = stage }

    public func apply(to state: inout ScheduleState) throws(ScheduleError) {
        var nest = try state.nest(stage)
        guard nest.attachment == nil else {
            throw ScheduleError(
                .illegalDataFlow, "stage \(stage) is attached and stays in the caches", hint: "stream its consumer")
        }
        nest.isStreaming = true
        state.nests[stage] = nest
    }
}
