import KernelIR

/// What one C-like language spells its own way; everything else of a kernel is printed alike for all of them.
///
/// Texts that are passed in are complete C expressions, safe to place between commas or behind `=`.
protocol Dialect: Sendable {
    var language: Solution.Target.Language { get }
    /// The name of the one source file.
    var sourcePath: String { get }
    /// Words that no axis, buffer or kernel may be named.
    var reservedWords: Set<String> { get }
    /// What the names of the compiler's own functions begin with, too many to list; nil where `reservedWords` are all.
    var reservedPrefix: String? { get }

    /// The program as the language can say it; the same computation.
    func adapted(_ program: LoopProgram) throws -> LoopProgram
    /// How neighbours in memory are moved together where there are no vectors; nil for a language with vectors.
    var packs: (any MemoryPacks)? { get }
    /// How work-items read each other's registers; nil where they cannot.
    var shuffles: (any WarpShuffles)? { get }
    /// How a warp multiplies matrices; nil for a language that cannot say it.
    var matrices: (any MatrixInstructions)? { get }
    /// How copies into memory of the group go on beside other work; nil for a language without such copies.
    var asyncCopies: (any AsyncCopies)? { get }

    /// Lines at the top of a source with that text.
    func prologue(for text: String, usesDouble: Bool) -> [String]
    /// The head of a kernel without its brace; `groupSize` is x, y, z.
    func signature(kernel: String, parameters: [KernelParameter], groupSize: [Int]) -> String
    /// What a helper function's head begins with.
    var helperQualifier: String { get }
    /// The type of a pointer to elements in device memory.
    func devicePointer(_ type: DType, isReadOnly: Bool) -> String
    /// The position of the work-group in the grid; dimension 0 is x.
    func groupIndex(_ dimension: Int) -> String
    /// The position of the work-item in its group; dimension 0 is x.
    func localIndex(_ dimension: Int) -> String
    /// Whether an axis of one group or work-item has a variable, which nothing uses; compilers may warn of it.
    var declaresIdleAxes: Bool { get }
    /// The statement in which all work-items of a group wait for one another.
    var barrier: String { get }

    /// The type in which a value of that element type is computed; booleans are `int`, in vectors as masks. No value is of
    /// a 16-bit floating-point type.
    func valueType(_ type: DType, width: Int) -> String
    /// The type of an element in memory.
    func storageType(_ type: DType) -> String
    /// A declaration, without initializer, of an array of a work-item or of a work-group.
    func array(_ name: String, _ type: DType, count: Int, isShared: Bool) -> String
    /// The declarations of the arrays that a group shares, under the given names.
    func declarations(_ arrays: LocalArrays, _ names: [String]) -> [String]
    /// Bytes of these arrays whose size the launch must say; 0 where declarations do.
    func dynamicBytes(_ arrays: LocalArrays) -> Int

    /// What integer literals end in, by their type; nothing for types that are not listed.
    var integerSuffixes: [DType: String] { get }
    /// Infinity, or what is no number, as a value of a floating-point type.
    func nonFinite(_ value: Double, _ type: DType) -> Value
    /// Consecutive elements of memory, as a value of the type `type.inRegisters`.
    func load(_ pointer: String, _ index: Value, _ type: DType, width: Int) -> Value
    /// The statement, without semicolon, that writes a value to consecutive elements of memory of the given type; to
    /// 16-bit types rounded to nearest even. A bfloat16 calls `Helper.brainBits`.
    func store(_ value: Value, _ pointer: String, _ index: Value, as type: DType) -> String
    /// The definition of `Helper.brainBits`.
    func brainBits(_ name: String, width: Int) -> String
    /// The body of a function that writes the vector `value` to the device address `p` past the caches; aligned, to a
    /// multiple of its size.
    func streamingStore(_ value: Value, isAligned: Bool) -> [String]
    /// The condition that a pointer is a multiple of so many bytes; nil where streaming stores do not ask.
    func isAligned(_ pointer: String, to bytes: Int) -> Value?
    /// The body of a function that asks for the cache line at the device address `p`.
    var prefetch: [String] { get }
    /// A vector of the given lanes.
    func vector(_ lanes: [Value]) -> Value
    /// A scalar in every lane.
    func broadcast(_ value: Value, width: Int) -> Value
    /// Some lanes of a named vector, in any order; one lane gives a scalar.
    func lanes(_ elements: [Int], of vector: Value) -> Value
    /// The left side of an assignment to distinct lanes of a named vector.
    func assignableLanes(_ elements: [Int], of vector: Value) -> String

    /// `a · b + c` with one rounding; all of one width.
    func fma(_ a: Value, _ b: Value, _ c: Value) -> Value
    /// A function of one floating-point operand by the language's own library.
    func function(_ operation: UnaryOperator, _ operand: Value) -> Value
    /// `base` to the power `exponent`, of one width.
    func power(_ base: Value, _ exponent: Value) -> Value
    /// A comparison; operands of one type, booleans excluded.
    func compare(_ symbol: String, _ left: Value, _ right: Value) -> Value
    /// Lane-wise choice by a mask; all of one width greater than 1.
    func select(_ mask: Value, _ whenTrue: Value, _ whenFalse: Value) -> Value
    /// A conversion between types that are not boolean.
    func convert(_ value: Value, to type: DType) -> Value
    /// A mask or truth value as 0 or 1 in int32.
    func number(_ truth: Value) -> Value
    /// The bits of a value as a value of another type of the same size.
    func bits(_ value: Value, as type: DType) -> Value
}

extension Dialect {
    var reservedPrefix: String? { nil }
    func adapted(_ program: LoopProgram) throws -> LoopProgram { program }
    var packs: (any MemoryPacks)? { nil }
    var shuffles: (any WarpShuffles)? { nil }
    var matrices: (any MatrixInstructions)? { nil }
    var asyncCopies: (any AsyncCopies)? { nil }
    var declaresIdleAxes: Bool { true }
}

/// One parameter of a kernel: a pointer to a buffer's elements in device memory, or a number.
struct KernelParameter: Sendable, Hashable {
    var name: String
    var type: DType
    /// Whether the kernel never writes it.
    var isReadOnly: Bool
    /// Whether it is one number of the type.
    var isScalar = false
}
