/// One preprocessing token of a source in OpenCL C.
struct SourceToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case identifier, number, string, punctuator
    }

    var kind: Kind
    /// The token's text after line splicing; digraphs are spelled as what they stand for.
    var text: String
    /// The line of the source on which it begins, from 1.
    var line: Int
    /// The name of the directive whose line it stands on, e.g. `define`; nil outside directives.
    var directive: String?
}
