/// Copies by `cp.async`, which need no register, on architectures that have it; ordinary ones on older ones.
///
/// C++ has no word for them without a header, so they are assembly. 16 bytes go past the first-level cache, since a
/// group reads each of them once.
///
/// Source: PTX ISA, "Data Movement and Conversion Instructions: cp.async", "cp.async.commit_group",
/// "cp.async.wait_group".
extension CUDADialect: AsyncCopies {
    func isCopy(ofBytes count: Int, _ time: CopyTime) -> Bool {
        switch time {
        case .later: Self.moves.contains { $0.bytes == count }
        case .now: Self.movedTypes[count] != nil
        }
    }

    func copy(ofBytes count: Int, to target: Value, from source: Value, _ time: CopyTime) -> String {
        guard case .now = time, let type = Self.movedTypes[count] else {
            return "\(Self.copyName(count))(\(target.text), \(source.text))"
        }
        return "*reinterpret_cast<\(type) *>(\(target.text)) = *reinterpret_cast<const \(type) *>(\(source.text))"
    }

    var commit: String { "\(Self.commitName)();" }

    func wait(pending: Int) -> String { "\(Self.waitName(min(pending, Self.mostPending)))();" }

    /// The bytes of a copy, and the type that moves as many.
    private static let moves: [(bytes: Int, type: String)] = [(4, "int"), (8, "int2"), (16, "int4")]
    /// The type that moves so many bytes at once.
    private static let movedTypes: [Int: String] = [2: "unsigned short", 4: "unsigned int", 8: "uint2", 16: "uint4"]
    /// More batches than a schedule leaves pending.
    private static let mostPending = 3
    private static let commitName = "kw_commit_copies"
    private static let commitInstruction = "cp.async.commit_group;"

    private static func copyName(_ bytes: Int) -> String { "kw_copy_\(bytes)" }
    private static func waitName(_ pending: Int) -> String { "kw_wait_copies_\(pending)" }

    private static func copyInstruction(_ bytes: Int) -> String {
        "cp.async.\(bytes == 16 ? "cg" : "ca").shared.global [%0], [%1], \(bytes);"
    }

    private static func waitInstruction(_ pending: Int) -> String { "cp.async.wait_group \(pending);" }

    /// The instructions, as they stand in sources.
    static let copyInstructions: [String] = {
        let copies = moves.map { copyInstruction($0.bytes) }
        let waits = (0...mostPending).map { waitInstruction($0) }
        return copies + [commitInstruction] + waits
    }()

    /// What stands at the top of a source that copies, by the word that asks for it.
    static let copyDefinitions: [(word: String, lines: [String])] = {
        let copies = moves.map { copyDefinition($0.bytes, $0.type) }
        let waits = (0...mostPending).map { statement(waitName($0), waitInstruction($0)) }
        return copies + [statement(commitName, commitInstruction)] + waits
    }()

    private static func copyDefinition(_ bytes: Int, _ type: String) -> (word: String, lines: [String]) {
        let name = copyName(bytes)
        let lines = [
            "__device__ __forceinline__ void \(name)(void *target, const void *source) {",
            "#if __CUDA_ARCH__ >= 800",
            "    const unsigned int address = static_cast<unsigned int>(__cvta_generic_to_shared(target));",
            "    asm volatile(\"\(copyInstruction(bytes))\" : : \"r\"(address), \"l\"(source) : \"memory\");",
            "#else",
            "    *reinterpret_cast<\(type) *>(target) = *reinterpret_cast<const \(type) *>(source);",
            "#endif",
            "}",
        ]
        return (name, lines)
    }

    private static func statement(_ name: String, _ instruction: String) -> (word: String, lines: [String]) {
        let lines = [
            "__device__ __forceinline__ void \(name)() {",
            "#if __CUDA_ARCH__ >= 800",
            "    asm volatile(\"\(instruction)\" : : : \"memory\");",
            "#endif",
            "}",
        ]
        return (name, lines)
    }
}
