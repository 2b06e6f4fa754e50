/// The machine code of a cubin as the disassembler shows it.
///
/// Read from `nvdisasm -c -gi -hex`, which has lines, encodings and labels, or from `cuobjdump -sass`. Source:
/// https://docs.nvidia.com/cuda/cuda-binary-utilities/#nvdisasm.
public struct SASSListing: Sendable, Hashable {
    /// E.g. `sm_86`; nil where the listing does not say it.
    public var target: String?
    /// In the order of the file.
    public var functions: [SASSFunction]

    /// Puts a listing together.
    public init(target: String? = nil, functions: [SASSFunction]) {
        (self.target, self.functions) = (target, functions)
    }

    /// Reads a listing; lines that are none of it are passed over, so that odd input gives few functions or none.
    public init(_ text: String) {
        var parser = SASSParser()
        for line in text.split(separator: "\n") { parser.read(line) }
        self = parser.finish()
    }

    /// The function of a symbol.
    public subscript(name: String) -> SASSFunction? { functions.first { $0.name == name } }

    /// The listing with other file names, e.g. those that the source has.
    public func renamingFiles(_ rename: (String) -> String) -> SASSListing {
        var listing = self
        for function in functions.indices {
            for instruction in functions[function].instructions.indices {
                let locations = functions[function].instructions[instruction].locations
                listing.functions[function].instructions[instruction].locations = locations.map {
                    SASSLocation(file: rename($0.file), line: $0.line)
                }
            }
        }
        return listing
    }
}
