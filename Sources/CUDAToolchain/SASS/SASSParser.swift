/// Reads a disassembly line by line.
struct SASSParser {
    private var target: String?
    private var functions: [SASSFunction] = []
    /// The symbols that the listing calls kernels.
    private var kernels: Set<String> = []
    private var locations: [SASSLocation] = []
    /// Whether the next line mark begins a new place, or adds a caller to the one before.
    private var startsPlace = true
    /// Labels that stand before the next instruction.
    private var pendingLabels: [String] = []
    /// The functions that the listing has declared.
    private var declared: Set<String> = []

    mutating func read(_ line: Substring) {
        let text = line.drop { $0 == " " || $0 == "\t" }
        if text.hasPrefix("/*0x") || text.hasPrefix("/* 0x") {
            addUpperHalf(text)
        } else if text.hasPrefix("/*") {
            add(text)
        } else if text.hasPrefix("//## File ") {
            if startsPlace { locations = [] }
            startsPlace = false
            if let location = Self.location(text) { locations.append(location) }
        } else if text.hasPrefix("Function : ") {
            begin(String(text.dropFirst("Function : ".count)))
        } else if text.hasPrefix(".target") {
            target = text.split { $0 == " " || $0 == "\t" }.last.map(String.init)
        } else if text.hasPrefix(".other"), text.contains("STO_CUDA_ENTRY") {
            kernels.insert(String(text.dropFirst(".other".count).drop { $0 == " " || $0 == "\t" }.prefix { $0 != "," }))
        } else if text.hasSuffix(":"), !text.contains(" ") {
            addLabel(String(text.dropLast()))
        }
    }

    /// The listing, with branches led to addresses.
    consuming func finish() -> SASSListing {
        for index in functions.indices {
            functions[index].isKernel = kernels.contains(functions[index].name)
            functions[index].resolveTargets()
        }
        return SASSListing(target: target, functions: functions)
    }

    private mutating func begin(_ name: String) {
        functions.append(SASSFunction(name: name, isKernel: false, instructions: []))
        (locations, startsPlace, pendingLabels) = ([], true, [])
    }

    private mutating func addLabel(_ name: String) {
        if name.hasPrefix(".text.") {
            // The line before is the same name as a label, and belongs to this function.
            begin(String(name.dropFirst(".text.".count)))
        } else {
            pendingLabels.append(name)
        }
    }

    private mutating func add(_ text: Substring) {
        guard let last = functions.indices.last, let instruction = SASSInstruction(line: text) else { return }
        for name in pendingLabels {
            functions[last].labels.append(SASSFunction.Label(name: name, address: instruction.address))
        }
        pendingLabels = []
        startsPlace = true
        functions[last].instructions.append(instruction)
        let index = functions[last].instructions.count - 1
        functions[last].instructions[index].locations = locations
    }

    /// The second line of an encoding holds its upper half.
    private mutating func addUpperHalf(_ text: Substring) {
        guard let last = functions.indices.last, let index = functions[last].instructions.indices.last else { return }
        let digits = text.drop { $0 != "x" }.dropFirst().prefix(while: \.isHexDigit)
        guard let bits = UInt64(digits, radix: 16) else { return }
        functions[last].instructions[index].control = SASSControl(upperHalf: bits)
    }

    /// `//## File "kernel.cu", line 3 inlined at "kernel.cu", line 9`; the caller has a line of its own.
    private static func location(_ text: Substring) -> SASSLocation? {
        let parts = text.split(separator: "\"", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, let range = parts[2].firstRange(of: "line ") else { return nil }
        guard let line = Int(parts[2][range.upperBound...].prefix(while: \.isNumber)) else { return nil }
        return SASSLocation(file: String(parts[1]), line: line)
    }
}
