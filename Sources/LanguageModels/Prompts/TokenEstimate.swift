import Policies

/// About how many tokens a text takes: a third of its bytes, as code does; prose takes fewer.
///
/// Models differ; the estimate only decides what is left out of a prompt. The budget counts with bounds and with what
/// the endpoint says.
enum TokenEstimate {
    static func tokens(of text: String) -> Int { (text.utf8.count + 2) / 3 }

    static func tokens(of messages: [ChatMessage]) -> Int {
        messages.reduce(0) { $0 + tokens(of: $1.content) + 4 }
    }
}
