import Foundation
import Scheduling

/// What an answer in schedule mode holds: numbers of listed actions, or a whole schedule.
enum ScheduleChoice: Sendable, Hashable, Decodable {
    case numbers([Int])
    case actions(Schedule)

    init(from decoder: any Decoder) throws {
        if let numbers = try? [Int](from: decoder), !numbers.isEmpty {
            self = .numbers(numbers)
        } else {
            self = .actions(try Schedule(from: decoder))
        }
    }

    /// Reads JSON; throws what is wrong with it, action by action.
    init(_ text: String) throws(AnswerError) {
        do {
            self = try JSONDecoder().decode(ScheduleChoice.self, from: Data(text.utf8))
        } catch let error as DecodingError {
            throw AnswerError(Self.explanation(error))
        } catch {
            throw AnswerError("the answer is no JSON")
        }
    }

    private static func explanation(_ error: DecodingError) -> String {
        switch error {
        case .keyNotFound(let key, let context): "\(place(context)) lacks \"\(key.stringValue)\""
        case .typeMismatch(_, let context), .valueNotFound(_, let context):
            "\(place(context)) is not of the expected type; expected is a list of numbers, or a list of actions"
        case .dataCorrupted(let context) where !context.codingPath.isEmpty:
            "\(place(context)): \(context.debugDescription)"
        default: "the answer is no JSON; expected is a list of numbers, or a list of actions"
        }
    }

    /// The place of a mistake, e.g. `action 2, loop`.
    private static func place(_ context: DecodingError.Context) -> String {
        let parts = context.codingPath.map { key in
            key.intValue.map { "action \($0 + 1)" } ?? key.stringValue
        }
        return parts.isEmpty ? "the answer" : parts.joined(separator: ", ")
    }
}
