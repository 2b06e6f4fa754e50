import KernelIR
import Scheduling
import Testing

/// The state of a program after a legal schedule.
func scheduled(_ program: TensorProgram, _ schedule: Schedule = []) throws -> ScheduleState {
    try ScheduleState(program, target: .genericAVX512).applying(schedule)
}

/// Expects an action to be refused: the code, a message that names every place, a hint that holds the legal choices, and
/// the state left as it was.
func expectIllegal(
    _ action: Action, _ state: ScheduleState, _ code: ScheduleError.Code, at places: [String], hint: String,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    var changed = state
    do {
        try action.wrapped.apply(to: &changed)
        Issue.record("\(action) is legal", sourceLocation: sourceLocation)
    } catch {
        #expect(error.code == code, "\(error)", sourceLocation: sourceLocation)
        for place in places { #expect(error.message.contains(place), "\(error)", sourceLocation: sourceLocation) }
        #expect(error.hint?.contains(hint) == true, "\(error)", sourceLocation: sourceLocation)
    }
    #expect(changed == state, "the state changed", sourceLocation: sourceLocation)
}
