import KernelIR

/// How a language without vector arithmetic moves neighbours in memory as one value, a pack.
///
/// A pack's address is a multiple of its bytes. Device buffers begin at such addresses, and so do arrays.
protocol MemoryPacks: Sendable {
    /// How many elements may be moved together, the most first.
    var widths: [Int] { get }
    /// Whether that many elements of a type may be.
    func isPack(_ width: Int, of type: DType) -> Bool
    /// The type of a pack.
    func packType(_ type: DType, width: Int) -> String
    /// The pack at an element of memory.
    func loadPack(_ pointer: String, _ index: Value, _ type: DType, width: Int) -> Value
    /// A pack of values, for memory of the type.
    func pack(_ values: [Value], _ type: DType) -> String
    /// The value of one element of a named pack, in the type `type.inRegisters`.
    func lane(_ number: Int, of pack: String, _ type: DType) -> Value
    /// The statement, without semicolon, that writes values to neighbours in memory; one value alone only where it is
    /// streamed.
    func storePack(_ values: [Value], _ pointer: String, _ index: Value, _ type: DType, isStreaming: Bool) -> String
}
