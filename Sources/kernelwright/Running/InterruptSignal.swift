import Dispatch
import Foundation
import Refinement

/// Turns Ctrl-C into a request to stop; a second one ends the process at once.
///
/// Workers started while it lives inherit that the signal is ignored, so that Ctrl-C on a terminal reaches only us.
final class InterruptSignal {
    private let source: any DispatchSourceSignal

    /// - Parameter answer: what is said to the user at the first signal.
    init(_ interruption: Interruption, console: Console, answer: String) {
        signal(SIGINT, SIG_IGN)
        source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            guard !interruption.isRequested else { exit(130) }
            interruption.request()
            console.say(answer + "; Ctrl-C again stops at once")
        }
        source.resume()
    }

    deinit { source.cancel() }
}
