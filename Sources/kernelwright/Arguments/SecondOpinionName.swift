import ArgumentParser

/// Who is asked beside the judge.
enum SecondOpinionName: String, ExpressibleByArgument, CaseIterable, Sendable {
    /// Interprets certified kernels and looks for races, barriers that work-items disagree about, and unwritten values.
    case oclgrind
}
