import SIMT

/// Small PTX texts around the part that a test is about.
enum PTXTexts {
    static let head = ".version 8.5\n.target sm_90\n.address_size 64\n"

    /// Registers of every width, and variables of every space.
    static let declarations = """
        .reg .pred %p<8>; .reg .b16 %h<16>; .reg .b32 %r<64>; .reg .f32 %f<32>; .reg .b64 %d<16>; .reg .f64 %e<16>;
        .reg .b128 %q<4>; .shared .align 16 .b8 tile[256]; .local .align 8 .b8 depot[64];
        """

    /// A module with one kernel `k` that has parameters `a` (64 bits) and `n` (32 bits).
    static func module(_ body: String) -> String {
        head + ".global .align 4 .b32 word;\n.visible .entry k(.param .u64 a, .param .u32 n)\n{\n"
            + declarations.split(separator: "\n").joined(separator: " ") + "\n" + body + "\n}\n"
    }

    /// The line on which the body of `module` starts.
    static let firstLine = 8

    static func kernel(_ body: String) throws(PTXError) -> PTXFunction {
        try PTXModule(parsing: module(body)).functions[0]
    }

    /// The only instruction of the text.
    static func instruction(_ text: String) throws(PTXError) -> PTXInstruction {
        try kernel(text).instructions[0]
    }

    static func operation(_ text: String) throws(PTXError) -> PTXOperation {
        try instruction(text).operation
    }

    /// The error that parsing the body gives; nil if it gives none.
    static func error(_ body: String) -> PTXError? {
        error(in: module(body))
    }

    /// The error that parsing the module gives; nil if it gives none.
    static func error(in text: String) -> PTXError? {
        do throws(PTXError) {
            _ = try PTXModule(parsing: text)
            return nil
        } catch {
            return error
        }
    }
}
