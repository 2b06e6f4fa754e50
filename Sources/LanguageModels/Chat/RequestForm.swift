/// The optional parts of a request. Servers differ in which of them they take.
struct RequestForm: Sendable, Hashable {
    /// Whether the answer comes word by word; else at once.
    var streams = true
    /// Whether a streamed answer ends with a count of its tokens.
    var asksForUsage = true
    var hasSeed = true
    var hasTemperature = true
    /// Whether the limit is called `max_completion_tokens` instead of `max_tokens`.
    var namesCompletion = false

    /// The form without what a refusal complains about; nil where it names nothing that can be left out.
    ///
    /// Each form has one part less than the one before, so that five refusals are the most.
    func relaxed(after refusal: String) -> RequestForm? {
        var form = self
        if streams, asksForUsage, refusal.contains("stream_options") {
            form.asksForUsage = false
        } else if !namesCompletion, refusal.contains("max_completion_tokens") {
            form.namesCompletion = true
        } else if hasSeed, refusal.contains("seed") {
            form.hasSeed = false
        } else if hasTemperature, refusal.contains("temperature") {
            form.hasTemperature = false
        } else if streams, refusal.contains("stream") {
            form.streams = false
        } else {
            return nil
        }
        return form
    }
}
