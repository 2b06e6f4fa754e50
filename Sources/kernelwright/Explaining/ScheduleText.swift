import Foundation
import KernelIR
import Scheduling

/// Schedules as solutions carry them.
enum ScheduleText {
    /// Reads the JSON text; throws `badInput`.
    static func parse(_ text: String) throws(KernelwrightError) -> Schedule {
        do {
            return try JSONDecoder().decode(Schedule.self, from: Data(text.utf8))
        } catch {
            throw KernelwrightError(.badInput, "the solution's schedule is malformed", cause: "\(error)")
        }
    }
}
