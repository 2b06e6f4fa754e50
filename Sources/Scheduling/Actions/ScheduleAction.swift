/// One legal-or-not step of a schedule: parameters, a legality rule and a rewrite.
///
/// Each action stands in a file of its own; its doc comment shows the loop nest before and after.
public protocol ScheduleAction: Sendable, Hashable, Codable {
    /// The word that names the action in JSON.
    static var name: String { get }

    /// Rewrites the state, or throws and leaves it as it was.
    func apply(to state: inout ScheduleState) throws(ScheduleError)
}
